public import Postgres
public import Tenancy

/// Applies one event in the transaction that also records its id; nothing but database work, because it may run again.
///
/// - Returns: Numbers of agencies to wake after the commit, such as the `wake` of a move's result; often none.
/// - Throws: A `Problem` or `PostgresError` below 500 to refuse the event for good; anything else, to get it again later.
public typealias EventHandler =
    @Sendable (_ event: CloudEvent, _ transaction: PostgresTransaction, _ scope: AgencyScope) async throws -> [Int]
