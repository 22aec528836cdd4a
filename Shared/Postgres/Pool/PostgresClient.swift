public import Logging
public import ServiceLifecycle

/// A pool of connections to one database.
///
/// Works from the moment it is made: connections are opened when they are needed. Run it as a service so that the minimum
/// is kept open and everything is closed in order at the end; a client that is let go closes its connections at once.
public final class PostgresClient: PostgresQueryable, Service {
    private let configuration: Configuration
    private let logger: Logger
    private let parts: Result<Parts, any Error>

    private struct Parts: Sendable {
        let pool: ConnectionPool
        let loops: [PostgresLoop]
    }

    /// Opens no connection yet.
    public init(configuration: Configuration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        parts = Result {
            let loops = try (0..<max(1, configuration.loops)).map { _ in try PostgresLoop() }
            return Parts(
                pool: ConnectionPool(configuration: configuration, loops: loops, logger: logger), loops: loops)
        }
    }

    deinit {
        if case .success(let parts) = parts { parts.pool.closeNow() }
    }

    private var pool: ConnectionPool { get throws { try parts.get().pool } }

    /// Keeps the minimum of connections open until the task is cancelled or shutdown begins; then waits for leases to
    /// come back and closes everything.
    public func run() async throws {
        let pool = try pool
        pool.start()
        // Both ways to end, shutdown and cancellation, are answered in the same way.
        try? await gracefulShutdown()
        await pool.shutDown()
    }

    /// A client for a scope, for tools and tests: closed when `body` ends.
    @discardableResult
    public static func withClient<Result>(
        url: String, logger: Logger? = nil, configure: (inout Configuration) -> Void = { _ in },
        _ body: (PostgresClient) async throws -> sending Result
    ) async throws -> sending Result {
        var configuration = try Configuration(url: url)
        configure(&configuration)
        let client = PostgresClient(configuration: configuration, logger: logger ?? Logger(label: "postgres"))
        let result: Result
        do {
            result = try await body(client)
        } catch {
            await client.close()
            throw error
        }
        await client.close()
        return result
    }

    /// Lets no new work in, waits for the work in progress up to the shutdown timeout, and closes every connection.
    public func close() async {
        if case .success(let parts) = parts { await parts.pool.shutDown() }
    }

    /// How the pool stands now.
    public var statistics: Statistics {
        guard case .success(let parts) = parts else { return Statistics(open: 0, idle: 0, waiting: 0) }
        let counts = parts.pool.counts
        return Statistics(open: counts.open, idle: counts.idle, waiting: counts.waiting)
    }

    /// Runs one statement, which commits by itself. Sent once: when the connection breaks before the answer, the error is
    /// `.commitOutcomeUnknown`.
    public func query(_ sql: SQL) async throws -> PostgresRows {
        let limits = configuration.limits
        let request = Request(
            .statements, [sql], hasServerTimeout: limits.isLimited, timeout: limits.clientTimeout, releasesLease: true)
        let results = try await pool.perform(request, role: nil)
        guard let rows = results.first else { throw PostgresError(.unsupported, statement: sql.text) }
        return rows
    }

    /// BEGIN, SET LOCAL ROLE, the statements and COMMIT in ONE round trip. First error wins, nothing is kept then.
    ///
    /// Once it is sent it runs to its end even when the task is cancelled, because COMMIT went with it; give `options` a
    /// timeout where a statement may take long.
    public func pipeline(
        _ options: PostgresTransactionOptions = .init(), _ statements: [SQL]
    ) async throws -> [PostgresRows] {
        guard !statements.isEmpty else { return [] }
        let limits = configuration.limits
        let request = Request(
            .transaction, statements, opening: options.opening, isReadOnly: options.readOnly,
            hasServerTimeout: limits.isLimited || options.timeout != nil,
            timeout: options.timeout.map { $0 + PostgresTransactionOptions.grace } ?? limits.clientTimeout,
            releasesLease: true)
        return try await pool.perform(request, role: options.role?.name)
    }

    /// A connection for the length of `body`.
    @discardableResult
    public func withConnection<Result>(
        _ body: (PostgresConnection) async throws -> sending Result
    ) async throws -> sending Result {
        let connection = try await pool.lease(role: nil)
        let scope = LeaseScope()
        let lease = PostgresConnection(
            connection: connection, scope: scope, limits: configuration.limits,
            drainTimeout: configuration.drainTimeout)
        let result: Result
        do {
            result = try await body(lease)
        } catch {
            await release(connection, scope)
            throw error
        }
        await release(connection, scope)
        return result
    }

    private func release(_ connection: ConnectionActor, _ scope: LeaseScope) async {
        scope.close()
        // A session that cannot be reset is closed by the connection itself.
        _ = try? await connection.perform(
            Request(
                .reset, scope: scope, isShielded: true, timeout: configuration.drainTimeout, releasesLease: true))
    }

    /// Runs `body` in a transaction and commits it; rolls back when `body` throws, and rethrows its error as it is.
    ///
    /// - Throws: also `.transactionRolledBack` when a statement failed and `body` swallowed the error,
    ///   `.commitOutcomeUnknown` when the connection broke between COMMIT and its answer, and `.deadlineExceeded`.
    ///   `PostgresError.isRetryable` says whether the whole call may be made again.
    @discardableResult
    public func withTransaction<Result>(
        _ options: PostgresTransactionOptions = .init(),
        _ body: (PostgresTransaction) async throws -> sending Result
    ) async throws -> sending Result {
        let connection = try await pool.lease(role: options.role?.name)
        let runner = TransactionRunner(
            connection: connection, limits: configuration.limits, drainTimeout: configuration.drainTimeout)
        return try await runner.run(options, body)
    }

    /// Notifications of some channels for the length of `body`, on a connection of their own that is opened again
    /// whenever it breaks.
    ///
    /// They are a hint, not a guarantee: what is sent while the connection is broken is lost. Look for work at each
    /// `.listening`.
    @discardableResult
    public func withNotifications<Result>(
        on channels: [PostgresIdentifier],
        _ body: (PostgresNotifications) async throws -> sending Result
    ) async throws -> sending Result {
        let loops = try parts.get().loops
        let listener = NotificationListener(
            channels: channels, configuration: configuration, loop: loops[0], logger: logger)
        async let _ = listener.run()
        let result: Result
        do {
            result = try await body(PostgresNotifications(buffer: listener.buffer))
        } catch {
            listener.buffer.finish()
            throw error
        }
        listener.buffer.finish()
        return result
    }

    /// Sends a notification; the server delivers it to whoever listens when this returns.
    /// - Parameter payload: Less than 8,000 bytes.
    public func notify(channel: PostgresIdentifier, payload: String) async throws {
        _ = try await query("SELECT pg_notify(\(channel.name), \(payload))")
    }
}
