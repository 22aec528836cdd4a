import Foundation
import HTTPTypes
import Postgres
import RoutingAPI
import ServiceKit
import SinergiCore
import Tenancy

/// Tasks of an office's part: private to its agency, so plain rows under its own policies.
struct TaskWorkflow: Sendable {
    let database: AgencyDatabase

    private static let columns: SQL = """
        t.id, t.case_id, t.office, t.title, t.due_at, t.officer, t.checklist::text AS checklist, t.state, t.created_by,
        t.created_at, t.updated_at
        """

    /// Open ones first, by due time.
    func list(_ id: CaseID, caller: Caller) async throws -> [TaskView] {
        try caller.require(.read)
        // The policy shows the agency's tasks; the join keeps to cases of which it still has a part.
        return try await database.query(
            caller,
            """
            SELECT \(Self.columns) FROM casework.task t JOIN casework."case" c ON c.id = t.case_id
            WHERE t.agency = directory.me() AND t.case_id = \(id.uuid)
                AND (\(caller.unit)::uuid IS NULL OR t.office = \(caller.unit)::uuid)
            ORDER BY t.state <> 'open', t.due_at NULLS LAST, t.id LIMIT 200
            """
        ).map { try TaskView(row: $0, directory: caller.directory) }
    }

    /// For the caller's office's part; for an officer of the agency itself, the lead's or the first.
    func create(
        _ id: CaseID, _ body: TaskBody, caller: Caller, repeatable: IdempotentRequest? = nil
    ) async throws -> Reply {
        try caller.require(.draft)
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

    /// What is absent stays.
    func change(_ id: UUID, _ body: TaskBody.Change, caller: Caller) async throws -> Reply {
        try caller.require(.draft)
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
