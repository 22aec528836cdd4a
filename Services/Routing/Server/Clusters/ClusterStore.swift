import Foundation
import Postgres
import RoutingAPI
import SinergiCore
import Tenancy

/// Statements about clusters of like reports. All of them are the agency's own.
enum ClusterStore {
    private static let columns: SQL = """
        SELECT k.id, k.version::int8 AS version, k.code, k.region, k.state, k.office, k.opened_at, k.first_case,
            k.alarm_at::int8 AS alarm_at, k.owner, k.cause, k.measure, k.measure_due::text AS measure_due, k.measured_at,
            s.reports, s.unanswered, s.areas, s.first_at, s.last_at, w.offices, w.rung_at, w.taken_at, w.taken_by
        FROM casework.cluster k
        CROSS JOIN LATERAL (
            SELECT count(*)::int8 AS reports, count(DISTINCT c.area_code)::int8 AS areas,
                count(*) FILTER (WHERE c.status NOT IN ('answered', 'closed', 'merged', 'archived'))::int8 AS unanswered,
                coalesce(min(m.received_at), k.opened_at) AS first_at, coalesce(max(m.received_at), k.opened_at) AS last_at
            FROM casework.matter m JOIN casework."case" c ON c.id = m.case_id AND NOT c.confidential
            WHERE m.agency = directory.me() AND m.cluster = k.id
        ) s
        CROSS JOIN LATERAL (
            SELECT coalesce(array_agg(a.office ORDER BY a.office), '{}') AS offices, min(a.rung_at) AS rung_at,
                max(a.taken_at) AS taken_at, max(a.taken_by) AS taken_by
            FROM casework.alarm a WHERE a.agency = directory.me() AND a.case_id = k.first_case
        ) w
        """

    static func list(state: String?, after: (at: Date, id: UUID)?, limit: Int) -> SQL {
        """
        \(columns)
        WHERE k.agency = directory.me() AND (\(state)::text IS NULL OR k.state = \(state)::text)
            AND (\(after?.at)::timestamptz IS NULL
                 OR (date_trunc('milliseconds', k.opened_at), k.id) < (\(after?.at)::timestamptz, \(after?.id)::uuid))
        ORDER BY date_trunc('milliseconds', k.opened_at) DESC, k.id DESC
        LIMIT \(Int32(limit + 1))
        """
    }

    static func read(_ id: UUID) -> SQL { "\(columns) WHERE k.agency = directory.me() AND k.id = \(id)" }

    /// Reports of its matter and area in equally long times before and after the measure.
    static func effect(of id: UUID) -> SQL {
        """
        SELECT k.measured_at,
            (SELECT count(*)::int8 FROM casework.matter m WHERE m.agency = k.agency AND m.code = k.code AND m.region = k.region
                AND m.received_at >= k.measured_at - x.span AND m.received_at < k.measured_at) AS before,
            (SELECT count(*)::int8 FROM casework.matter m WHERE m.agency = k.agency AND m.code = k.code AND m.region = k.region
                AND m.received_at >= k.measured_at AND m.received_at < k.measured_at + x.span) AS after
        FROM casework.cluster k
        CROSS JOIN LATERAL (SELECT least(clock_timestamp() - k.measured_at, interval '30 days') AS span) x
        WHERE k.agency = directory.me() AND k.id = \(id) AND k.measured_at IS NOT NULL
        """
    }

    static let answerColumns: SQL = """
        SELECT a.id, a.cluster, a.office, a.body, a.interim, a.state, a.drafted_by, a.approved_by, a.note, a.published_at,
            (SELECT count(*)::int8 FROM casework.cluster_reached r WHERE r.agency = a.agency AND r.answer = a.id) AS reached
        FROM casework.cluster_answer a
        """

    static func answers(of id: UUID) -> SQL {
        "\(answerColumns) WHERE a.agency = directory.me() AND a.cluster = \(id) ORDER BY a.created_at, a.id LIMIT 100"
    }

    static func answer(_ id: UUID, of cluster: UUID) -> SQL {
        "\(answerColumns) WHERE a.agency = directory.me() AND a.cluster = \(cluster) AND a.id = \(id)"
    }

    /// Its reports, oldest first; those that the caller may read.
    static func members(of id: UUID, after: (at: Date, id: UUID)?, limit: Int, caller: Caller) -> SQL {
        """
        SELECT c.id, c.tracking_code, c.title, c.status, c.area_code, c.lead_office,
            date_trunc('milliseconds', m.received_at) AS received_at,
            EXISTS (SELECT FROM casework.answer a WHERE a.case_id = c.id AND a.state = 'published' AND NOT a.interim) AS answered
        FROM casework.matter m
        JOIN casework."case" c ON c.id = m.case_id AND NOT c.confidential
        WHERE m.agency = directory.me() AND m.cluster = \(id) AND \(CaseScope.readable(caller))
            AND (\(after?.at)::timestamptz IS NULL
                 OR (date_trunc('milliseconds', m.received_at), c.id) > (\(after?.at)::timestamptz, \(after?.id)::uuid))
        ORDER BY date_trunc('milliseconds', m.received_at), c.id
        LIMIT \(Int32(limit + 1))
        """
    }

    /// Cases that a common answer has not reached and may reach.
    static func unreached(by answer: UUID, of cluster: UUID, limit: Int, caller: Caller) -> SQL {
        """
        SELECT c.id, c.tracking_code
        FROM casework.matter m
        JOIN casework."case" c ON c.id = m.case_id AND NOT c.confidential
        WHERE m.agency = directory.me() AND m.cluster = \(cluster) AND \(CaseScope.readable(caller))
            AND c.status NOT IN ('merged', 'closed', 'archived')
            AND NOT EXISTS (SELECT FROM casework.cluster_reached r
                            WHERE r.agency = directory.me() AND r.answer = \(answer) AND r.case_id = c.id)
        ORDER BY m.received_at, c.id
        LIMIT \(Int32(limit))
        """
    }

    /// Answers one case, if its lead is the caller's or has been offered to the caller's office.
    static func reach(_ caseID: UUID, with answer: UUID, caller: Caller) -> SQL {
        MoveResult.statement(
            "casework.answer_member(\(answer), c.id, \(caller.actor), \(caller.trace))",
            from: "casework.\"case\" c",
            where: """
                c.id = \(caseID) AND \(CaseScope.readable(caller))
                AND (\(caller.unit)::uuid IS NULL OR c.lead_office = \(caller.unit)::uuid
                     OR EXISTS (SELECT FROM casework.handoff h
                                WHERE h.case_id = c.id AND h.role = 'lead' AND h.state = 'offered' AND h.to_office = \(caller.unit)::uuid))
                """)
    }

    static func draft(
        _ id: UUID, cluster: UUID, office: UUID, body: ClusterAnswerBody, caller: Caller
    ) -> SQL {
        """
        INSERT INTO casework.cluster_answer (agency, id, cluster, office, body, interim, drafted_by, drafted_by_officer)
        SELECT directory.me(), \(id), k.id, \(office), \(body.body), \(body.interim), \(caller.actor), \(caller.officer)
        FROM casework.cluster k WHERE k.agency = directory.me() AND k.id = \(cluster) AND k.state <> 'closed'
        RETURNING id
        """
    }

    /// Whose the root cause is, what is done, by when.
    static func change(_ id: UUID, _ body: ClusterBody, owner: UUID?, expected: Int32?, caller: Caller) -> SQL {
        """
        UPDATE casework.cluster k
        SET owner = \(owner)::uuid, cause = \(body.cause), measure = \(body.measure), measure_due = \(body.measureDue)::text::date,
            measured_at = CASE WHEN \(body.measureDone) THEN coalesce(k.measured_at, clock_timestamp()) END,
            state = CASE WHEN \(body.closed) THEN 'closed' WHEN k.state = 'closed' THEN 'quiet' ELSE k.state END,
            version = k.version + 1, changed_by = \(caller.actor), changed_at = clock_timestamp()
        WHERE k.agency = directory.me() AND k.id = \(id) AND (\(expected)::int4 IS NULL OR k.version = \(expected)::int4)
        RETURNING k.id
        """
    }
}
