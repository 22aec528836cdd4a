import Foundation
import HTTPTypes
import Hummingbird
import Postgres
import RoutingAPI
import ServiceKit
import SinergiCore
import Tenancy

/// Tasks of an office's part: private to its agency, so plain rows under its own policies.
///
/// | route | permission | for whom |
/// |---|---|---|
/// | `GET /v1/cases/{id}/tasks` | read | officers of the agency |
/// | `POST /v1/cases/{id}/tasks` | draft | an office with an accepted part |
/// | `POST /v1/tasks/{id}` | draft | the office of the task; what is absent stays |
struct TaskController: Sendable {
    let callers: CallerReader
    let database: AgencyDatabase

    func addRoutes(to router: Router<AppContext>) {
        router.get("/v1/cases/:case_id/tasks", use: list)
        router.post("/v1/cases/:case_id/tasks", use: create)
        router.post("/v1/tasks/:task_id", use: change)
    }

    private static let columns: SQL = """
        t.id, t.case_id, t.office, t.title, t.due_at, t.officer, t.checklist::text AS checklist, t.state, t.created_by,
        t.created_at, t.updated_at
        """

    @Sendable private func list(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let caller = try await callers.caller(request, context)
        try caller.require(.read)
        let id = CaseID(try request.pathID("case_id", context))
        // The policy shows the agency's tasks; the join keeps to cases of which it still has a part.
        let rows = try await database.query(
            caller,
            """
            SELECT \(Self.columns) FROM casework.task t JOIN casework."case" c ON c.id = t.case_id
            WHERE t.agency = directory.me() AND t.case_id = \(id.uuid)
                AND (\(caller.unit)::uuid IS NULL OR t.office = \(caller.unit)::uuid)
            ORDER BY t.state <> 'open', t.due_at NULLS LAST, t.id LIMIT 200
            """)
        let views = try rows.map { try TaskView(row: $0, directory: caller.directory) }
        return try JSONResponse(TaskList(data: views))
    }

    @Sendable private func create(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body, repeatable) = try await callers.creation(TaskBody.self, .draft, request, context)
        let id = CaseID(try request.pathID("case_id", context))
        let task = UUID.v7()
        let checklist = try JSONWriter.text(of: body.checklist ?? [])
        let insert: SQL = """
            INSERT INTO casework.task AS t (agency, id, case_id, office, title, due_at, officer, checklist, created_by)
            SELECT directory.me(), \(task), p.case_id, p.office, \(body.title ?? ""), \(body.dueAt), \(body.officer),
                \(checklist)::jsonb, \(caller.actor)
            FROM casework.participation p
            WHERE p.agency = directory.me() AND p.case_id = \(id.uuid) AND p.state = 'active'
                AND p.role IN ('lead', 'contributor', 'monitor')
                AND (\(caller.unit)::uuid IS NULL OR p.office = \(caller.unit)::uuid)
            ORDER BY p.role <> 'lead', p.id LIMIT 1
            RETURNING \(Self.columns)
            """
        return try await database.withAgencyRetrying(caller) { transaction in
            if let first = try await repeatable?.claim(in: transaction) { return first }
            guard let row = try await transaction.query(insert).first else { throw Problem.notFound }
            let reply = try Reply(TaskView(row: row, directory: caller.directory), status: .created)
            if let repeatable { try await transaction.execute(repeatable.keep(reply)) }
            return reply
        }
    }

    @Sendable private func change(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body) = try await callers.action(TaskBody.Change.self, .draft, request, context)
        let id = try request.pathID("task_id", context)
        let checklist = try body.checklist.map { try JSONWriter.text(of: $0) }
        let rows = try await database.query(
            caller,
            """
            UPDATE casework.task t SET title = coalesce(\(body.title), t.title), due_at = coalesce(\(body.dueAt), t.due_at),
                officer = coalesce(\(body.officer), t.officer), checklist = coalesce(\(checklist)::jsonb, t.checklist),
                state = coalesce(\(body.state?.rawValue), t.state), updated_at = clock_timestamp()
            WHERE t.agency = directory.me() AND t.id = \(id)
                AND (\(caller.unit)::uuid IS NULL OR t.office = \(caller.unit)::uuid)
            RETURNING \(Self.columns)
            """)
        guard let row = rows.first else { throw Problem.notFound }
        return try Reply(TaskView(row: row, directory: caller.directory))
    }
}

/// `{"data":[…]}`: a case has few tasks, so there are no pages.
private struct TaskList: Encodable, Sendable {
    let data: [TaskView]
}

/// Body of `POST /v1/cases/{id}/tasks`.
struct TaskBody: RequestBodyFields, Sendable {
    let title: String?
    let dueAt: Date?
    let officer: UUID?
    let checklist: [TaskView.Check]?

    init(fields: inout FieldReader) {
        title = fields.requiredString("title", min: 3, max: 200)
        (dueAt, officer, checklist) = Self.rest(&fields)
    }

    fileprivate static func rest(_ fields: inout FieldReader) -> (Date?, UUID?, [TaskView.Check]?) {
        let checklist = fields.objects("checklist", max: 50) { fields in
            TaskView.Check(text: fields.requiredString("text", max: 300), done: fields.bool("done") ?? false)
        }
        return (fields.moment("due_at"), fields.uuid("officer"), checklist)
    }

    /// Body of `POST /v1/tasks/{id}`.
    struct Change: RequestBodyFields, Sendable {
        enum State: String {
            case open, done, dropped
        }
        let title: String?
        let dueAt: Date?
        let officer: UUID?
        let checklist: [TaskView.Check]?
        let state: State?

        init(fields: inout FieldReader) {
            title = fields.string("title", min: 3, max: 200)
            state = fields.choice("state", State.self)
            (dueAt, officer, checklist) = TaskBody.rest(&fields)
        }
    }
}

extension TaskView {
    init(row: PostgresRow, directory: Directory) throws {
        self.init(
            taskID: try row.decode("id", as: UUID.self), caseID: CaseID(try row.decode("case_id", as: UUID.self)),
            office: directory.reference(try row.decode("office", as: UUID.self)),
            title: try row.decode("title", as: String.self), dueAt: try row.decodeIfPresent("due_at", as: Date.self),
            officer: try row.decodeIfPresent("officer", as: UUID.self).map { OfficerID($0) },
            checklist: try StoredJSON.decode([Check].self, from: try row.decode("checklist", as: String.self)),
            state: try row.decode("state", as: String.self), createdBy: try row.decode("created_by", as: String.self),
            createdAt: try row.decode("created_at", as: Date.self),
            updatedAt: try row.decode("updated_at", as: Date.self))
    }
}
