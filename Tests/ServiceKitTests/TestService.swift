import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import SinergiCore
import Tenancy

@testable import ServiceKit

/// The whole HTTP side of a service with a few routes and without a database.
struct TestService {
    var changes: [String: String] = [:]
    var agencies = [AgencyScope(number: 1, code: "PPU")]
    var isHosted = false
    var isActive = true
    var isReady = true
    var lines = Lines()
    var more: @Sendable (Router<AppContext>) -> Void = { _ in }
    let registry = PrometheusRegistry()

    struct Item: Encodable, Sendable {
        let itemID: Int
        let note: String?
    }
    struct Broken: Error {}
    struct NoteBody: RequestBodyFields {
        let note: String?
        init(fields: inout FieldReader) { note = fields.string("note", max: 10) }
    }

    func responder() throws -> ServiceResponder {
        let configuration = try ConfigurationTests.configuration(changes)
        let readiness = Readiness()
        if isReady { readiness.open { nil } } else { readiness.hold("database unavailable") }
        let pages = try Pages(directory: nil, isDemo: true, isSecure: false)
        let renderer = ErrorRenderer(pages: pages)
        let responder = ServiceResponder(
            host: RequestHost(configuration),
            common: CommonRoutes(readiness: readiness, registry: registry, openAPI: nil, assets: try Assets.shared()),
            renderer: renderer,
            accessLog: AccessLog(level: configuration.logLevel, service: "intake", node: "ppu", sink: lines.sink),
            metrics: RequestMetrics(factory: registry))
        guard isActive else { return responder }
        let router = ServiceRouter(renderer: renderer, mediaTypes: ["/v1/export": ["text/csv"]]) { router in
            Self.routes(router, pages)
            more(router)
        }
        responder.activate(router, BasePath(agencies: agencies, isHosted: isHosted))
        return responder
    }

    static func routes(_ router: Router<AppContext>, _ pages: Pages) {
        router.get("/v1/items") { request, _ in
            let page = try Page(request)
            let start = page.cursor?.values.first.flatMap { $0 }.flatMap { Int($0) } ?? 0
            let rows = (start..<min(start + page.limit + 1, 5)).map { Item(itemID: $0, note: nil) }
            return ListResponse(rows: rows, page: page) { Cursor([String($0.itemID + 1)]) }
        }
        router.post("/v1/items") { request, context in
            let body = try await JSONBody.decode(NoteBody.self, from: request, context)
            _ = try request.idempotencyKey(anonymous: true)
            return try JSONResponse(
                Item(itemID: 9, note: body.note), status: .created, headers: [.location: "v1/items/9"])
        }
        router.put("/v1/items/{id}") { request, _ in
            let version = try request.requiredVersion()
            guard version == 3 else { throw Problem.changedMeanwhile(current: ["item_id": 9]) }
            return HTTPResponse.Status.noContent
        }
        router.post("/v1/items/{id}/touch") { request, context in
            _ = try await JSONBody.decode(NoteBody.self, from: request, context, emptyAllowed: true)
            return try JSONResponse(["version": request.expectedVersion])
        }
        router.get("/v1/agency") { _, context in
            try JSONResponse(["agency": context.agency.code, "base": context.base, "link": context.link("/x")])
        }
        router.get("/v1/export") { _, _ in "a,b" }
        router.get("/v1/broken") { _, _ -> String in throw Broken() }
        router.get("/broken") { _, _ -> String in throw Broken() }
        router.get("/form") { request, context in
            try pages.page("error", title: Localized(id: "Judul", en: "Title"), request, context)
        }
        router.post("/form") { request, context in
            let form = try await FormBody.decode(from: request, context)
            try CSRF.check(form, request, context)
            return pages.redirect(to: "/form", context)
        }
    }

    /// Runs requests through the router, without a socket.
    func test(_ body: @Sendable (any TestClientProtocol) async throws -> Void) async throws {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        try await Application(responder: try responder(), logger: logger).test(.router, body)
    }
}

extension TestResponse {
    var json: JSONValue {
        get throws { try JSONParser.parse(Array(body.readableBytesView)) }
    }
    var text: String { String(buffer: body) }
}
