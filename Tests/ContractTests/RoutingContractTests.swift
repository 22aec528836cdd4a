import AsyncHTTPClient
import Configuration
import Foundation
import HTTPTypes
import Hummingbird
import Identity
import Logging
import Postgres
import ServiceKit
import Tenancy
import Testing

@testable import RoutingServer

@Suite("Routing and its OpenAPI document")
struct RoutingContractTests {
    @Test("every route under /v1 is described, and every described route exists")
    func bothWays() async throws {
        let documented = try Self.documented()
        let registered = try await Self.registered()
        #expect(registered.subtracting(documented) == [], "routes without description")
        #expect(documented.subtracting(registered) == [], "descriptions without route")
    }

    @Test("references lead somewhere, and operations have an id, a summary and answers")
    func references() throws {
        let document = try Self.document()
        var ids: Set<String> = []
        for (path, operations) in document["paths"]?.object?.members ?? [] {
            for (method, operation) in operations.object?.members ?? [] {
                let id = operation["operationId"]?.string ?? ""
                #expect(ids.insert(id).inserted && !id.isEmpty, "\(method) \(path)")
                #expect(operation["summary"]?.string?.isEmpty == false, "\(method) \(path)")
                #expect(operation["responses"]?.object?.members.isEmpty == false, "\(method) \(path)")
            }
        }
        for reference in Self.references(in: .object(document)) {
            var value: JSONValue? = .object(document)
            for part in reference.dropFirst(2).split(separator: "/") { value = value?[String(part)] }
            #expect(value != nil, "\(reference)")
        }
    }

    private static func registered() async throws -> Set<String> {
        let router = Router(context: AppContext.self)
        try await RoutingService(environment: environment()).routes(router)
        return Set(
            router.routes.map { route in
                let path = route.path.description.split(separator: "/").map { part in
                    part.hasPrefix(":") ? "{\(part.dropFirst())}" : String(part)
                }
                return "\(route.method.rawValue) /\(path.joined(separator: "/"))"
            }.filter { $0.contains(" /v1/") })
    }

    /// Enough to make the service; nothing in it is ever connected to.
    private static func environment() throws -> ServiceEnvironment {
        let provider = InMemoryProvider(values: [
            "node.name": "test", "node.agencies": "PPU", "node.key.directory": "/nonexistent",
            "database.routing.url": "postgresql://localhost/none", "services.intake.url": "http://localhost:1",
            "services.routing.url": "http://localhost:1", "services.notification.url": "http://localhost:1",
            "services.analytics.url": "http://localhost:1",
        ])
        let configuration = try NodeConfiguration(reader: ConfigReader(provider: provider), service: .routing)
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let client = PostgresClient(configuration: try .init(url: configuration.databaseURL), logger: logger)
        let directory = DirectoryStore(client: client, logger: logger)
        return ServiceEnvironment(
            configuration: configuration, database: AgencyDatabase(client: client, service: .routing), client: client,
            directory: directory, agencies: [AgencyScope(number: 1, code: "PPU")], logger: logger,
            metrics: PrometheusRegistry(),
            siblings: ServiceClient(http: .shared, configuration: configuration, service: .routing, issuers: [:]),
            verifier: TokenVerifier { [] }, issuers: [:],
            keys: try NodeKeys(directory: configuration.keyDirectory, agencies: []))
    }

    private static func documented() throws -> Set<String> {
        var routes: Set<String> = []
        for (path, operations) in try document()["paths"]?.object?.members ?? [] where path.hasPrefix("/v1/") {
            for (method, _) in operations.object?.members ?? [] { routes.insert("\(method.uppercased()) \(path)") }
        }
        return routes
    }

    private static func document() throws -> JSONObject {
        let bytes = Array(try Data(contentsOf: RoutingService.openAPI))
        return try #require(try JSONBody.parse(bytes).object)
    }

    private static func references(in value: JSONValue) -> [String] {
        switch value {
        case .object(let object):
            object.members.flatMap { member in
                member.name == "$ref" ? [member.value.string ?? ""] : references(in: member.value)
            }
        case .array(let values): values.flatMap(references)
        default: []
        }
    }
}
