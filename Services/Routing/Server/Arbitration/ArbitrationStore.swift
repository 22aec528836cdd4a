import Foundation
import Postgres
import RoutingAPI
import SinergiCore
import Tenancy

/// Statements about disputes before an arbiter.
enum ArbitrationStore {
    /// The columns of `ArbitrationView`, of a table named `a`.
    static let columns: SQL = """
        a.id, a.case_id, a.arbiter_office, a.opened_at, a.due_at, a.why, a.requested_by, a.request, a.decided_at, a.decided_by,
        a.reason, (
            SELECT coalesce(jsonb_agg(jsonb_build_object('office', e.office, 'at', e.at, 'body', e.body) ORDER BY e.seq), '[]')
            FROM casework.entry e
            WHERE e.case_id = a.case_id AND e.type IN ('note', 'advice') AND e.visibility = 'participants' AND e.at >= a.opened_at
                AND (a.decided_at IS NULL OR e.at <= a.decided_at)
        )::text AS advice
        """

    /// Open ones before offices of the caller, with the arbiter's line of the queue; most overdue first.
    static func open(after cursor: DueCursor?, limit: Int, caller: Caller, forAdvice: Bool) -> SQL {
        """
        SELECT \(columns), \(QueueStore.columns), \(DueCursor.column("a.due_at"))
        FROM casework.arbitration a
        JOIN casework.participation p
            ON p.agency = directory.me() AND p.case_id = a.case_id AND p.state = 'active'
            AND p.role = CASE WHEN \(forAdvice) THEN 'party' ELSE 'arbiter' END
        WHERE a.decided_at IS NULL AND (\(forAdvice) OR p.office = a.arbiter_office)
            AND (\(caller.unit)::uuid IS NULL OR p.office = \(caller.unit)::uuid OR \(forAdvice))
            AND \(CaseScope.readablePart(caller))
            AND \(DueCursor.follows(cursor, due: "a.due_at", id: "a.id"))
        ORDER BY a.due_at, a.id
        LIMIT \(limit + 1)
        """
    }

    static func read(_ id: ArbitrationID) -> SQL {
        "SELECT \(columns) FROM casework.arbitration a WHERE a.id = \(id.uuid)"
    }

    static func request(_ id: ArbitrationID, case caseID: CaseID, expected: Int32?, reason: String, caller: Caller)
        -> SQL
    {
        MoveResult.statement(
            """
            casework.request_arbitration(\(id.uuid), c.id, \(expected)::int4, \(caller.actor), \(reason), \(caller.trace))
            """, from: "casework.\"case\" c", where: CaseScope.takesPart(caseID, caller))
    }

    /// - Parameter contributors: JSON, `[{"office":"PLN","request":"…"}]`.
    static func decide(
        _ id: ArbitrationID, expected: Int32?, lead: String, contributors: String, monitor: String?, reason: String,
        multiAgency: Bool, caller: Caller
    ) -> SQL {
        MoveResult.statement(
            """
            casework.arbitrate(a.id, \(expected)::int4, \(caller.actor), \(lead), \(contributors)::jsonb, \(monitor), \(reason),
                \(caller.trace), \(multiAgency))
            """, from: "casework.arbitration a", where: CaseScope.decides(id, caller))
    }

    /// A party's word to the arbiter; the database checks that it is one, and that there is time.
    static func advise(_ id: ArbitrationID, office: String, body: String, caller: Caller) -> SQL {
        MoveResult.statement(
            "casework.advise(\(UUID.v7()), a.id, \(caller.actor), \(office), \(body), \(caller.trace))",
            from: "casework.arbitration a", where: "a.id = \(id.uuid)")
    }
}

extension ArbitrationView {
    init(row: PostgresRow, case line: CaseRow?, caller: Caller) throws {
        let directory = caller.directory
        let advice = try StoredJSON.decode([StoredAdvice].self, from: try row.decode("advice", as: String.self))
        self.init(
            arbitrationID: ArbitrationID(try row.decode("id", as: UUID.self)), case: line,
            arbiter: directory.reference(try row.decode("arbiter_office", as: UUID.self)),
            openedAt: try row.decode("opened_at", as: Date.self), dueAt: try row.decode("due_at", as: Date.self),
            why: try row.decode("why", as: String.self),
            requestedBy: try row.decodeIfPresent("requested_by", as: String.self),
            request: caller.reveal(try row.decodeIfPresent("request", as: String.self)),
            decidedAt: try row.decodeIfPresent("decided_at", as: Date.self),
            decidedBy: try row.decodeIfPresent("decided_by", as: String.self),
            reason: caller.reveal(try row.decodeIfPresent("reason", as: String.self)),
            advice: advice.map {
                Advice(office: directory.reference($0.office), at: $0.at, body: caller.reveal($0.body ?? ""))
            })
    }
}

/// A note as the database gathers it.
private struct StoredAdvice: Decodable {
    let office: UUID?
    let at: Date
    let body: String?
}
