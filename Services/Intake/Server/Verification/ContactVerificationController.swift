import Foundation
import HTTPTypes
import Hummingbird
import ServiceKit
import SinergiCore
import Tenancy

/// A reporter shows by a one-time code that a telephone number or an address of mail is theirs.
///
/// | route | who |
/// |---|---|
/// | `GET /v1/complaints/{code}/contact-verification` | the holder of the access key |
/// | `POST …/contact-verification`, `POST …/contact-verification/confirm` | the holder of the access key |
struct ContactVerificationController: Sendable {
    let verification: ContactVerification

    func addRoutes(to router: some RouterMethods<AppContext>) {
        router.get("/v1/complaints/:tracking_code/contact-verification", use: show)
        router.post("/v1/complaints/:tracking_code/contact-verification", use: send)
        router.post("/v1/complaints/:tracking_code/contact-verification/confirm", use: confirm)
    }

    private func show(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let record = try await verification.following.owned(request, context)
        return try await state(of: record, context)
    }

    private func send(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let record = try await verification.following.owned(request, context)
        let key = try request.idempotencyKey()
        let (bytes, value) = try await JSONBody.bytesAndValue(from: request, context)
        let body = try JSONBody.read(ContactVerificationBody.self, from: value)
        let sent = try await verification.send(
            body.channel, typed: body.contact, for: record, from: Visitor(request, context),
            key: key.map { ($0, Fingerprint.bytes(Array(request.uri.path.utf8) + bytes)) }, in: context.agency,
            trace: context.trace)
        return try JSONResponse(
            JSONValue.object([
                "channel": .string(sent.channel), "sent_to": .string(sent.hint),
                "expires_at": .string(Timestamp.text(sent.expiresAt)), "attempts": .integer(OneTimeCode.attempts),
            ]), status: .accepted)
    }

    private func confirm(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let record = try await verification.following.owned(request, context)
        let body = try await JSONBody.decode(OneTimeCodeBody.self, from: request, context)
        switch try await verification.confirm(body.code, for: record, in: context.agency) {
        case .confirmed: return try await state(of: record, context)
        case .wrong(let left): throw Problem.wrongCode(left: left)
        case .none: throw Problem.noCode
        }
    }

    private func state(of record: ComplaintRecord, _ context: AppContext) async throws -> JSONResponse {
        let state = try await verification.state(of: record, in: context.agency)
        func time(_ date: Date?) -> JSONValue { date.map { .string(Timestamp.text($0)) } ?? .null }
        return try JSONResponse(
            JSONValue.object([
                "has_email": .bool(state.hasEmail), "email_verified_at": time(state.emailVerifiedAt),
                "has_phone": .bool(state.hasPhone), "phone_verified_at": time(state.phoneVerifiedAt),
            ]))
    }
}

extension Problem {
    static func wrongCode(left: Int) -> Problem {
        .invalid(
            "#/code", "wrong_code",
            Localized(
                id: left == 0
                    ? "Kode salah lima kali. Minta kode baru." : "Kode ini salah. Tersisa \(left) kali coba.",
                en: left == 0
                    ? "Wrong five times. Ask for a new code." : "This code is wrong. \(left) attempts are left."))
    }

    static let noCode = Problem.wrongState().explained(
        id: "Tidak ada kode yang berlaku. Minta kode baru.", en: "There is no valid code. Ask for a new one.")
}

/// Body of `POST …/contact-verification`.
struct ContactVerificationBody: RequestBodyFields {
    let channel: ContactClaim.Channel
    let contact: String?

    init(fields: inout FieldReader) {
        let channel = fields.choice("channel", ContactClaim.Channel.self)
        if channel == nil, fields.errors.isEmpty { fields.fail("channel", "required") }
        self.channel = channel ?? .sms
        contact = fields.string("contact", max: 254)?.trimmed
    }
}

/// Body of `POST …/contact-verification/confirm`.
struct OneTimeCodeBody: RequestBodyFields {
    let code: OneTimeCode

    init(fields: inout FieldReader) {
        let typed = fields.requiredString("code", min: 1, max: 20)
        let code = OneTimeCode(typed: typed)
        if code == nil, !typed.isEmpty { fields.fail("code", "bad_format") }
        self.code = code ?? .random()
    }
}
