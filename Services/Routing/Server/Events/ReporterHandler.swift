import Exchange
import Foundation
import IntakeAPI
import Logging
import Postgres
import ServiceKit
import Tenancy

/// What the reporter decided or wrote at intake: confirmed, disputed, withdrew, replied.
///
/// Where the case has moved on in the meantime, as when the silence clock closed it in the same second, the decision has
/// come too late: that is logged and the lane goes on.
struct ReporterHandler: Sendable {
    let directory: DirectoryStore
    let logger: Logger

    /// - Returns: Agencies to wake.
    func handle(_ event: CloudEvent, _ transaction: PostgresTransaction, _ scope: AgencyScope) async throws -> [Int] {
        let data = try JSONBody.parse(Array(event.data.utf8))
        guard let text = data["case_id"]?.string, let id = UUID(uuidString: text) else {
            throw Problem.invalid("#/data/case_id", "bad_format")
        }
        let call = try await self.call(event, id, data)
        do {
            return try await transaction.withSavepoint { savepoint in
                let rows = try await savepoint.query(
                    """
                    SELECT ARRAY(SELECT w::int8 FROM jsonb_array_elements_text(r -> 'wake') w) AS wake FROM \(call) AS r
                    """)
                return try rows.first?.decode("wake", as: [Int].self) ?? []
            }
        } catch PostgresError.SQLState.raised("SN409") {
            logger.notice(
                "the reporter's decision came too late",
                metadata: ["case": "\(text)", "event": "\(event.type)", "agency": "\(scope.code)"])
            return []
        }
    }

    private func call(_ event: CloudEvent, _ id: UUID, _ data: JSONValue) async throws -> SQL {
        switch event.type {
        case IntakeEventType.confirmed:
            let rating = data["rating"]?.integer.flatMap { (1...5).contains($0) ? Int32($0) : nil }
            return """
                casework.reporter_confirm(\(id), \(rating)::int4, \(data["comment"]?.string), \(event.traceparent))
                """
        case IntakeEventType.disputed:
            let directory = try await directory.current()
            let part = data["part"]?.string.flatMap(directory.office(code:))?.id
            // Whoever is not helped by the answer to the case that theirs was merged into takes it out again.
            return """
                (SELECT CASE WHEN EXISTS (SELECT FROM casework.merge m WHERE m.child = \(id) AND m.undone_at IS NULL)
                    THEN casework.reporter_leaves(\(id), \(data["reason"]?.string), \(event.traceparent))
                    ELSE casework.reporter_dispute(\(id), \(data["reason"]?.string), \(part), \(event.traceparent))
                    END AS r)
                """
        case IntakeEventType.replied:
            guard let body = data["body"]?.string, !body.isEmpty else {
                throw Problem.invalid("#/data/body", "required")
            }
            return "casework.information_given(\(id), \(body), \(event.traceparent))"
        case IntakeEventType.rated:
            let rating = data["rating"]?.integer.flatMap { (1...5).contains($0) ? Int32($0) : nil }
            return """
                casework.reporter_rate(\(id), \(rating)::int4, \(data["comment"]?.string), \(event.traceparent))
                """
        case IntakeEventType.consented:
            guard let given = data["given"] else { throw Problem.invalid("#/data/given", "required") }
            return """
                casework.reporter_consents(\(id), \(given == .bool(true)), \(data["wording"]?.string), \(event.traceparent))
                """
        case IntakeEventType.objected:
            guard let reason = data["reason"]?.string, !reason.isEmpty else {
                throw Problem.invalid("#/data/reason", "required")
            }
            return "casework.reporter_object(\(id), \(reason), \(event.traceparent))"
        case IntakeEventType.withdrew:
            return "casework.reporter_withdraw(\(id), \(data["reason"]?.string), \(event.traceparent))"
        default: throw Problem.invalid("#/type", "bad_format")
        }
    }
}
