import Foundation
import Postgres
import RoutingAPI
import SinergiCore
import Tenancy

/// Statements about answers to the reporter.
enum AnswerStore {
    /// The columns of `AnswerView`, of a table named `a`.
    static let columns: SQL = """
        a.id, a.case_id, a.office, a.body, a.interim, a.state, a.drafted_by, a.approved_by, a.published_at,
        a.corrects, a.corrected_by
        """

    static func read(_ id: AnswerID, case caseID: CaseID) -> SQL {
        "SELECT \(columns) FROM casework.answer a WHERE a.id = \(id.uuid) AND a.case_id = \(caseID.uuid)"
    }

    /// - Parameter office: In whose name; `nil` for the agency's lead part, else its first.
    static func draft(
        _ id: AnswerID, case caseID: CaseID, expected: Int32?, office: String?, body: String, interim: Bool,
        caller: Caller
    ) -> SQL {
        MoveResult.statement(
            """
            casework.draft_answer(\(id.uuid), c.id, \(caller.actor), \(caller.officer), \(office), \(body), \(interim))
            """, from: "casework.\"case\" c",
            where:
                "\(CaseScope.takesPart(caseID, caller)) AND (\(expected)::int4 IS NULL OR c.version = \(expected)::int4)"
        )
    }

    static func draftCorrection(
        _ id: AnswerID, case caseID: CaseID, corrects: UUID, body: String, caller: Caller
    ) -> SQL {
        MoveResult.statement(
            "casework.draft_correction(\(id.uuid), a.case_id, a.id, \(caller.actor), \(caller.officer), \(body))",
            from: "casework.answer a", where: CaseScope.answers(AnswerID(corrects), caseID, caller))
    }

    /// How many other cases of the agency got nearly the same words in the last ninety days, of those that the caller may read.
    static func similar(_ id: AnswerID, case caseID: CaseID, caller: Caller) -> SQL {
        """
        SELECT count(DISTINCT x.case_id)::int8 AS cases
        FROM casework.answer a, (
            SELECT o.case_id, o.body FROM casework.answer o
            WHERE o.agency = directory.me() AND o.case_id <> \(caseID.uuid) AND o.state <> 'returned'
                AND o.created_at > clock_timestamp() - interval '90 days'
            ORDER BY o.created_at DESC LIMIT 300
        ) x
        WHERE a.id = \(id.uuid) AND public.similarity(x.body, a.body) >= 0.8
            AND NOT EXISTS (SELECT FROM casework.participation p
                            WHERE p.agency = directory.me() AND p.case_id = x.case_id AND NOT \(CaseScope.readablePart(caller)))
        """
    }

    static func review(_ id: AnswerID, case caseID: CaseID, approve: Bool, note: String?, caller: Caller) -> SQL {
        MoveResult.statement(
            "casework.review_answer(a.case_id, a.id, \(caller.actor), \(approve), \(note))",
            from: "casework.answer a", where: CaseScope.answers(id, caseID, caller))
    }

    static func publish(_ id: AnswerID, case caseID: CaseID, expected: Int32?, note: String?, caller: Caller) -> SQL {
        MoveResult.statement(
            """
            (SELECT CASE WHEN a.corrects IS NULL
                THEN casework.publish_answer(a.case_id, a.id, \(expected)::int4, \(caller.actor), \(note), \(caller.trace))
                ELSE casework.publish_correction(a.case_id, a.id, \(expected)::int4, \(caller.actor), \(note), \(caller.trace))
                END AS r)
            """,
            from: "casework.answer a", where: CaseScope.answers(id, caseID, caller))
    }
}

extension AnswerView {
    init(row: PostgresRow, caller: Caller) throws {
        let directory = caller.directory
        self.init(
            answerID: AnswerID(try row.decode("id", as: UUID.self)),
            caseID: CaseID(try row.decode("case_id", as: UUID.self)),
            office: directory.reference(try row.decode("office", as: UUID.self)),
            body: caller.reveal(try row.decode("body", as: String.self)),
            interim: try row.decode("interim", as: Bool.self),
            state: try row.decode("state", as: String.self),
            draftedBy: try row.decodeIfPresent("drafted_by", as: String.self),
            approvedBy: try row.decodeIfPresent("approved_by", as: String.self),
            publishedAt: try row.decodeIfPresent("published_at", as: Date.self),
            corrects: try row.decodeIfPresent("corrects", as: UUID.self).map { AnswerID($0) },
            correctedBy: try row.decodeIfPresent("corrected_by", as: UUID.self).map { AnswerID($0) })
    }
}
