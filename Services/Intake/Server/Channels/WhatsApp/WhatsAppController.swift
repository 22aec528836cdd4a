import HTTPTypes
import Hummingbird
import Identity
import NIOCore
import ServiceKit
import Tenancy

/// The webhook of the WhatsApp Cloud API.
///
/// | route | who |
/// |---|---|
/// | `GET /v1/channels/whatsapp` | Meta, once: the handshake with `hub.verify_token` |
/// | `POST /v1/channels/whatsapp` | Meta; each body signed with the app's secret |
struct WhatsAppController: Sendable {
    let workflow: ConversationWorkflow
    let settings: [Int: ChannelSettings]

    func addRoutes(to router: some RouterMethods<AppContext>) {
        router.get("/v1/channels/whatsapp", use: verify)
        router.post("/v1/channels/whatsapp", use: receive)
    }

    private func verify(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let token = settings[context.agency.number]?.whatsapp?.verifyToken else { throw Problem.notFound }
        guard request.query("hub.mode") == "subscribe", let given = request.query("hub.verify_token"),
            ConstantTime.equal(String(given), token)
        else { throw Problem.badSignature }
        let challenge = String((request.query("hub.challenge") ?? "").prefix(200))
        return Response(
            status: .ok, headers: [.contentType: "text/plain; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: challenge)))
    }

    private func receive(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        guard let secret = settings[context.agency.number]?.whatsapp?.secret else { throw Problem.notFound }
        let bytes = try await context.collect(request)
        // The signature first: strangers' bytes are not even parsed.
        guard ChannelSignature.accepts(request.header("X-Hub-Signature-256"), bytes, secret: secret) else {
            throw Problem.badSignature
        }
        let messages = WhatsAppPayload.messages(in: try JSONBody.parse(bytes))
        var accepted = 0
        for message in messages where try await workflow.receive(message, in: context.agency, trace: context.trace) {
            accepted += 1
        }
        return try JSONResponse(ChannelAnswer(accepted: accepted, repeated: messages.count - accepted))
    }
}

/// What a webhook answers: messages that are new, and those known before.
struct ChannelAnswer: Encodable, Sendable {
    let accepted: Int
    let repeated: Int
}

extension Problem {
    /// The sender of a webhook did not prove who they are.
    static let badSignature = Problem.invalidToken.explained(
        id: "Tanda tangan tidak cocok. Periksa rahasia bersama di kedua sisi.",
        en: "The signature does not match. Check the shared secret on both sides.")
}

extension Request {
    func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
}
