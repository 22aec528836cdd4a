import Foundation
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// A reporter's objection that nobody has answered yet.
struct Objection: Sendable {
    let id: UUID
    let caseID: UUID
    let at: Date
    /// In the reporter's words; of a secret case sealed until the caller opens it.
    let reason: String
    /// Name of the rule by which the machine decided; `nil` where it learnt that.
    let rule: String?
    let code: String
    let title: String
    let status: String
    /// Who holds the case now.
    let lead: UUID
    let isConfidential: Bool

    init(row: PostgresRow) throws {
        id = try row.decode("id", as: UUID.self)
        caseID = try row.decode("case_id", as: UUID.self)
        at = try row.decode("at", as: Date.self)
        reason = try row.decode("reason", as: String.self)
        rule = try row.decodeIfPresent("rule", as: String.self)
        code = try row.decode("tracking_code", as: String.self)
        title = try row.decode("title", as: String.self)
        status = try row.decode("status", as: String.self)
        lead = try row.decode("lead_office", as: UUID.self)
        isConfidential = try row.decode("confidential", as: Bool.self)
    }
}

/// Objections that wait for a person of the agency that received the case (docs/adr/0016).
struct ObjectionDesk: Sendable {
    let database: AgencyDatabase

    /// Those that the caller may answer, the oldest first.
    func waiting(
        after cursor: (at: Date, id: UUID)?, limit: Int, caller: Caller
    ) async throws -> (rows: [Objection], next: Cursor?) {
        try caller.require(.route)
        let follows: SQL =
            cursor.map { "(o.at, o.id) > (\($0.at), \($0.id))" } ?? "true"
        let rows = try await database.query(
            caller, "\(Self.rows(caller)) AND \(follows) ORDER BY o.at, o.id LIMIT \(limit + 1)"
        ).map { try Objection(row: $0) }
        let shown = Array(rows.prefix(limit))
        let next = rows.count > limit ? shown.last.map { Cursor([Timestamp.text($0.at), $0.id.text]) } : nil
        return (shown, next)
    }

    /// The one of a case, if the caller may answer it.
    func open(_ id: CaseID, caller: Caller) async throws -> Objection? {
        guard caller.may(.route) else { return nil }
        return try await database.query(caller, "\(Self.rows(caller)) AND o.case_id = \(id.uuid)").first
            .map { try Objection(row: $0) }
    }

    /// The same offices as those whose answer is taken: `CaseScope.takesPart`.
    private static func rows(_ caller: Caller) -> SQL {
        """
        SELECT o.id, o.case_id, date_trunc('milliseconds', o.at) AS at, o.reason, d.rule, c.tracking_code, c.title, c.status,
            c.lead_office, c.confidential
        FROM casework.objection o
        JOIN casework."case" c ON c.id = o.case_id AND c.origin = directory.me()
        LEFT JOIN casework.decision d ON d.id = o.decision
        WHERE o.agency = directory.me() AND o.answered_at IS NULL AND \(CaseScope.readable(caller))
            AND (\(caller.unit)::uuid IS NULL OR EXISTS (
                SELECT FROM casework.participation p
                WHERE p.agency = directory.me() AND p.case_id = c.id AND p.office = \(caller.unit)::uuid AND p.state <> 'ended'))
        """
    }
}

extension Cursor {
    /// A place in a list by time and id.
    /// - Throws: 422 for what is none of ours.
    func momentAndID() throws(Problem) -> (at: Date, id: UUID) {
        guard values.count == 2, let at = values[0].flatMap(Timestamp.date),
            let id = values[1].flatMap(UUID.init(uuidString:))
        else { throw .invalid("#/cursor", "bad_format") }
        return (at, id)
    }
}
