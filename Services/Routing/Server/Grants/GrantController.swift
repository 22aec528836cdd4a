import Foundation
import HTTPTypes
import Hummingbird
import Identity
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// The reporter's identity, asked for, granted, looked at.
///
/// | route | permission | for whom |
/// |---|---|---|
/// | `GET /v1/cases/{id}/identity-grants` | read | the grantee and the origin |
/// | `POST /v1/cases/{id}/identity-grants` | accept | agencies with an accepted part, not the origin |
/// | `POST /v1/identity-grants/{id}/decide` | approve | the origin |
/// | `POST /v1/identity-grants/{id}/revoke` | approve | the grantee and the origin |
/// | `POST /v1/identity-grants/{id}/look` | draft | the grantee |
/// | `GET /v1/identity-grants/{id}/looks` | read | the grantee and the origin |
struct GrantController: Sendable {
    let callers: CallerReader
    let cases: CaseWorkflow
    let runner: MoveRunner
    let keys: NodeKeys

    func addRoutes(to router: Router<AppContext>) {
        router.get("/v1/cases/:case_id/identity-grants", use: list)
        router.post("/v1/cases/:case_id/identity-grants", use: ask)
        router.post("/v1/identity-grants/:grant_id/decide", use: decide)
        router.post("/v1/identity-grants/:grant_id/revoke", use: revoke)
        router.post("/v1/identity-grants/:grant_id/look", use: look)
        router.get("/v1/identity-grants/:grant_id/looks", use: looks)
    }

    private static let columns: SQL = """
        g.id, g.case_id, g.agency::int8 AS agency, g.purpose, g.fields, g.state, g.requested_by, g.requested_at, g.decided_by, g.decided_at,
        g.expires_at, g.note, g.key_id
        """

    private static func read(_ id: UUID) -> SQL {
        "SELECT \(columns) FROM casework.identity_grant g WHERE g.id = \(id)"
    }

    @Sendable private func list(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let caller = try await callers.knowing(try await callers.caller(request, context))
        let id = CaseID(try request.pathID("case_id", context))
        _ = try await cases.read(id, caller: caller)
        let results = try await cases.database.once(
            caller,
            [
                "SELECT casework.expire_grants()",
                """
                SELECT \(Self.columns) FROM casework.identity_grant g WHERE g.case_id = \(id.uuid) ORDER BY g.requested_at, g.id LIMIT 200
                """,
            ])
        return try JSONResponse(ShortList.document(results[1].map { try Self.view($0, caller) }))
    }

    @Sendable private func ask(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body, repeatable) = try await callers.creation(GrantBody.self, .accept, request, context)
        let caseID = CaseID(try request.pathID("case_id", context))
        let id = UUID.v7()
        let move = MoveResult.statement(
            "casework.request_identity(\(id), c.id, \(caller.actor), \(body.purpose), \(body.fields), \(caller.trace))",
            from: "casework.\"case\" c", where: CaseScope.takesPart(caseID, caller))
        return try await run(id, move, subject: .case(caseID), status: .created, caller: caller, repeatable: repeatable)
    }

    @Sendable private func decide(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body) = try await callers.action(GrantDecisionBody.self, .approve, request, context)
        let (id, caseID) = try await grant(request, context, caller)
        let move = MoveResult.statement(
            """
            casework.decide_identity(g.id, \(caller.actor), \(body.allow), \(Int32(body.days))::int4, \(body.note), \(caller.trace))
            """, from: "casework.identity_grant g", where: "g.id = \(id)")
        return try await run(id, move, subject: .case(caseID), status: .ok, caller: caller, repeatable: nil)
    }

    @Sendable private func revoke(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body) = try await callers.action(ErasureBody.self, .approve, request, context)
        let (id, caseID) = try await grant(request, context, caller)
        let move = MoveResult.statement(
            "casework.revoke_identity(g.id, \(caller.actor), \(body.reason), \(caller.trace))",
            from: "casework.identity_grant g", where: "g.id = \(id)")
        return try await run(id, move, subject: .case(caseID), status: .ok, caller: caller, repeatable: nil)
    }

    /// Opens the copy with the agency's own key; the look is in the log before the answer leaves.
    @Sendable private func look(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let (caller, body) = try await callers.action(LookBody.self, .draft, request, context)
        let (id, _) = try await grant(request, context, caller)
        let rows: PostgresRows
        do {
            rows = try await cases.database.query(
                caller,
                "SELECT r.sealed, r.fields FROM casework.look_identity(\(id), \(caller.actor), \(body.why)) r")
        } catch let error as PostgresError {
            throw Problem(error) ?? error
        }
        guard let row = rows.first else { throw Problem.notFound }
        let plain = try keys.open(
            try row.decode("sealed", as: [UInt8].self), of: caller.scope, about: "grant \(id.text)")
        let contact = try JSONBody.parse(plain)
        let fields = try row.decode("fields", as: [String].self)
        var shown = JSONObject()
        for name in ["name", "email", "phone"] {
            shown[name] = fields.contains(name) ? contact[name] ?? .null : .null
        }
        // Copies sealed before there were codes say nothing of it.
        for name in ["email_verified", "phone_verified"] { shown[name] = contact[name] ?? .null }
        return try JSONResponse(JSONValue.object(shown))
    }

    @Sendable private func looks(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let caller = try await callers.knowing(try await callers.caller(request, context))
        try caller.require(.read)
        let (id, _) = try await grant(request, context, caller)
        let rows = try await cases.database.query(
            caller,
            """
            SELECT l.officer, l.why, l.at, l.agency::int8 AS agency FROM casework.identity_look l WHERE l.grant_id = \(id)
            ORDER BY l.at DESC, l.id DESC LIMIT 200
            """)
        let items = try rows.map { row -> JSONValue in
            [
                "officer": .string(try row.decode("officer", as: String.self)),
                "agency": .string(caller.directory.agencies[try row.decode("agency", as: Int.self)]?.code ?? ""),
                "why": .string(caller.reveal(try row.decode("why", as: String.self))),
                "at": .string(Timestamp.text(try row.decode("at", as: Date.self))),
            ]
        }
        return try JSONResponse(ShortList.document(items))
    }

    /// The grant of the path, if the caller may read its case.
    private func grant(_ request: Request, _ context: AppContext, _ caller: Caller) async throws -> (UUID, CaseID) {
        let id = try request.pathID("grant_id", context)
        let rows = try await cases.database.query(caller, Self.read(id))
        guard let row = rows.first else { throw Problem.notFound }
        let caseID = CaseID(try row.decode("case_id", as: UUID.self))
        _ = try await cases.read(caseID, caller: caller)
        return (id, caseID)
    }

    private func run(
        _ id: UUID, _ move: SQL, subject: Subject, status: HTTPResponse.Status, caller: Caller,
        repeatable: IdempotentRequest?
    ) async throws -> Reply {
        let plan = MoveRunner.Plan(statements: [move, Self.read(id)], subject: subject) { move, results in
            guard let row = results[1].first else { throw Problem.notFound }
            return try Reply(Self.view(row, caller), status: status, version: move.version)
        }
        return try await runner.run(plan, caller: caller, repeatable: repeatable)
    }

    private static func view(_ row: PostgresRow, _ caller: Caller) throws -> JSONValue {
        func text(_ name: StaticString) throws -> JSONValue {
            caller.reveal(try row.decodeIfPresent(name, as: String.self)).map(JSONValue.string) ?? .null
        }
        func time(_ name: StaticString) throws -> JSONValue {
            try row.decodeIfPresent(name, as: Date.self).map { .string(Timestamp.text($0)) } ?? .null
        }
        let agency = caller.directory.agencies[try row.decode("agency", as: Int.self)]?.code
        return [
            "grant_id": .string(try row.decode("id", as: UUID.self).text),
            "case_id": .string(try row.decode("case_id", as: UUID.self).text),
            "agency": agency.map(JSONValue.string) ?? .null, "purpose": try text("purpose"),
            "fields": .array(try row.decode("fields", as: [String].self).map(JSONValue.string)),
            "state": try text("state"), "requested_by": try text("requested_by"),
            "requested_at": try time("requested_at"),
            "decided_by": try text("decided_by"), "decided_at": try time("decided_at"),
            "expires_at": try time("expires_at"), "note": try text("note"),
            // Set once the origin's intake has delivered the copy.
            "delivered": .bool(try row.decodeIfPresent("key_id", as: String.self) != nil),
        ]
    }
}

/// Body of `POST /v1/cases/{id}/identity-grants`.
struct GrantBody: RequestBodyFields, Sendable {
    let purpose: String
    /// Of `name`, `email`, `phone`.
    let fields: [String]

    init(fields reader: inout FieldReader) {
        purpose = reader.requiredString("purpose", min: 10, max: 1000)
        let names = reader.strings("fields", max: 3, length: 10) ?? []
        if names.isEmpty { reader.fail("fields", "required") }
        if !Set(names).isSubset(of: ["name", "email", "phone"]) || Set(names).count != names.count {
            reader.fail("fields", "bad_format")
        }
        fields = names
    }
}

/// Body of `POST /v1/identity-grants/{id}/decide`.
struct GrantDecisionBody: RequestBodyFields, Sendable {
    let allow: Bool
    /// For how many days, at most 90.
    let days: Int
    let note: String?

    init(fields: inout FieldReader) {
        if !fields.contains("allow") { fields.fail("allow", "required") }
        allow = fields.bool("allow") ?? false
        days = fields.integer("days", in: 1...90) ?? 30
        note = fields.string("note", max: 1000)
    }
}

/// Body of `POST /v1/identity-grants/{id}/look`.
struct LookBody: RequestBodyFields, Sendable {
    let why: String

    init(fields: inout FieldReader) {
        why = fields.requiredString("why", min: 5, max: 1000)
    }
}
