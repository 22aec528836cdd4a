import Foundation
import HTTPTypes
import Postgres
import RoutingAPI
import ServiceKit
import SinergiCore
import Tenancy

/// Reads cases and changes what is known of them.
struct CaseWorkflow: Sendable {
    let database: AgencyDatabase
    let runner: MoveRunner

    /// One page of a queue, with the cursor after it where there is more.
    func list(
        _ filter: QueueFilter, after cursor: DueCursor?, limit: Int, caller: Caller
    ) async throws -> (rows: [CaseRow], next: DueCursor?) {
        try caller.require(.read)
        let sql = QueueStore.list(filter, after: cursor, limit: limit, caller: caller)
        var rows = Array(try await database.query(caller, sql))
        if let cursor, !cursor.isUndated, rows.count <= limit {
            // Dated lines have come to their end.
            rows += try await database.query(
                caller, QueueStore.list(filter, after: .undated, limit: limit - rows.count, caller: caller))
        }
        let shown = rows.prefix(limit)
        let unseen = try shown.filter { try $0.decode("unseen", as: Bool.self) }
        await markSeen(try unseen.map { try $0.decode("part_case", as: UUID.self) }, caller: caller)
        var next: DueCursor?
        if rows.count > limit, let last = shown.last {
            next = try DueCursor(row: last, id: try last.decode("part_id", as: UUID.self))
        }
        return (try shown.map { try CaseRow(row: $0, directory: caller.directory) }, next)
    }

    /// A case with everything of it, in one round trip.
    /// - Throws: 404 where the caller's agency has no part.
    func read(_ id: CaseID, caller: Caller) async throws -> CaseDocument {
        try caller.require(.read)
        let results = try await database.once(caller, CaseStore.reads(id, for: caller))
        guard let document = try CaseDocument(results[...], caller: caller) else { throw Problem.notFound }
        if document.unseen { await markSeen([id.uuid], caller: caller) }
        return document
    }

    /// Notes that somebody who does the work of an office has looked, so that it is not called dormant (product decision 7).
    /// Who only watches, as a head or an auditor, does not count. If it cannot be noted now, it is the next time.
    private func markSeen(_ cases: [UUID], caller: Caller) async {
        guard !cases.isEmpty, let office = caller.office, caller.may(.draft) || caller.may(.verify) else { return }
        _ = try? await database.query(
            caller.scope, "SELECT casework.mark_seen(\(cases)::uuid[], \(office.id), \(caller.actsAgencyWide))")
    }

    func verify(_ id: CaseID, _ body: VerifyBody, expected: Int?, caller: Caller) async throws -> Reply {
        try caller.require(.verify)
        let changes = try JSONWriter.text(of: JSONValue.object(body.changes))
        let move = MoveResult.statement(
            """
            casework.verify(c.id, \(expected.asInt32)::int4, \(caller.actor), \(changes)::jsonb, \(body.note), \(caller.trace))
            """, from: "casework.\"case\" c", where: CaseScope.leads(id, caller))
        return try await change(id, move, expected: expected, caller: caller)
    }

    /// Gives the caller's office's part to a person; an officer of the agency itself gives the agency's first part.
    func assign(_ id: CaseID, _ body: AssignBody, expected: Int?, caller: Caller) async throws -> Reply {
        try caller.require(.assign)
        // A name that nobody has becomes NULL, which the function refuses as a bad field.
        let move = MoveResult.statement(
            """
            casework.assign(\(UUID.v7()), c.id, \(expected.asInt32)::int4, \(caller.actor), \(caller.unitCode), (
                SELECT o.id FROM directory.officer o
                WHERE o.agency = directory.me() AND o.active
                    AND (o.id::text = lower(\(body.officer)) OR o.username = \(body.officer))
            ), \(body.note), \(caller.trace))
            """, from: "casework.\"case\" c", where: CaseScope.takesPart(id, caller))
        return try await change(id, move, expected: expected, caller: caller)
    }

    /// Somebody of the caller's agency goes: its duty officers are rung no more.
    func takeAlarm(_ id: CaseID, _ body: TakeAlarmBody, expected: Int?, caller: Caller) async throws -> Reply {
        let move = MoveResult.statement(
            """
            casework.take_alarm(c.id, \(expected.asInt32)::int4, \(caller.actor), \(caller.office?.code), \(body.note),
                \(caller.trace))
            """, from: "casework.\"case\" c", where: CaseScope.takesPart(id, caller))
        return try await change(id, move, expected: expected, caller: caller)
    }

    /// Adds a line for colleagues; among participants it also reaches the arbiter as advice.
    func note(
        _ id: CaseID, _ body: CaseNoteBody, caller: Caller, repeatable: IdempotentRequest? = nil
    ) async throws -> Reply {
        try caller.require(.note)
        let entry = UUID.v7()
        let move = MoveResult.statement(
            """
            casework.note(\(entry), c.id, \(caller.actor), \(caller.office?.code), \(body.visibility.rawValue), \(body.body),
                \(caller.trace))
            """, from: "casework.\"case\" c", where: CaseScope.takesPart(id, caller))
        let read: SQL = """
            SELECT e.seq::int8 AS seq, e.at, e.office, e.actor, e.type, e.status, e.visibility, e.body
            FROM casework.entry e WHERE e.id = \(entry)
            """
        let plan = MoveRunner.Plan(statements: [move, read], subject: .case(id), expected: nil) { move, results in
            guard let row = results[1].first, let view = try EntryView(row: row, caller: caller) else {
                throw Problem.notFound
            }
            return try Reply(view, status: .created, version: move.version)
        }
        return try await runner.run(plan, caller: caller, repeatable: repeatable)
    }

    /// Makes a move of the case and answers the case as it is then.
    func change(
        _ id: CaseID, _ move: SQL, expected: Int?, caller: Caller, repeatable: IdempotentRequest? = nil
    ) async throws -> Reply {
        let plan = MoveRunner.Plan(
            statements: [move] + CaseStore.reads(id), subject: .case(id), expected: expected
        ) { _, results in
            guard let document = try CaseDocument(results[1...], caller: caller) else { throw Problem.notFound }
            return try Reply(document.view, version: document.version)
        }
        return try await runner.run(plan, caller: caller, repeatable: repeatable)
    }
}

extension Int? {
    /// As the database's functions take versions; a number that no version has stays one that none has.
    var asInt32: Int32? { map { Int32(exactly: $0) ?? -1 } }
}
