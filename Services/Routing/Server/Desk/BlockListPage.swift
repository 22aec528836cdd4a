import Foundation
import HTTPTypes
import Hummingbird
import Identity
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// The workspace's page of callers who are shut out for a time, and of networks that are never challenged.
///
/// | route | who |
/// |---|---|
/// | `GET /blocklist` | with a session: who manages rules, overrules, or audits |
/// | `POST /blocklist`, `POST /blocklist/{id}/end` | manageRules |
///
/// Intake keeps them; this page only asks it, in the name of the officer.
struct BlockListPage: Sendable {
    let door: OfficerDoor
    let intake: ServiceClient
    let database: AgencyDatabase

    private static let title = Localized(id: "Daftar blokir", en: "Block list")
    private static let texts = ["value", "reason", "until"]
    private static let subjects = ["contact", "address", "client"]
    /// As intake's own limit and default.
    private static let longest = 90
    private static let usual = 7

    func addRoutes(to router: Router<AppContext>) {
        router.get("/blocklist", use: show)
        router.post("/blocklist", use: add)
        router.post("/blocklist/:rule_id/end", use: end)
    }

    /// Who may look, as intake says it.
    static func isOpen(to caller: Caller) -> Bool {
        caller.may(.manageRules) || caller.may(.overrule) || caller.principal.roles.contains(.auditor)
    }

    @Sendable private func show(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let (session, caller) = try await door.officer(request, context) else { return door.login(context) }
        return try await page(caller, session, request, context, attempt: nil)
    }

    @Sendable private func add(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let (fields, session, caller) = try await door.form(request, context) else { return door.login(context) }
        try caller.require(.manageRules)
        let subject = fields["subject"] ?? ""
        var body: JSONObject = [
            "effect": .string(fields["effect"] ?? "block"), "reason": .string(fields["reason"] ?? ""),
        ]
        if Self.subjects.contains(subject) { body[subject] = .string(fields["value"] ?? "") }
        if let until = fields["until"], !until.isEmpty {
            // The whole last day, by the officer's clock.
            let end = Day(until).map { Self.zone(caller).instant($0, seconds: 86_399) }
            body["expires_at"] = .string(end.map { Timestamp.text($0) } ?? until)
        }
        // A second tap is the same rule.
        let key = fields["form_id"].flatMap(UUID.init(uuidString:)) ?? UUID.v7()
        return try await sending("", .object(body), key: key, done: "add", fields, caller, session, request, context)
    }

    @Sendable private func end(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let (fields, session, caller) = try await door.form(request, context) else { return door.login(context) }
        try caller.require(.manageRules)
        let id: UUID = try request.pathID("rule_id", context)
        return try await sending(
            "/\(id.text)/end", [:], key: UUID.v7(), done: "end", fields, caller, session, request, context)
    }

    private func sending(
        _ path: String, _ body: JSONValue, key: UUID, done: String, _ fields: FormBody, _ caller: Caller,
        _ session: Session, _ request: Request, _ context: AppContext
    ) async throws -> Response {
        var headers = Self.headers(caller, context)
        headers[.idempotencyKey] = key.text
        let answer: ServiceClient.Response
        do {
            answer = try await intake.post(
                .intake, agency: caller.scope, path: "/v1/caller-rules" + path, json: body, headers: headers,
                trace: context.trace)
        } catch is ServiceClient.Failure {
            throw Problem.overloaded
        }
        guard !answer.isSuccess else { return door.pages.redirect(to: "/blocklist?done=\(done)", context) }
        guard answer.status != .notFound else { throw Problem.notFound }
        let problem = try answer.json()
        let details = (problem["errors"]?.array ?? []).compactMap { $0["detail"]?.string }
        let error = details.isEmpty ? problem["detail"]?.string ?? "" : details.joined(separator: " ")
        return try await page(caller, session, request, context, attempt: (fields, error, answer.status))
    }

    private func page(
        _ caller: Caller, _ session: Session, _ request: Request, _ context: AppContext,
        attempt: (fields: FormBody, error: String, status: HTTPResponse.Status)?
    ) async throws -> Response {
        guard Self.isOpen(to: caller) else { throw Problem.insufficientRole }
        let language = context.language
        let page = try Page(request)
        let cursor = page.cursor.map { "&cursor=\($0.text)" } ?? ""
        let answer: ServiceClient.Response
        do {
            answer = try await intake.get(
                .intake, agency: caller.scope, path: "/v1/caller-rules?limit=\(page.limit)\(cursor)",
                headers: Self.headers(caller, context), trace: context.trace)
        } catch { throw Problem.overloaded }
        guard answer.isSuccess else {
            throw answer.status == .unprocessableContent
                ? Problem.invalid("#/cursor", "bad_format") : Problem.overloaded
        }
        let document = try answer.json()
        let rows = document["data"]?.array ?? []
        let names = try await names(rows, caller)
        let today = Self.zone(caller).day(of: Date())
        let chosen = attempt?.fields["subject"] ?? "contact"
        let isExempt = attempt?.fields["effect"] == "exempt"
        var model: [String: Any] = [
            "rows": rows.map { line($0, names, caller, language) }, "is_empty": rows.isEmpty,
            "may_change": caller.may(.manageRules), "form_id": UUID.v7().text,
            "subjects": Self.subjects.map {
                ["value": $0, "label": door.pages.text("block_" + $0, language), "chosen": $0 == chosen]
                    as [String: Any]
            },
            "is_exempt": isExempt, "is_block": !isExempt, "earliest": today.description,
            "latest": today.adding(Self.longest - 1).description, "open": attempt != nil,
        ]
        for name in Self.texts { model[name] = attempt?.fields[name] ?? "" }
        if attempt == nil { model["until"] = today.adding(Self.usual).description }
        if let attempt { model["error"] = attempt.error }
        if attempt == nil, let done = request.query("done"), ["add", "end"].contains(done) {
            model["done"] = door.pages.text("block_done_" + done, language)
        }
        if let next = document["meta"]?["cursor"]?.string { model["next"] = next }
        return try door.pages.page(
            "blocklist", title: Self.title, model: model, request, context, session: session,
            status: attempt?.status ?? .ok)
    }

    private func line(
        _ rule: JSONValue, _ names: [String: String], _ caller: Caller, _ language: Language
    ) -> [String: Any] {
        func moment(_ name: String) -> Any {
            rule[name]?.string.flatMap { Timestamp.date($0) }
                .map { DueMark.moment($0, zone: caller.office?.zone, language: language) } as Any? ?? false
        }
        func officer(_ name: String) -> Any {
            rule[name]?.string.map { names[$0] ?? door.pages.text("block_somebody", language) } as Any? ?? false
        }
        let subject = rule["subject"]?.string ?? ""
        return [
            "id": rule["rule_id"]?.string ?? "", "active": rule["active"]?.bool ?? false,
            "exempts": rule["effect"]?.string == "exempt", "kind": door.pages.text("block_" + subject, language),
            "value": rule["value"]?.string ?? door.pages.text("block_hidden", language),
            "why": rule["reason"]?.string ?? "", "by": officer("created_by"), "at": moment("created_at"),
            "until": moment("expires_at"), "ended_at": moment("ended_at"), "ended_by": officer("ended_by"),
        ]
    }

    /// Who wrote the rules: intake knows officers by their ids.
    private func names(_ rows: [JSONValue], _ caller: Caller) async throws -> [String: String] {
        let ids = Set(rows.flatMap { [$0["created_by"]?.string, $0["ended_by"]?.string] }.compactMap { $0 })
        guard !ids.isEmpty else { return [:] }
        var names: [String: String] = [:]
        for row in try await database.query(
            caller.scope,
            """
            SELECT o.id, o.name FROM directory.officer o
            WHERE o.agency = directory.me() AND o.id = ANY (\(ids.compactMap(UUID.init(uuidString:)))::uuid[])
            """)
        {
            names[try row.decode("id", as: UUID.self).text] = try row.decode("name", as: String.self)
        }
        return names
    }

    private static func headers(_ caller: Caller, _ context: AppContext) -> HTTPFields {
        var headers: HTTPFields = [.acceptLanguage: context.language.rawValue]
        headers[.officer] = caller.principal.subject
        return headers
    }

    private static func zone(_ caller: Caller) -> Zone {
        (caller.office?.zone).flatMap(Zone.init(rawValue:)) ?? .jakarta
    }
}
