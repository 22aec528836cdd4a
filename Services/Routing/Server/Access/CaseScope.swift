import Foundation
import Identity
import Postgres
import SinergiCore
import Tenancy

/// Which rows a caller may act on, as conditions: a move is only called for rows that fulfil them, so that the check and
/// the move are one statement. The border between agencies is the database's own and not repeated here.
enum CaseScope {
    /// The case `c`, if its lead is an office of the caller.
    static func leads(_ id: CaseID, _ caller: Caller) -> SQL {
        """
        c.id = \(id.uuid) AND (\(caller.unit)::uuid IS NULL OR c.lead_office = \(caller.unit)::uuid) AND \(readable(caller))
        """
    }

    /// The case `c`, if an office of the caller has a part in it.
    static func takesPart(_ id: CaseID, _ caller: Caller) -> SQL {
        """
        c.id = \(id.uuid) AND (\(caller.unit)::uuid IS NULL OR EXISTS (
            SELECT FROM casework.participation p
            WHERE p.agency = directory.me() AND p.case_id = c.id AND p.office = \(caller.unit)::uuid AND p.state <> 'ended'))
        AND \(readable(caller))
        """
    }

    /// The case `c`, if it is neither secret to the caller nor about the caller or the caller's office.
    static func readable(_ caller: Caller) -> SQL {
        """
        casework.may_read(c.id, c.confidential, \(caller.principal.subject), \(caller.office?.id)::uuid, \(caller.answersForOffice))
        """
    }

    /// The same of a line `p` of a queue; only secret cases and those with an accused cost a look at more than the line.
    static func readablePart(_ caller: Caller) -> SQL {
        """
        (NOT p.confidential AND p.accused = '{}'
            OR casework.may_read(p.case_id, p.confidential, \(caller.principal.subject), \(caller.office?.id)::uuid,
                \(caller.answersForOffice)))
        """
    }

    /// The handoff `h`, if it goes to an office of the caller.
    static func receives(_ id: HandoffID, _ caller: Caller) -> SQL {
        """
        h.id = \(id.uuid) AND h.to_agency = directory.me()
        AND (\(caller.unit)::uuid IS NULL OR h.to_office = \(caller.unit)::uuid)
        """
    }

    /// The handoff `h`, if it comes from an office of the caller.
    static func sends(_ id: HandoffID, _ caller: Caller) -> SQL {
        """
        h.id = \(id.uuid) AND h.from_agency = directory.me()
        AND (\(caller.unit)::uuid IS NULL OR h.from_office = \(caller.unit)::uuid)
        """
    }

    /// The arbitration `a`, if it is before an office of the caller.
    static func decides(_ id: ArbitrationID, _ caller: Caller) -> SQL {
        """
        a.id = \(id.uuid) AND a.arbiter_agency = directory.me()
        AND (\(caller.unit)::uuid IS NULL OR a.arbiter_office = \(caller.unit)::uuid)
        """
    }

    /// The answer `a` to a case, if it is of an office of the caller.
    static func answers(_ id: AnswerID, _ caseID: CaseID, _ caller: Caller) -> SQL {
        """
        a.id = \(id.uuid) AND a.case_id = \(caseID.uuid) AND a.agency = directory.me()
        AND (\(caller.unit)::uuid IS NULL OR a.office = \(caller.unit)::uuid)
        """
    }
}
