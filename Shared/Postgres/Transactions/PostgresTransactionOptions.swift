/// How a transaction is opened. Everything here travels with its first statement, in one round trip.
public struct PostgresTransactionOptions: Sendable {
    /// What a transaction sees of others.
    public enum Isolation: Sendable {
        /// Each statement sees what was committed before it.
        case readCommitted
        /// All statements see what was committed before the first.
        case repeatableRead
        /// As if transactions ran one after another; be ready to start again (`PostgresError.isRetryable`).
        case serializable
    }

    public var isolation: Isolation
    public var readOnly: Bool
    /// Role taken by SET LOCAL ROLE. The pool prefers a connection that was last used with it, whose plans fit.
    public var role: PostgresIdentifier?
    /// Settings that hold until the transaction ends.
    public var settings: [PostgresSetting]
    /// Time from the first statement to the end. The server stops a statement after it (`statement_timeout`); one second
    /// later the client stops waiting.
    public var timeout: Duration?

    public init(
        isolation: Isolation = .readCommitted, readOnly: Bool = false, role: PostgresIdentifier? = nil,
        settings: [PostgresSetting] = [], timeout: Duration? = nil
    ) {
        self.isolation = isolation
        self.readOnly = readOnly
        self.role = role
        self.settings = settings
        self.timeout = timeout
    }
}

/// A run-time setting of the server for one transaction: `set_config(name, value, is_local: true)`.
public struct PostgresSetting: Sendable, Hashable {
    public let name: String
    public let value: String

    public init(_ name: StaticString, _ value: String) {
        self.name = name.description
        self.value = value
    }
}
