import AnalyticsAPI
import Foundation
import Postgres
import SinergiCore
import Tenancy

/// Adds facts up.
struct SummaryStore: Sendable {
    let database: AgencyDatabase

    /// The figures of an agency, in one round trip.
    func summary(_ span: Span, in scope: AgencyScope) async throws -> MetricsSummary {
        let results = try await database.once(scope, Self.cases(span, scope), Self.steps(span, scope))
        guard results.count == 2, let cases = results[0].first, let steps = results[1].first else {
            throw TenancyError.noResult
        }
        func count(_ row: PostgresRow, _ name: StaticString) throws -> Int { try row.decode(name, as: Int.self) }
        func hours(_ name: StaticString) throws -> Double? {
            try cases.decodeIfPresent(name, as: Double.self).map { ($0 * 100).rounded() / 100 }
        }
        return MetricsSummary(
            agency: scope.code, from: span.from.description, to: span.to.description,
            asOf: try cases.decode("as_of", as: Date.self), received: try count(cases, "received"),
            open: try count(cases, "open"), automatic: try count(cases, "automatic"),
            handoffs: MetricsSummary.Handoffs(
                offered: try count(steps, "offered"), accepted: try count(steps, "accepted"),
                declined: try count(steps, "declined"), expired: try count(steps, "expired"),
                arbitrated: try count(steps, "arbitrated")),
            answered: try count(cases, "answered"), reopened: try count(steps, "reopened"),
            closed: MetricsSummary.Closed(
                confirmedSolved: try count(cases, "confirmed_solved"),
                closedBySilence: try count(cases, "closed_by_silence")),
            overdue: try count(cases, "overdue"),
            withinLimit: try cases.decodeIfPresent("within_limit", as: Double.self),
            medianHours: MetricsSummary.MedianHours(
                accepted: try hours("hours_accepted"), firstAnswer: try hours("hours_first_answer"),
                close: try hours("hours_close")))
    }

    /// Late means due_at < now, never a flag. `within_limit` is null while nothing was closed.
    private static func cases(_ span: Span, _ scope: AgencyScope) -> SQL {
        """
        SELECT now() AS as_of,
            count(*) FILTER (WHERE own_intake AND is_received) AS received,
            count(*) FILTER (WHERE is_open) AS open,
            count(*) FILTER (WHERE automatic AND is_received) AS automatic,
            count(*) FILTER (WHERE is_answered) AS answered,
            count(*) FILTER (WHERE is_closed AND outcome = 'confirmed_solved') AS confirmed_solved,
            count(*) FILTER (WHERE is_closed AND outcome = 'closed_by_silence') AS closed_by_silence,
            count(*) FILTER (WHERE is_open AND due_at < now()) AS overdue,
            avg((closed_at <= due_at)::int::float8) FILTER (WHERE is_closed AND due_at IS NOT NULL) AS within_limit,
            percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM accepted_at - received_at)::float8 / 3600)
                FILTER (WHERE is_accepted) AS hours_accepted,
            percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM first_answer_at - received_at)::float8 / 3600)
                FILTER (WHERE is_answered) AS hours_first_answer,
            percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM closed_at - received_at)::float8 / 3600)
                FILTER (WHERE is_closed) AS hours_close
        FROM (
            SELECT *,
                received_at >= \(span.start) AS is_received,
                status NOT IN ('closed', 'archived', 'merged') AS is_open,
                accepted_at >= \(span.start) AND accepted_at < \(span.end) AS is_accepted,
                first_answer_at >= \(span.start) AND first_answer_at < \(span.end) AS is_answered,
                status = 'closed' AND closed_at >= \(span.start) AND closed_at < \(span.end) AS is_closed
            FROM analytics.case_fact
            WHERE agency = \(Int32(scope.number)) AND received_at < \(span.end)
        ) f
        """
    }

    /// The span of ids names the daily partitions to be read.
    private static func steps(_ span: Span, _ scope: AgencyScope) -> SQL {
        """
        SELECT count(*) FILTER (WHERE event = 'handoff_offered') AS offered,
            count(*) FILTER (WHERE event = 'handoff_accepted') AS accepted,
            count(*) FILTER (WHERE event = 'handoff_declined') AS declined,
            count(*) FILTER (WHERE event = 'handoff_expired') AS expired,
            count(*) FILTER (WHERE event = 'arbitrated') AS arbitrated,
            count(DISTINCT case_id) FILTER (WHERE event IN ('disputed', 'reopened')) AS reopened
        FROM analytics.step_fact
        WHERE agency = \(Int32(scope.number)) AND id >= \(StepID.floor(span.start)) AND id < \(StepID.floor(span.end))
        """
    }
}
