/// A connection that belongs to one caller for the length of a closure, for work that needs a session: several
/// transactions under one advisory lock, temporary tables. When it goes back, settings, roles, locks, listens and
/// temporary tables are reset. Any use after the closure throws `.transactionClosed`.
public final class PostgresConnection: PostgresQueryable {
    private let connection: ConnectionActor
    private let scope: LeaseScope
    private let limits: StatementLimits
    private let drainTimeout: Duration

    init(connection: ConnectionActor, scope: LeaseScope, limits: StatementLimits, drainTimeout: Duration) {
        self.connection = connection
        self.scope = scope
        self.limits = limits
        self.drainTimeout = drainTimeout
    }

    /// The server's process that serves this connection.
    public var backendID: Int { Int(connection.backendID) }

    /// Runs one statement, which commits by itself unless a transaction is open.
    public func query(_ sql: SQL) async throws -> PostgresRows {
        let results = try await connection.perform(
            Request(
                .statements, [sql], scope: scope, hasServerTimeout: limits.isLimited, timeout: limits.clientTimeout))
        guard let rows = results.first else { throw PostgresError(.unsupported, statement: sql.text) }
        return rows
    }

    /// A transaction on this connection; see `PostgresClient.withTransaction`.
    @discardableResult
    public func withTransaction<Result>(
        _ options: PostgresTransactionOptions = .init(),
        _ body: (PostgresTransaction) async throws -> sending Result
    ) async throws -> sending Result {
        let runner = TransactionRunner(
            connection: connection, limits: limits, parent: scope, drainTimeout: drainTimeout)
        return try await runner.run(options, body)
    }

    /// Runs a script of several statements, as psql would: without BEGIN in it, all of it is one transaction. Statements
    /// that must run outside a transaction must be scripts of their own.
    /// - Throws: the first statement's error that fails; those after it did not run.
    public func runScript(_ script: PostgresScript) async throws {
        // No client-side time limit: migrations take as long as they take.
        _ = try await connection.perform(Request(.script(script.text), scope: scope))
    }
}
