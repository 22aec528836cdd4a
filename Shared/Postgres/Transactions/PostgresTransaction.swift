internal import Synchronization

/// A transaction in progress. Valid inside the closure it was given to; any use after that throws `.transactionClosed`.
///
/// BEGIN and the options travel with the first statement. Statements started at the same time run one after another.
public final class PostgresTransaction: PostgresQueryable {
    private let connection: ConnectionActor
    private let scope: LeaseScope
    private let limits: StatementLimits
    private let isEnded = Atomic<Bool>(false)
    private let depth: Int

    init(connection: ConnectionActor, scope: LeaseScope, limits: StatementLimits, depth: Int = 0) {
        self.connection = connection
        self.scope = scope
        self.limits = limits
        self.depth = depth
    }

    /// Runs one statement. After an error of the server, PostgreSQL refuses further statements until the transaction, or
    /// the savepoint around the failed one, ends.
    public func query(_ sql: SQL) async throws -> PostgresRows {
        let results = try await perform([sql])
        guard let rows = results.first else { throw PostgresError(.unsupported, statement: sql.text) }
        return rows
    }

    /// Statements in one round trip. The first error wins; statements after it do not run.
    public func pipeline(_ statements: SQL...) async throws -> [PostgresRows] {
        try await pipeline(statements)
    }

    /// Statements in one round trip. The first error wins; statements after it do not run.
    public func pipeline(_ statements: [SQL]) async throws -> [PostgresRows] {
        guard !statements.isEmpty else { return [] }
        return try await perform(statements)
    }

    /// A part that can fail without spoiling the rest: rolled back to its beginning when `body` throws, and its error
    /// rethrown as it is. Savepoints nest.
    /// - Throws: `.transactionRolledBack` when a statement failed and `body` swallowed the error; nothing of `body` is
    ///   kept then, and the transaction around it goes on.
    @discardableResult
    public func withSavepoint<Result>(
        _ body: (PostgresTransaction) async throws -> sending Result
    ) async throws -> sending Result {
        let name = "level_\(depth + 1)"
        _ = try await perform([SQL(text: "SAVEPOINT \(name)")])
        let inner = PostgresTransaction(connection: connection, scope: scope, limits: limits, depth: depth + 1)
        let result: Result
        do {
            result = try await body(inner)
        } catch {
            inner.end()
            // Should this fail, the connection is lost or the transaction over, which its end will report.
            _ = try? await undo(name)
            throw error
        }
        inner.end()
        do {
            _ = try await perform([SQL(text: "RELEASE SAVEPOINT \(name)")], isShielded: true)
        } catch PostgresError.SQLState.inFailedSqlTransaction {
            try await undo(name)
            throw PostgresError(.transactionRolledBack, message: "a statement in the savepoint had failed")
        }
        return result
    }

    /// Statements behind a savepoint in one round trip: all are kept or, with the server's first error, none. The error is
    /// thrown, and the transaction goes on as it was.
    public func pipelineInSavepoint(_ statements: [SQL]) async throws -> [PostgresRows] {
        let name = "level_\(depth + 1)"
        let framed = [SQL(text: "SAVEPOINT \(name)")] + statements + [SQL(text: "RELEASE SAVEPOINT \(name)")]
        do {
            return Array(try await perform(framed).dropFirst().dropLast())
        } catch let error as PostgresError where error.code == .server {
            // Should this fail, the connection is lost or the transaction over, which its end will report.
            _ = try? await undo(name)
            throw error
        }
    }

    private func undo(_ name: String) async throws {
        _ = try await perform(
            [SQL(text: "ROLLBACK TO SAVEPOINT \(name)"), SQL(text: "RELEASE SAVEPOINT \(name)")], isShielded: true)
    }

    private func end() { isEnded.store(true, ordering: .releasing) }

    private func perform(_ statements: [SQL], isShielded: Bool = false) async throws -> [PostgresRows] {
        guard !isEnded.load(ordering: .acquiring) else {
            throw PostgresError(.transactionClosed, message: "used after its savepoint")
        }
        return try await connection.perform(
            Request(
                .statements, statements, scope: scope, isShielded: isShielded,
                hasServerTimeout: limits.isLimited || scope.deadline != nil, timeout: limits.clientTimeout))
    }
}

/// The time limit that every statement of a client has, if any.
struct StatementLimits: Sendable {
    var timeout: Duration?

    var isLimited: Bool { timeout != nil }
    var clientTimeout: Duration? { timeout.map { $0 + PostgresTransactionOptions.grace } }
}

/// Opens, commits and rolls back transactions on a connection.
struct TransactionRunner {
    let connection: ConnectionActor
    let limits: StatementLimits
    /// The closure's scope that the transaction is opened in; `nil` when the lease is the transaction's own.
    var parent: LeaseScope?
    /// How long a rollback may take before the connection is closed.
    let drainTimeout: Duration

    func run<Result>(
        _ options: PostgresTransactionOptions, _ body: (PostgresTransaction) async throws -> sending Result
    ) async throws -> sending Result {
        let scope = options.makeScope(parent: parent)
        let releases = parent == nil
        let result: Result
        do {
            result = try await body(PostgresTransaction(connection: connection, scope: scope, limits: limits))
        } catch {
            scope.close()
            // Shielded from cancellation. A rollback that fails closes the connection, and the error to tell is the
            // body's.
            _ = try? await connection.perform(
                Request(.rollBack, scope: scope, isShielded: true, timeout: drainTimeout, releasesLease: releases))
            throw error
        }
        scope.close()
        _ = try await connection.perform(
            Request(
                .commit, scope: scope, isShielded: true, hasServerTimeout: limits.isLimited || options.timeout != nil,
                timeout: limits.clientTimeout, releasesLease: releases))
        return result
    }
}
