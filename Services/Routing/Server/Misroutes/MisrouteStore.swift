import Foundation
import Postgres
import ServiceKit
import SinergiCore

/// What became of the agency's decisions where cases go. Definition: docs/integration.md, "Misroutes".
///
/// Secret cases and those with an accused are left out: they leave no trace in figures.
enum MisrouteStore {
    /// One row for each case whose first machine's word fell into the period and that has been sent to an office since.
    ///
    /// - Parameters: Days, both included, in the zone of the agency's front office.
    private static func routed(from: String, to: String) -> SQL {
        """
        WITH zone AS (
            SELECT coalesce((SELECT c.zone FROM directory.office o JOIN directory.calendar c ON c.code = o.calendar
                             WHERE o.id = directory.front_office(directory.me())), 'Asia/Jakarta') AS name
        ), first AS (
            SELECT DISTINCT ON (d.case_id) d.case_id, d.id, d.at, d.mode, d.rule
            FROM casework.decision d, zone
            WHERE d.agency = directory.me() AND d.mode IN ('automatic', 'suggested')
                AND d.at >= \(from)::text::date::timestamp AT TIME ZONE zone.name
                AND d.at < (\(to)::text::date + 1)::timestamp AT TIME ZONE zone.name
            ORDER BY d.case_id, d.at, d.id
        ), offered AS (
            SELECT f.*, c.tracking_code, c.category, c.channel, h.state, h.to_office, h.decided_at, h.decline_reason, h.reason_code,
                CASE WHEN f.mode = 'automatic' THEN 'automatic'
                     WHEN EXISTS (SELECT FROM casework.routing_signal s WHERE s.agency = directory.me() AND s.decision = f.id
                                  AND s.kind = 'accepted') THEN 'suggestion_taken'
                     ELSE 'by_hand' END AS how,
                (SELECT m.version FROM casework.model_opinion m
                 WHERE m.agency = directory.me() AND m.case_id = f.case_id AND m.acted) AS model
            FROM first f
            JOIN casework."case" c ON c.id = f.case_id AND c.origin = directory.me() AND NOT c.confidential
            JOIN LATERAL (SELECT x.* FROM casework.handoff x WHERE x.case_id = f.case_id AND x.role = 'lead'
                          AND x.from_agency = directory.me() ORDER BY x.offered_at, x.id LIMIT 1) h ON true
            WHERE NOT EXISTS (SELECT FROM casework.participation p
                              WHERE p.agency = directory.me() AND p.case_id = f.case_id AND p.accused <> '{}')
        ), judged AS (
            SELECT o.*, t.code AS chosen,
                array_remove(ARRAY[
                    CASE WHEN o.state = 'declined' THEN 'declined' END,
                    CASE WHEN EXISTS (SELECT FROM casework.arbitration a WHERE a.case_id = o.case_id AND a.decided_at IS NOT NULL
                                      AND upper(a.decision ->> 'lead') <> t.code) THEN 'arbitrated' END,
                    CASE WHEN EXISTS (SELECT FROM casework.routing_signal s WHERE s.agency = directory.me() AND s.decision = o.id
                                      AND s.kind = 'overruled') THEN 'overruled' END,
                    CASE WHEN EXISTS (SELECT FROM casework.objection b WHERE b.agency = directory.me() AND b.case_id = o.case_id
                                      AND b.upheld IS NOT FALSE) THEN 'objected' END], NULL) AS undone
            FROM offered o JOIN directory.office t ON t.id = o.to_office
        )
        """
    }

    /// Counts as a whole and by each dimension; `judged` is the denominator.
    static func figures(from: String, to: String) -> SQL {
        """
        \(routed(from: from, to: to))
        SELECT CASE WHEN GROUPING(how) = 0 THEN 'mode' WHEN GROUPING(rule) = 0 THEN 'rule' WHEN GROUPING(model) = 0 THEN 'model'
                    WHEN GROUPING(category) = 0 THEN 'category' WHEN GROUPING(channel) = 0 THEN 'channel' ELSE 'total' END AS dimension,
            coalesce(how, rule, model::text, category, channel) AS key,
            count(*) AS routed,
            count(*) FILTER (WHERE undone <> '{}' OR state IN ('accepted', 'declined', 'arbitrated')) AS judged,
            count(*) FILTER (WHERE undone <> '{}') AS undone,
            count(*) FILTER (WHERE 'declined' = ANY (undone)) AS declined,
            count(*) FILTER (WHERE 'arbitrated' = ANY (undone)) AS arbitrated,
            count(*) FILTER (WHERE 'overruled' = ANY (undone)) AS overruled,
            count(*) FILTER (WHERE 'objected' = ANY (undone)) AS objected
        FROM judged
        GROUP BY GROUPING SETS ((), (how), (rule), (model), (category), (channel))
        ORDER BY 1, 5 DESC, 2 NULLS LAST LIMIT 2000
        """
    }

    /// Decisions that were undone, newest first.
    static func undone(from: String, to: String, after decision: UUID?, limit: Int) -> SQL {
        let follows: SQL = decision.map { "id < \($0)" } ?? "true"
        return """
            \(routed(from: from, to: to))
            SELECT case_id, id, tracking_code, at, how, rule, model::int8 AS model, category, channel, to_office, undone,
                decline_reason, (SELECT c.lead_office FROM casework."case" c WHERE c.id = judged.case_id) AS lead_office
            FROM judged WHERE undone <> '{}' AND \(follows)
            ORDER BY id DESC LIMIT \(limit + 1)
            """
    }
}
