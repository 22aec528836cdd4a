import HTTPTypes
import Hummingbird
import Identity
import ServiceKit
import SinergiCore
import Tenancy

/// The webhook of SMS gateways: one message in JSON or as a form, with the gateway's own names of the fields.
///
/// | route | who |
/// |---|---|
/// | `POST /v1/channels/sms` | the gateway, with a signature or the shared token |
struct SMSController: Sendable {
    let workflow: ConversationWorkflow
    let parts: SMSParts
    let settings: [Int: ChannelSettings]

    func addRoutes(to router: some RouterMethods<AppContext>) {
        router.post("/v1/channels/sms", use: receive)
    }

    private func receive(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        guard let settings = settings[context.agency.number]?.sms else { throw Problem.notFound }
        let bytes = try await context.collect(request)
        let isProven =
            switch settings.auth {
            case .hmac: ChannelSignature.accepts(request.header("X-Signature"), bytes, secret: settings.secret)
            case .token: ConstantTime.equal(request.header("Authorization") ?? "", "Bearer \(settings.secret)")
            }
        guard isProven else { throw Problem.badSignature }
        let values: [String: JSONValue]
        switch String((request.headers[.contentType] ?? "").prefix { $0 != ";" }).lowercased().trimmed {
        case "application/json":
            guard let object = try JSONBody.parse(bytes).object else { throw Problem.invalid("#", "bad_format") }
            values = Dictionary(object.members.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        case "application/x-www-form-urlencoded":
            values = Dictionary(
                try FormBody(bytes: bytes).fields.map { ($0.name, .string($0.value)) }, uniquingKeysWith: { $1 })
        default:
            throw Problem.unsupportedMediaType(["application/json", "application/x-www-form-urlencoded"])
        }
        let sms = try Self.message(values, settings.fields)
        guard let message = try await parts.take(sms, in: context.agency) else {
            return try JSONResponse(ChannelAnswer(accepted: 1, repeated: 0))
        }
        let isNew = try await workflow.receive(message, in: context.agency, trace: context.trace)
        try await parts.settle(message, in: context.agency)
        return try JSONResponse(ChannelAnswer(accepted: isNew ? 1 : 0, repeated: isNew ? 0 : 1))
    }

    /// - Throws: 422 with the gateway's own name of each wrong field.
    static func message(_ values: [String: JSONValue], _ names: [String: String]) throws(Problem) -> SMSMessage {
        var errors: [FieldError] = []
        func text(_ field: String) -> String? {
            switch values[names[field] ?? field] {
            case .string(let text): text.unicodeScalars.contains("\0") ? nil : text
            case .integer(let number): String(number)
            default: nil
            }
        }
        func check(_ field: String, _ isRight: Bool) {
            guard !isRight else { return }
            let name = names[field] ?? field
            let code = values[name] == nil ? "required" : "bad_format"
            errors.append(FieldError(pointer: FieldError.pointer([name]), code: code))
        }
        let id = text("id") ?? ""
        check("id", (1...180).contains(id.unicodeScalars.count))
        let phone = text("from").flatMap { ContactRules.phone($0) }
        check("from", phone != nil)
        let body = text("text").map { String(String.UnicodeScalarView($0.unicodeScalars.prefix(ChannelText.limit))) }
        check("text", body != nil)
        let parts = text("parts").flatMap { Int($0) }
        let part = text("part").flatMap { Int($0) }
        let reference = text("reference").map { String($0.prefix(60)) }
        if let parts, parts > 1 {
            check("parts", parts <= 20)
            check("part", part.map { (1...parts).contains($0) && $0 <= 20 } ?? false)
            check("reference", reference?.isEmpty == false)
        }
        guard errors.isEmpty, let phone, let body else { throw .validation(errors) }
        return SMSMessage(id: id, phone: phone, text: body, reference: reference, part: part, parts: parts)
    }
}
