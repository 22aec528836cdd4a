public import Foundation
import HTTPTypes
import Hummingbird
public import Logging

/// Stands for a message provider (SMS, WhatsApp): takes messages and shows them instead of sending.
///
/// `POST /messages` with `Idempotency-Key`: 201 the first time, 200 with the same message after that.
/// `POST /inbound` sends a message as a telephone would: to the webhook of an agency, signed like the provider's.
/// `/whatsapp/…` has the files of such messages, see `ProviderMedia`.
/// `GET /messages?to=` lists what came, `GET /` is a page for people.
public struct MessageGateway: Sendable {
    private let host: String
    private let port: Int
    private let directory: URL
    private let settings: URL?
    private let logger: Logger

    /// - Parameter settings: Where webhooks are, and their secrets; `nil`: nothing can be sent in.
    public init(host: String, port: Int, directory: URL, settings: URL? = nil, logger: Logger) {
        self.settings = settings
        self.host = host
        self.port = port
        self.directory = directory
        self.logger = logger
    }

    /// Serves until the process is told to stop.
    public func run() async throws {
        let application = Application(
            router: Self.router(store: try MessageStore(directory: directory), settings: settings),
            configuration: .init(address: .hostname(host, port: port), serverName: "sinergi-gateway"), logger: logger)
        try await application.runService()
    }

    static func router(store: MessageStore, settings: URL? = nil) -> Router<BasicRequestContext> {
        let router = Router()
        router.get("/healthz") { _, _ in HTTPResponse.Status.ok }
        router.get("/messages") { request, _ in
            try json(await store.list(to: receiver(of: request)), status: .ok)
        }
        router.get("/") { request, _ in
            let wanted = receiver(of: request)
            return page(await store.latest(200, to: wanted), to: wanted)
        }
        router.post("/messages") { request, _ in
            guard let name = HTTPField.Name("Idempotency-Key"), let key = request.headers[name],
                (1...255).contains(key.utf8.count)
            else { throw HTTPError(.badRequest, message: "Idempotency-Key is required.") }
            let body = try await request.body.collect(upTo: 65_536)
            let message: GatewayRequest
            do {
                message = try JSONDecoder().decode(GatewayRequest.self, from: Data(body.readableBytesView))
            } catch {
                throw HTTPError(.unprocessableContent, message: "A message has the texts to, channel and text.")
            }
            let (kept, isNew) = try await store.receive(message, key: key)
            return try json(kept, status: isNew ? .created : .ok)
        }
        router.post("/inbound") { request, _ in
            guard let settings else { throw HTTPError(.notFound, message: "Started without --settings.") }
            let body = Data(try await request.body.collect(upTo: 65_536).readableBytesView)
            let isForm = request.headers[.contentType]?.hasPrefix("application/x-www-form-urlencoded") ?? false
            guard
                let order = isForm
                    ? GatewayPage.order(body) : try? JSONDecoder().decode(InboundMessages.Order.self, from: body)
            else { throw HTTPError(.unprocessableContent, message: "A message has the texts channel, from and text.") }
            let answer = try await InboundMessages(settings: settings).send(order)
            guard isForm else { return try json(answer, status: .ok) }
            return Response(status: .seeOther, headers: [.location: "/?to=" + order.from.replacing("+", with: "%2B")])
        }
        ProviderMedia().addRoutes(to: router) { settings.flatMap { InboundMessages(settings: $0).accessToken } }
        return router
    }

    /// A plus stands for itself: telephone numbers begin with one, and few callers encode it.
    private static func receiver(of request: Request) -> String? {
        for pair in (request.uri.query ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, parts[0] == "to" else { continue }
            return String(parts[1]).removingPercentEncoding ?? String(parts[1])
        }
        return nil
    }

    private static func json(_ value: some Encodable, status: HTTPResponse.Status) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes, .sortedKeys]
        let data = try encoder.encode(value)
        return Response(
            status: status, headers: [.contentType: "application/json; charset=utf-8"],
            body: .init(byteBuffer: .init(bytes: data)))
    }

    private static func page(_ messages: [GatewayMessage], to receiver: String?) -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: "text/html; charset=utf-8",
                .contentSecurityPolicy:
                    "default-src 'none'; style-src 'sha256-\(GatewayPage.styleHash)'; form-action 'self'",
            ],
            body: .init(byteBuffer: .init(string: GatewayPage.html(messages, to: receiver))))
    }
}
