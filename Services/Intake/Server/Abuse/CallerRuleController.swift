import Foundation
import HTTPTypes
import Hummingbird
import Identity
import Media
import ServiceKit
import SinergiCore
import Tenancy

/// Officers' rules about callers: who is shut out for a time, and which networks are never challenged.
///
/// | route | who |
/// |---|---|
/// | `GET /v1/caller-rules`, `GET …/{id}` | admins, supervisors, auditors |
/// | `POST /v1/caller-rules`, `POST …/{id}/end` | admins |
///
/// The workspace asks in its own name for the officer of its session, whose roles it has looked at.
struct CallerRuleController: Sendable {
    let rules: CallerRules
    let verifier: TokenVerifier

    /// Nobody is shut out for longer without a second look.
    static let longest = TimeInterval(90 * 86_400)
    private static let usual = TimeInterval(7 * 86_400)

    func addRoutes(to router: some RouterMethods<AppContext>) {
        router.get("/v1/caller-rules", use: list)
        router.get("/v1/caller-rules/:rule_id", use: show)
        router.post("/v1/caller-rules", use: add)
        router.post("/v1/caller-rules/:rule_id/end", use: end)
    }

    private func list(_ request: Request, _ context: AppContext) async throws -> ListResponse<CallerRuleView> {
        try await reader(request, context)
        let page = try Page(request)
        let rows = try await rules.store.list(page, in: context.agency).map(CallerRuleView.init)
        return ListResponse(rows: rows, page: page, cursor: \.cursor)
    }

    private func show(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        try await reader(request, context)
        guard let id = Self.id(context), let rule = try await rules.store.find(id, in: context.agency) else {
            throw Problem.notFound
        }
        return try JSONResponse(CallerRuleView(rule))
    }

    private func add(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let who = try await administrator(request, context)
        let key = try request.idempotencyKey()
        let body = try await JSONBody.decode(CallerRuleBody.self, from: request, context)
        let now = Date()
        let subject: CallerRules.Subject
        switch body.subject {
        case .address(let text): subject = .address(text)
        case .client(let name): subject = .client(name)
        case .contact(let text):
            guard let hash = rules.contact(text, in: context.agency) else { throw Problem.notFound }
            subject = .contact(hash)
        }
        // A repeat under the same key is the same rule.
        let id =
            key.map {
                UUID.media("caller-rule", context.agency.code, who, $0, at: Date(timeIntervalSince1970: 0))
            } ?? UUID.v7()
        _ = try await rules.store.add(
            CallerRules.Rule(
                id: id, effect: body.effect, subject: subject, reason: body.reason,
                expiresAt: body.expiresAt ?? now.addingTimeInterval(Self.usual), createdBy: who,
                createdAt: now), in: context.agency)
        guard let stored = try await rules.store.find(id, in: context.agency), stored.subject == subject,
            stored.effect == body.effect, stored.reason == body.reason
        else { throw Problem.idempotencyKeyReused }
        try await rules.reload(context.agency)
        return try JSONResponse(
            CallerRuleView(stored), status: .created, headers: [.location: "v1/caller-rules/\(id.text)"])
    }

    private func end(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let who = try await administrator(request, context)
        guard let id = Self.id(context) else { throw Problem.notFound }
        // Ending what has ended changes nothing.
        try await rules.store.end(id, by: who, in: context.agency)
        guard let rule = try await rules.store.find(id, in: context.agency) else { throw Problem.notFound }
        try await rules.reload(context.agency)
        return try JSONResponse(CallerRuleView(rule))
    }

    private func reader(_ request: Request, _ context: AppContext) async throws {
        let who = try await context.authenticate(request, verifier)
        if Self.officer(of: request, who) != nil { return }
        guard who.has(.manageRules) || who.has(.overrule) || who.roles.contains(.auditor) else {
            throw Problem.insufficientRole
        }
    }

    /// Whose rule it becomes.
    private func administrator(_ request: Request, _ context: AppContext) async throws -> String {
        let who = try await context.authenticate(request, verifier)
        if let officer = Self.officer(of: request, who) { return officer }
        try who.require(.manageRules)
        return who.subject
    }

    private static func officer(of request: Request, _ who: Principal) -> String? {
        guard who.roles.contains(.service), let officer = request.headers[.officer], !officer.isEmpty else {
            return nil
        }
        return String(officer.prefix(200))
    }

    private static func id(_ context: AppContext) -> UUID? {
        context.parameters.get("rule_id").flatMap(UUID.init(uuidString:))
    }
}

/// Body of `POST /v1/caller-rules`: exactly one of address, contact and client.
struct CallerRuleBody: RequestBodyFields {
    enum Subject { case address(String), contact(String), client(String) }

    let effect: CallerRules.Effect
    let subject: Subject
    let reason: String
    let expiresAt: Date?

    init(fields: inout FieldReader) {
        effect = fields.choice("effect", CallerRules.Effect.self) ?? .block
        let address = fields.string("address", max: 50)?.trimmed
        let contact = fields.string("contact", max: 254)?.trimmed
        let client = fields.string("client", max: 200)?.trimmed
        reason = fields.requiredString("reason", min: 10, max: 500).trimmed
        let expires = fields.string("expires_at", max: 40)
        expiresAt = expires.flatMap(Timestamp.date)
        subject =
            address.map(Subject.address) ?? contact.map(Subject.contact) ?? client.map(Subject.client) ?? .address("")
        if expires != nil {
            let now = Date()
            let range = now...now.addingTimeInterval(CallerRuleController.longest)
            if !(expiresAt.map(range.contains) ?? false) {
                fields.fail(
                    "expires_at", "bad_format",
                    Localized(id: "Waktu mendatang, paling lama 90 hari.", en: "A time to come, 90 days at most."))
            }
        }
        if [address, contact, client].filter({ $0 != nil }).count != 1 {
            fields.fail(
                "address", "required",
                Localized(
                    id: "Isi tepat satu: address, contact, atau client.",
                    en: "Give exactly one: address, contact or client."))
        }
        if let address, !Self.isNetwork(address) { fields.fail("address", "bad_format") }
        if let contact, ContactRules.phone(contact) == nil, !ContactRules.isEmail(contact) {
            fields.fail("contact", "bad_format")
        }
        if let client, client.isEmpty { fields.fail("client", "too_short") }
        // Anybody may write somebody else's number into a form, and a client is never challenged.
        if effect == .exempt, address == nil, contact != nil || client != nil { fields.fail("effect", "bad_format") }
    }

    /// One address or network.
    private static func isNetwork(_ text: String) -> Bool {
        (2...50).contains(text.count) && !text.contains(",") && !text.contains(" ") && (try? TrustedPeers(text)) != nil
    }
}

/// A rule as officers see it. Of a contact nothing is shown: only its hash is known.
struct CallerRuleView: Encodable, Sendable {
    let ruleID: UUID
    let effect: String
    let subject: String
    let value: String?
    let reason: String
    let active: Bool
    let createdBy: String
    let createdAt: Date
    let expiresAt: Date
    let endedAt: Date?
    let endedBy: String?

    init(_ rule: CallerRules.Rule) {
        ruleID = rule.id
        effect = rule.effect.rawValue
        switch rule.subject {
        case .address(let text): (subject, value) = ("address", text)
        case .contact: (subject, value) = ("contact", nil)
        case .client(let name): (subject, value) = ("client", name)
        }
        reason = rule.reason
        active = rule.isActive
        (createdBy, createdAt) = (rule.createdBy, rule.createdAt)
        (expiresAt, endedAt, endedBy) = (rule.expiresAt, rule.endedAt, rule.endedBy)
    }

    var cursor: Cursor { Cursor([Timestamp.text(createdAt), ruleID.text]) }

    private enum CodingKeys: String, CodingKey {
        case effect, subject, value, reason, active
        case ruleID = "rule_id"
        case createdBy = "created_by"
        case createdAt = "created_at"
        case expiresAt = "expires_at"
        case endedAt = "ended_at"
        case endedBy = "ended_by"
    }

    /// Writes `null` for what is absent, as everywhere on the wire.
    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(ruleID, forKey: .ruleID)
        try fields.encode(effect, forKey: .effect)
        try fields.encode(subject, forKey: .subject)
        try fields.encode(value, forKey: .value)
        try fields.encode(reason, forKey: .reason)
        try fields.encode(active, forKey: .active)
        try fields.encode(createdBy, forKey: .createdBy)
        try fields.encode(createdAt, forKey: .createdAt)
        try fields.encode(expiresAt, forKey: .expiresAt)
        try fields.encode(endedAt, forKey: .endedAt)
        try fields.encode(endedBy, forKey: .endedBy)
    }
}
