import Logging
import Postgres

/// One thing that the platform does again and again, while its copy holds the lease.
struct PlatformDuty: Sendable {
    let name: String
    let interval: Duration
    /// Returns what it did, for the log; `nil` when there was nothing to do.
    let work: @Sendable (any PostgresQueryable, Logger) async throws -> String?

    /// The duties of a configuration.
    static func all(_ configuration: PlatformConfiguration) -> [PlatformDuty] {
        [
            partitions(daysAhead: configuration.partitionDays), prune, sweep(every: configuration.sweepInterval),
            recompute, watchdog(limit: configuration.transactionLimit),
        ]
    }

    /// Makes partitions ahead and drops those that are older than their stream keeps.
    static func partitions(daysAhead: Int) -> PlatformDuty {
        PlatformDuty(name: "partitions", interval: .seconds(3600)) { database, _ in
            let days = Int32(daysAhead)
            let rows = try await database.query("SELECT action, partition FROM platform.ensure_partitions(\(days))")
            guard !rows.isEmpty else { return nil }
            let dropped = try rows.filter { try $0.decode("action", as: String.self) == "dropped" }.count
            return "\(rows.count - dropped) made, \(dropped) dropped"
        }
    }

    /// Rows that only repeat an answer.
    static let prune = PlatformDuty(name: "prune", interval: .seconds(3600)) { database, _ in
        let rows = try await database.query("SELECT platform.prune()::int8 AS count")
        let count = try rows.first?.decode("count", as: Int.self) ?? 0
        return count > 0 ? "\(count) rows" : nil
    }

    /// Expires overdue clocks whose parties are all away. Agencies and coordinators do it themselves first.
    static func sweep(every interval: Duration) -> PlatformDuty {
        PlatformDuty(name: "sweep", interval: interval) { database, _ in
            let rows = try await database.query("SELECT casework.sweep(200)::int8 AS count")
            let count = try rows.first?.decode("count", as: Int.self) ?? 0
            return count > 0 ? "\(count) clocks" : nil
        }
    }

    /// Moves open due dates after a calendar or a limit was changed, which the database notices. A large change is settled
    /// over several rounds, so that the other duties are not kept waiting.
    static let recompute = PlatformDuty(name: "recompute", interval: .seconds(2)) { database, _ in
        let end = ContinuousClock.now + .seconds(1)
        var (seen, moved) = (0, 0)
        while ContinuousClock.now < end, let batch = try await ClockRecompute(database: database).next() {
            seen += batch.seen
            moved += batch.moved
        }
        return seen > 0 ? "\(seen) clocks, \(moved) moved" : nil
    }

    /// Ends agencies' transactions that hold their locks for too long.
    static func watchdog(limit: Int) -> PlatformDuty {
        PlatformDuty(name: "watchdog", interval: .seconds(1)) { database, logger in
            let seconds = Int32(limit)
            let rows = try await database.query(
                """
                SELECT pid::int8 AS pid, login, seconds::int8 AS seconds, pg_terminate_backend(pid) AS ended
                FROM platform.long_transactions(\(seconds))
                """)
            for row in rows {
                let login = try row.decode("login", as: String.self)
                let age = try row.decode("seconds", as: Int.self)
                logger.warning("ended a long transaction", metadata: ["login": "\(login)", "seconds": "\(age)"])
            }
            return rows.isEmpty ? nil : "\(rows.count) transactions"
        }
    }
}
