import Foundation
import Postgres
import RoutingAPI
import SinergiCore
import Tenancy

/// Reads a case and everything of it. What an agency sees of it is decided by the database's policies.
enum CaseStore {
    /// The statements that read a case, in the order that `CaseDocument` expects; for one pipeline, one round trip.
    ///
    /// - Parameter caller: Who reads; a case that is secret to this person is not found. `nil` after a write that was allowed.
    static func reads(_ id: SQL, for caller: Caller? = nil) -> [SQL] {
        let readable: SQL = if let caller { CaseScope.readable(caller) } else { "true" }
        return [
            """
            SELECT c.id, c.version::int8 AS version, c.tracking_code, c.status, c.outcome, c.kind, c.category, c.title,
                c.description, c.description_published, c.area_code, c.lat, c.long, c.address,
                c.event_date::text AS event_date, c.anonymous, c.confidential, c.origin::int8 AS origin, c.lead_office,
                c.holder_office, c.interim_holder, c.hops::int8 AS hops, c.received_at, c.updated_at, c.held_since,
                c.resolve_due, c.planned_outcome, c.outcome_details::text AS outcome_details, c.multi_agency,
                c.appeal_office, c.accused_office, c.attributes::text AS attributes,
                c.originally_received_on::text AS originally_received_on, c.channel, c.sealed AND c.filed_as IS NOT NULL AND c.status IN ('submitted', 'verified', 'routed', 'in_progress')
                    AS false_alarm, t.sealed AS sealed_text
            FROM casework."case" c
            LEFT JOIN casework.sealed_text t ON t.agency = directory.me() AND t.case_id = c.id
            WHERE c.id = \(id) AND \(readable)
            """,
            """
            SELECT p.office, p.role, p.state, p.since, p.until, p.due_at, p.officer_name, p.external_reference, p.result, p.bound,
                own.officer, own.id IS NOT NULL AND own.opened_at IS NULL AS unseen
            FROM casework.parties(\(id)) p
            LEFT JOIN casework.participation own
                ON own.agency = directory.me() AND own.case_id = \(id) AND own.office = p.office AND own.role = p.role
            """,
            "SELECT \(HandoffStore.columns) FROM casework.handoff h WHERE h.case_id = \(id) ORDER BY h.offered_at, h.id",
            """
            SELECT \(ArbitrationStore.columns)
            FROM casework.arbitration a
            WHERE a.case_id = \(id)
            ORDER BY a.opened_at DESC LIMIT 1
            """,
            "SELECT \(AnswerStore.columns) FROM casework.answer a WHERE a.case_id = \(id) ORDER BY a.created_at, a.id",
            """
            SELECT k.step, k.office, k.started_at, k.due_at, k.state, k.provisional, k.legal_basis, k.rung::int8 AS rung
            FROM casework.clock k
            WHERE k.case_id = \(id)
            ORDER BY k.started_at, k.id
            """,
            """
            SELECT \(DecisionStore.columns) FROM casework.decision d WHERE d.case_id = \(id) ORDER BY d.at DESC, d.id DESC LIMIT 1
            """,
            """
            SELECT e.seq::int8 AS seq, e.at, e.office, e.actor, e.type, e.status, e.visibility, e.body
            FROM casework.entry e
            WHERE e.case_id = \(id)
            ORDER BY e.seq
            """,
            "SELECT x.office, x.since, x.until FROM casework.holding x WHERE x.case_id = \(id) ORDER BY x.number",
            MergeStore.links(of: id),
            MergeStore.splits(of: id),
            "SELECT m.cluster FROM casework.matter m WHERE m.agency = directory.me() AND m.case_id = \(id)",
        ]
    }

    static func reads(_ id: CaseID, for caller: Caller? = nil) -> [SQL] { reads("\(id.uuid)", for: caller) }
}
