import AnalyticsAPI
import Foundation
import Postgres
import SinergiCore
import Tenancy

/// Facts as rows. Every statement runs in the inbox's transaction, in the agency's own name.
struct FactStore: Sendable {
    /// A complaint of the own intake, unless more is known of it already.
    func add(_ complaint: ComplaintCounted, in transaction: PostgresTransaction, _ scope: AgencyScope) async throws {
        _ = try await transaction.query(
            """
            INSERT INTO analytics.case_fact (agency, case_id, version, origin, own_intake, received_at, kind, category, status,
                automatic)
            SELECT \(Int32(scope.number)), \(complaint.complaintID), 0, \(scope.code), true, \(complaint.receivedAt),
                \(complaint.kind), \(complaint.category), 'submitted', false
            WHERE NOT EXISTS (
                SELECT FROM analytics.withheld
                WHERE agency = \(Int32(scope.number)) AND digest = sha256(uuid_send(\(complaint.complaintID))))
            ON CONFLICT (agency, case_id) DO NOTHING
            """)
    }

    /// The case as it stands, unless a later state is known already, and its steps, each once.
    func apply(
        _ change: CaseChanged, _ facts: CaseChanged.Facts, in transaction: PostgresTransaction, _ scope: AgencyScope
    ) async throws {
        let agency = Int32(scope.number)
        let steps = facts.steps
        _ = try await transaction.query(
            """
            INSERT INTO analytics.case_fact AS f (agency, case_id, version, origin, own_intake, received_at, kind, category,
                area_code, status, outcome, automatic, due_at, accepted_at, first_answer_at, closed_at)
            VALUES (\(agency), \(change.caseID), \(Int32(change.version)), \(facts.origin), \(facts.origin == scope.code),
                \(facts.receivedAt), \(facts.kind), \(facts.category), \(facts.areaCode), \(facts.status), \(facts.outcome),
                \(facts.automatic), \(facts.dueAt), \(facts.acceptedAt), \(facts.firstAnswerAt), \(facts.closedAt))
            ON CONFLICT (agency, case_id) DO UPDATE SET
                version = excluded.version, kind = excluded.kind, category = excluded.category, area_code = excluded.area_code,
                status = excluded.status, outcome = excluded.outcome, automatic = excluded.automatic, due_at = excluded.due_at,
                accepted_at = excluded.accepted_at, first_answer_at = excluded.first_answer_at,
                closed_at = excluded.closed_at, updated_at = clock_timestamp()
            WHERE f.version < excluded.version
            """)
        guard !steps.isEmpty else { return }
        let ids = steps.map { StepID.make(caseID: change.caseID, seq: $0.seq, at: $0.at) }
        _ = try await transaction.query(
            """
            INSERT INTO analytics.step_fact (agency, id, case_id, seq, at, event, actor, office)
            SELECT \(agency), s.id, \(change.caseID), s.seq, s.at, s.event, s.actor, s.office
            FROM unnest(\(ids), \(steps.map { Int32($0.seq) }), \(steps.map(\.at)), \(steps.map(\.event)),
                \(steps.map(\.agency)), \(steps.map(\.office))) AS s(id, seq, at, event, actor, office)
            ON CONFLICT (agency, id) DO NOTHING
            """)
    }

    /// A confidential case: what was counted of it goes, and nothing of it comes again.
    func withhold(_ caseID: UUID, in transaction: PostgresTransaction) async throws {
        _ = try await transaction.query("SELECT analytics.withhold(\(caseID))")
    }
}
