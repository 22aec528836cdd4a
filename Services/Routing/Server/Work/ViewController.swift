import Foundation
import Hummingbird
import Identity
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// Saved views of the queue, and who is at a case.
///
/// | route | permission | for whom |
/// |---|---|---|
/// | `GET`, `POST /v1/views` | read | own ones and the agency's shared ones |
/// | `DELETE /v1/views/{id}` | read; assign for shared ones | its owner, or who may assign |
/// | `POST /v1/cases/{id}/presence` | note | who may read the case |
struct ViewController: Sendable {
    let callers: CallerReader
    let cases: CaseWorkflow

    private var database: AgencyDatabase { cases.database }

    func addRoutes(to router: Router<AppContext>) {
        router.get("/v1/views", use: list)
        router.post("/v1/views", use: create)
        router.delete("/v1/views/:view_id", use: remove)
        router.post("/v1/cases/:case_id/presence", use: announce)
    }

    private static let columns: SQL = """
        v.id, v.name, v.owner IS NULL AS shared, v.filter::text AS filter, v.created_by, v.created_at
        """

    @Sendable private func list(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let caller = try await callers.caller(request, context)
        try caller.require(.read)
        let rows = try await database.query(
            caller,
            """
            SELECT \(Self.columns) FROM casework.saved_view v
            WHERE v.agency = directory.me() AND v.removed_at IS NULL
                AND (v.owner IS NULL OR v.owner = \(caller.principal.subject))
            ORDER BY v.name, v.id LIMIT 200
            """)
        return try JSONResponse(try ShortList.document(rows.map(Self.view)))
    }

    @Sendable private func create(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body, repeatable) = try await callers.creation(ViewBody.self, .read, request, context)
        if body.shared { try caller.require(.assign) }
        let insert: SQL = """
            INSERT INTO casework.saved_view AS v (agency, id, owner, name, filter, created_by)
            VALUES (directory.me(), \(UUID.v7()), \(body.shared ? nil : caller.principal.subject)::text, \(body.name),
                \(try JSONWriter.text(of: JSONValue.object(body.filter)))::jsonb, \(caller.actor))
            RETURNING \(Self.columns)
            """
        return try await PrivateWrite(database: database).run(insert, caller: caller, repeatable: repeatable) { row in
            try Reply(try Self.view(row), status: .created)
        }
    }

    @Sendable private func remove(_ request: Request, _ context: AppContext) async throws -> Response {
        let caller = try await callers.caller(request, context)
        try caller.require(.read)
        let removed = try await database.query(
            caller,
            """
            UPDATE casework.saved_view SET removed_at = clock_timestamp()
            WHERE agency = directory.me() AND id = \(try request.pathID("view_id", context)) AND removed_at IS NULL
                AND (owner = \(caller.principal.subject) OR owner IS NULL AND \(caller.may(.assign)))
            RETURNING id
            """)
        guard !removed.isEmpty else { throw Problem.notFound }
        return Response(status: .noContent)
    }

    /// Says that the caller is at a case, and tells which colleagues are, as of the last ninety seconds.
    @Sendable private func announce(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let (caller, body) = try await callers.action(PresenceBody.self, .note, request, context, emptyAllowed: true)
        let id = CaseID(try request.pathID("case_id", context))
        let results = try await database.once(
            caller,
            [
                """
                INSERT INTO casework.presence (agency, case_id, subject, name, editing, at)
                SELECT directory.me(), c.id, \(String(caller.principal.subject.prefix(200))), \(caller.actor), \(body.editing),
                    clock_timestamp()
                FROM casework."case" c WHERE \(CaseScope.takesPart(id, caller))
                ON CONFLICT (agency, case_id, subject) DO UPDATE
                    SET name = excluded.name, editing = excluded.editing, at = excluded.at
                RETURNING case_id
                """,
                """
                SELECT p.name, p.editing, p.at FROM casework.presence p
                WHERE p.agency = directory.me() AND p.case_id = \(id.uuid) AND p.subject <> \(caller.principal.subject)
                    AND p.at > clock_timestamp() - interval '90 seconds'
                ORDER BY p.at DESC LIMIT 50
                """,
            ])
        guard results.count == 2, !results[0].isEmpty else { throw Problem.notFound }
        let others = try results[1].map { row -> JSONValue in
            [
                "name": .string(try row.decode("name", as: String.self)),
                "editing": .bool(try row.decode("editing", as: Bool.self)),
                "at": .string(Timestamp.text(try row.decode("at", as: Date.self))),
            ]
        }
        return try JSONResponse(ShortList.document(others))
    }

    private static func view(_ row: PostgresRow) throws -> JSONValue {
        [
            "view_id": .string(try row.decode("id", as: UUID.self).text),
            "name": .string(try row.decode("name", as: String.self)),
            "shared": .bool(try row.decode("shared", as: Bool.self)),
            "filter": .raw(try row.decode("filter", as: String.self)),
            "created_by": .string(try row.decode("created_by", as: String.self)),
            "created_at": .string(Timestamp.text(try row.decode("created_at", as: Date.self))),
        ]
    }
}

/// Body of `POST /v1/views`.
struct ViewBody: RequestBodyFields, Sendable {
    let name: String
    /// Query parameters of `GET /v1/cases`.
    let filter: JSONObject
    let shared: Bool

    init(fields: inout FieldReader) {
        name = fields.requiredString("name", max: 100)
        shared = fields.bool("shared") ?? false
        let names = [
            "queue", "status", "category", "area_code", "kind", "priority", "officer", "due_from", "due_to", "q",
        ]
        filter =
            fields.object("filter") { inner in
                var filter = JSONObject()
                for name in names {
                    if let text = inner.string(name, max: 200) { filter[name] = .string(text) }
                }
                return filter
            } ?? JSONObject()
    }
}

/// Body of `POST …/presence`.
struct PresenceBody: RequestBodyFields, Sendable {
    /// Whether the person is writing, not only reading.
    let editing: Bool

    init(fields: inout FieldReader) {
        editing = fields.bool("editing") ?? false
    }
}
