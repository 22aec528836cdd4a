import Foundation
import Postgres
import RoutingAPI
import SinergiCore
import Tenancy

/// Statements about offers.
enum HandoffStore {
    /// The columns of `HandoffView`, of a table named `h`.
    static let columns: SQL = """
        h.id, h.case_id, h.from_office, h.to_office, h.role, h.state, h.hop::int8 AS hop, h.reason, h.request, h.offered_at,
        h.due_at, h.decided_at, h.reason_code, h.decline_reason, h.suggested_office
        """

    static func read(_ id: HandoffID) -> SQL {
        "SELECT \(columns) FROM casework.handoff h WHERE h.id = \(id.uuid)"
    }

    static func offer(
        _ id: HandoffID, case caseID: CaseID, expected: Int32?, to: String, role: String, reason: String,
        request: String?,
        caller: Caller
    ) -> SQL {
        MoveResult.statement(
            """
            casework.offer(\(id.uuid), c.id, \(expected)::int4, \(caller.actor), \(to), \(role), \(reason), \(request),
                \(caller.trace))
            """, from: "casework.\"case\" c", where: CaseScope.leads(caseID, caller))
    }

    /// An offer that first verifies a case which nobody has looked at yet, with one transaction and one time.
    static func route(
        _ id: HandoffID, case caseID: CaseID, expected: Int32?, to: String, role: String, reason: String,
        request: String?,
        caller: Caller
    ) -> SQL {
        MoveResult.statement(
            """
            casework.offer(\(id.uuid), c.id, coalesce((v.verified ->> 'version')::int4, \(expected)::int4), \(caller.actor), \(to),
                \(role), \(reason), \(request), \(caller.trace))
            """,
            from: """
                casework."case" c
                LEFT JOIN LATERAL (
                    SELECT casework.verify(c.id, \(expected)::int4, \(caller.actor), '{}', NULL, \(caller.trace)) AS verified
                    WHERE c.status = 'submitted'
                ) v ON true
                """, where: CaseScope.leads(caseID, caller))
    }

    static func accept(
        _ id: HandoffID, expected: Int32?, note: String?, externalReference: String?, caller: Caller
    ) -> SQL {
        MoveResult.statement(
            """
            casework.accept(h.id, \(expected)::int4, \(caller.actor), \(note), \(externalReference), \(caller.trace))
            """, from: "casework.handoff h", where: CaseScope.receives(id, caller))
    }

    /// - Parameter next: Id of the offer, or of the arbitration, that follows.
    static func decline(
        _ id: HandoffID, next: UUID, expected: Int32?, code: String, reason: String, suggested: String, caller: Caller
    ) -> SQL {
        MoveResult.statement(
            """
            casework.decline(h.id, \(next), \(expected)::int4, \(caller.actor), \(code), \(reason), \(suggested),
                \(caller.trace))
            """, from: "casework.handoff h", where: CaseScope.receives(id, caller))
    }

    static func recall(_ id: HandoffID, expected: Int32?, reason: String, caller: Caller) -> SQL {
        MoveResult.statement(
            "casework.recall(h.id, \(expected)::int4, \(caller.actor), \(reason), \(caller.trace))",
            from: "casework.handoff h", where: CaseScope.sends(id, caller))
    }
}

extension HandoffView {
    init(row: PostgresRow, caller: Caller) throws {
        let directory = caller.directory
        self.init(
            handoffID: HandoffID(try row.decode("id", as: UUID.self)),
            caseID: CaseID(try row.decode("case_id", as: UUID.self)),
            from: directory.reference(try row.decode("from_office", as: UUID.self)),
            to: directory.reference(try row.decode("to_office", as: UUID.self)),
            role: try row.decode("role", as: String.self), state: try row.decode("state", as: String.self),
            hop: try row.decode("hop", as: Int.self),
            reason: caller.reveal(try row.decodeIfPresent("reason", as: String.self)),
            request: caller.reveal(try row.decodeIfPresent("request", as: String.self)),
            offeredAt: try row.decode("offered_at", as: Date.self),
            dueAt: try row.decodeIfPresent("due_at", as: Date.self),
            decidedAt: try row.decodeIfPresent("decided_at", as: Date.self),
            reasonCode: try row.decodeIfPresent("reason_code", as: String.self),
            declineReason: caller.reveal(try row.decodeIfPresent("decline_reason", as: String.self)),
            suggestedOffice: try row.decodeIfPresent("suggested_office", as: String.self))
    }
}
