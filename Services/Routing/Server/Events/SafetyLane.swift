import Foundation
import Logging
import Metrics
import Postgres

/// Rings the duty officers for a danger, in the transaction that opens the case.
enum SafetyLane {
    /// - Parameter isSensitive: The report accuses somebody. Then only whoever it was offered to is rung, and nobody gets a part by it.
    /// - Returns: Agencies to wake. None where it failed: the case goes its ordinary way, and an error stands in the log.
    static func ring(
        _ alarm: SafetyAlarm, isSensitive: Bool, _ caseID: UUID, _ trace: String?, _ transaction: PostgresTransaction,
        _ logger: Logger
    ) async throws -> [Int] {
        let words = alarm.words.joined(separator: ", ")
        let call: SQL =
            isSensitive
            ? "casework.raise_secret_alarm(\(caseID), \(AutomaticRouting.actor), \(SafetyAlarm.sealedWords), \(trace))"
            : "casework.raise_alarm(\(caseID), \(AutomaticRouting.actor), \(words), \(alarm.offices), \(trace))"
        Counter(label: "sinergi_routing_dangers_total").increment()
        do {
            return try await transaction.withSavepoint { savepoint in
                let rows = try await savepoint.query(AutomaticRouting.move(call))
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
