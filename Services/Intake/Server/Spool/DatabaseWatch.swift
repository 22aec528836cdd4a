import HTTPTypes
import Logging
import Postgres
import ServiceKit
import Synchronization

/// Whether this process has lately found the database away. While it has, nobody waits for it: complaints go straight to
/// the spool, and the drain alone asks whether it is back.
///
/// Without a spool it never says so: then every request asks for itself and is answered 503.
final class DatabaseWatch: Sendable {
    private let hasSpool: Bool
    private let logger: Logger
    private let away: Atomic<Bool>

    /// - Parameter isAway: The process starts without the database; counts only where there is a spool.
    init(hasSpool: Bool, isAway: Bool = false, logger: Logger) {
        self.hasSpool = hasSpool
        self.logger = logger
        away = Atomic(isAway && hasSpool)
    }

    var isAway: Bool { away.load(ordering: .relaxed) }

    /// Takes note of an error.
    /// - Returns: Whether it means that the database is away, or that nobody knows what it has done.
    @discardableResult
    func noted(_ error: any Error) -> Bool {
        guard let error = error as? PostgresError, Problem(error)?.status == .serviceUnavailable else { return false }
        guard hasSpool else { return true }
        if !away.exchange(true, ordering: .relaxed) {
            logger.warning(
                "database away, accepting into the spool", metadata: ["error": "\(String(reflecting: error))"])
        }
        return true
    }

    /// The database has answered.
    func back() {
        if away.exchange(false, ordering: .relaxed) { logger.notice("database back") }
    }
}
