import Foundation
import Logging
import Metrics
import Postgres

/// Rings the duty officers for a danger, in the transaction that opens the case.
enum SafetyLane {
    /// - Returns: Agencies to wake. None where it failed: the case goes its ordinary way, and an error stands in the log.
    static func ring(
        _ alarm: SafetyAlarm, _ caseID: UUID, _ trace: String?, _ transaction: PostgresTransaction, _ logger: Logger
    ) async throws -> [Int] {
        Counter(label: "sinergi_routing_dangers_total").increment()
        do {
            return try await transaction.withSavepoint { savepoint in
                let rows = try await savepoint.query(
                    """
                    SELECT ARRAY(SELECT w::int8 FROM jsonb_array_elements_text(r -> 'wake') w) AS wake
                    FROM casework.raise_alarm(\(caseID), \(AutomaticRouting.actor), \(alarm.words.joined(separator: ", ")),
                        \(alarm.offices), \(trace)) AS r
                    """)
                return try rows.first.map { try AutomaticRouting.wake($0) } ?? []
            }
        } catch let error as PostgresError where error.code == .server && !error.isRetryable {
            logger.error(
                "duty officers not rung",
                metadata: ["case": "\(caseID.uuidString.lowercased())", "error": "\(String(reflecting: error))"])
            return []
        }
    }
}
