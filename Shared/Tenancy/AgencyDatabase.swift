public import Postgres

/// The only door to data: every statement runs in the name of one agency.
///
/// It wraps the one `PostgresClient` of a process. On a host the agency's role is taken in the round trip that opens
/// the transaction, so that no statement can run without it.
public struct AgencyDatabase: Sendable {
    /// The service whose login the client uses.
    public let service: ServiceName
    private let client: PostgresClient
    private let timeout: Duration

    /// - Parameter timeout: How long one transaction may take; below the 15 s after which the platform ends it.
    public init(client: PostgresClient, service: ServiceName, timeout: Duration = .seconds(10)) {
        self.client = client
        self.service = service
        self.timeout = timeout
    }

    /// Runs `body` in one transaction of the agency and commits it. The error that `body` throws is rethrown as it is.
    /// - Throws: `PostgresError`; its `isRetryable` says whether the whole call may be made again.
    public func withAgency<Result>(
        _ scope: AgencyScope, readOnly: Bool = false,
        _ body: (PostgresTransaction) async throws -> sending Result
    ) async throws -> sending Result {
        try await client.withTransaction(options(scope, readOnly: readOnly), body)
    }

    /// As `withAgency`, and starts the whole transaction again when the database says that it may succeed then.
    ///
    /// `body` must do nothing but database work, because it may run several times. A COMMIT whose answer was lost is
    /// not repeated: nobody knows whether it happened.
    public func withAgencyRetrying<Result>(
        _ scope: AgencyScope, attempts: Int = 4,
        _ body: (PostgresTransaction) async throws -> sending Result
    ) async throws -> sending Result {
        for attempt in 1..<attempts {
            do {
                return try await client.withTransaction(options(scope, readOnly: false), body)
            } catch let error as PostgresError where error.isRetryable {
                try await Task.sleep(for: .milliseconds(Int.random(in: 1...(20 << attempt))))
            }
        }
        return try await client.withTransaction(options(scope, readOnly: false), body)
    }

    /// Statements in one transaction and one round trip; all are kept or, with the first error, none.
    public func once(_ scope: AgencyScope, _ statements: SQL...) async throws -> [PostgresRows] {
        try await once(scope, statements)
    }

    /// Statements in one transaction and one round trip; all are kept or, with the first error, none.
    public func once(_ scope: AgencyScope, _ statements: [SQL]) async throws -> [PostgresRows] {
        try await client.pipeline(options(scope, readOnly: false), statements)
    }

    /// One statement in one round trip.
    public func query(_ scope: AgencyScope, _ sql: SQL) async throws -> PostgresRows {
        guard scope.role != nil else { return try await client.query(sql) }
        let results = try await client.pipeline(.init(role: scope.role), [sql])
        guard let rows = results.first else { throw TenancyError.noResult }
        return rows
    }

    private func options(_ scope: AgencyScope, readOnly: Bool) -> PostgresTransactionOptions {
        PostgresTransactionOptions(readOnly: readOnly, role: scope.role, timeout: timeout)
    }
}

/// What goes wrong between services and their data, apart from the database's own errors.
public enum TenancyError: Error, Equatable {
    /// A pipeline of one statement answered without a result.
    case noResult
    /// The directory was asked for before it could be read once.
    case directoryUnavailable
}
