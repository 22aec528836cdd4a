public import Logging
public import Postgres

/// Applies migrations in order, each once (definitions once for each revision), however many migrators start at the same time.
///
/// Each step holds the row lock of `platform.migration_lock` until it is done, so another migrator waits and then finds
/// the step applied. The script itself gives up on a table lock after two seconds and starts again later: a queue of
/// readers behind a waiting `ALTER TABLE` would stop the service that the migration is for.
public struct Migrator: Sendable {
    private let client: PostgresClient
    private let groups: [MigrationGroup]
    private let logger: Logger
    private let attempts: Int

    /// - Parameters:
    ///   - client: Logged in as the role that runs migrations; a concurrent script needs two connections of it.
    ///   - groups: In the order in which they are applied.
    ///   - attempts: How often a script that cannot get its locks is started before `MigrationError.locked`.
    public init(client: PostgresClient, groups: [MigrationGroup], logger: Logger, attempts: Int = 30) {
        self.client = client
        self.groups = groups
        self.logger = logger
        self.attempts = attempts
    }

    /// Applies what is pending and says what that was.
    /// - Throws: `MigrationError`, or the database's error; steps before the failed one stay applied.
    @discardableResult
    public func migrate() async throws -> [MigrationStep] {
        try await Ledger.create(with: client)
        var done: [MigrationStep] = []
        while let step = try await applyNext() {
            logger.info("migrated", metadata: ["step": "\(step)"])
            done.append(step)
        }
        return done
    }

    /// The steps that this database does not have yet; needs no more than `SELECT` on `platform.migration`.
    /// - Throws: `MigrationError` when an applied script was changed.
    public static func pending(
        _ groups: [MigrationGroup], in database: some PostgresQueryable
    ) async throws -> [MigrationStep] {
        try MigrationPlan.pending(groups, applied: await Ledger.applied(in: database))
    }

    private func applyNext() async throws -> MigrationStep? {
        var step: MigrationStep?
        for attempt in 1...attempts {
            do {
                step = nil
                return try await client.withConnection { connection in
                    try await connection.runScript("BEGIN")
                    do {
                        try await Ledger.lock(connection)
                        step = try MigrationPlan.pending(groups, applied: await Ledger.applied(in: connection)).first
                        if let step {
                            try await run(step, holdingLock: connection)
                            try await Ledger.record(step, in: connection)
                        }
                        try await connection.runScript("COMMIT")
                        return step
                    } catch {
                        // The script's own error says more than a failed ROLLBACK could; the pool drops such a connection.
                        try? await connection.runScript("ROLLBACK")
                        throw error
                    }
                }
            } catch PostgresError.SQLState.lockNotAvailable {
                logger.notice(
                    "migration waits for a lock",
                    metadata: ["step": "\(step?.description ?? "")", "attempt": "\(attempt)"])
                try await Task.sleep(for: .milliseconds(Int.random(in: 200...2000)))
            }
        }
        guard let step else { return nil }
        throw MigrationError.locked(step, attempts: attempts)
    }

    private func run(_ step: MigrationStep, holdingLock connection: PostgresConnection) async throws {
        guard step.migration.concurrent else {
            try await connection.runScript("SET LOCAL lock_timeout = '2s'")
            if step.migration.revision != nil {
                // Changed definitions may name what a later script of the same upgrade makes.
                try await connection.runScript("SET LOCAL check_function_bodies = off")
            }
            try await connection.runScript(PostgresScript(step.migration.sql))
            // A script may have taken the role of the owner of what it made; the ledger is the migrator's.
            return try await connection.runScript("SET LOCAL ROLE NONE")
        }
        // Outside a transaction, so on a second connection; the first keeps other migrators out meanwhile. A query leaves
        // its portal and so its snapshot behind, which CONCURRENTLY would wait for; a script drops both.
        try await connection.runScript("SET LOCAL lock_timeout = 0")
        try await client.withConnection { second in
            for batch in step.migration.batches {
                try await second.runScript(PostgresScript(batch))
            }
        }
    }
}
