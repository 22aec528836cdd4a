/// What went wrong with the database or on the way to it.
///
/// `description` never contains data, so it is safe in any log and answer. `debugDescription` adds the server's message
/// and the statement's text, never the values bound to it.
public struct PostgresError: Error, Sendable {
    /// The kind of failure; a struct, so that kinds can be added.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The code's name, usable as a metric label.
        public let description: String

        init(_ description: String) { self.description = description }

        /// The server refused a statement; `sqlState` says why.
        public static let server = Code("server")
        /// No connection could be made.
        public static let connectionFailed = Code("connectionFailed")
        /// The connection broke before anything could have been saved; the work may be done again from its beginning.
        public static let connectionLost = Code("connectionLost")
        /// The connection broke after a COMMIT (or a statement that commits by itself) was sent and before its answer:
        /// nobody knows whether it was saved. Never retried by itself.
        public static let commitOutcomeUnknown = Code("commitOutcomeUnknown")
        /// COMMIT was answered by ROLLBACK: a statement had failed and the error was swallowed. Nothing was saved.
        public static let transactionRolledBack = Code("transactionRolledBack")
        /// A transaction or connection was used after its scope, or after its transaction had ended.
        public static let transactionClosed = Code("transactionClosed")
        /// The time given to a statement or transaction ran out; the server was told to stop.
        public static let deadlineExceeded = Code("deadlineExceeded")
        /// No connection became free within the lease timeout.
        public static let leaseTimeout = Code("leaseTimeout")
        /// The client was shut down.
        public static let clientClosed = Code("clientClosed")
        /// A value cannot be sent: a string with a zero character, a date out of range, a JSON value that does not encode.
        public static let invalidParameter = Code("invalidParameter")
        /// The connection string or another setting is wrong.
        public static let invalidConfiguration = Code("invalidConfiguration")
        /// The configuration would send data unprotected to another machine.
        public static let insecureConnection = Code("insecureConnection")
        /// A query returned another number of rows than the caller asked for.
        public static let rowCount = Code("rowCount")
        /// A feature that this client does not have, such as COPY.
        public static let unsupported = Code("unsupported")
    }

    /// The kind of failure.
    public let code: Code
    /// The server's five-character code; `nil` where the server said nothing.
    public internal(set) var sqlState: SQLState?
    /// The server's message in its own language; may quote data.
    public internal(set) var message: String
    /// More about the error; may quote data.
    public internal(set) var detail: String?
    /// The server's advice.
    public internal(set) var hint: String?
    /// Schema of the table concerned.
    public internal(set) var schema: String?
    /// Table concerned.
    public internal(set) var table: String?
    /// Column concerned.
    public internal(set) var column: String?
    /// The violated constraint or index.
    public internal(set) var constraint: String?
    /// Where in the server's functions it happened.
    public internal(set) var context: String?
    /// The statement's text with placeholders; never the values.
    public internal(set) var statement: String?
    /// What caused it, for instance the failed attempt to connect behind a lease timeout.
    public internal(set) var underlying: (any Error)?
    /// The server's plan cache refused a statement because a table changed; it was forgotten and will be prepared anew.
    var planChanged = false
    /// The server ended the session with this error.
    var isFatal = false

    init(_ code: Code, message: String = "", statement: String? = nil, underlying: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.statement = statement
        self.underlying = underlying
    }

    /// Whether the whole transaction may be started again: serialization failure, deadlock, a changed plan, or a
    /// connection lost while nothing could have been saved.
    public var isRetryable: Bool {
        if code == .connectionLost { return true }
        guard code == .server else { return false }
        return sqlState == .serializationFailure || sqlState == .deadlockDetected || planChanged
    }

    func copy(code: Code) -> PostgresError {
        var copy = PostgresError(code, message: message, statement: statement, underlying: underlying)
        copy.sqlState = sqlState
        copy.detail = detail
        copy.hint = hint
        return copy
    }
}

extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible {
    /// Code, SQLSTATE and constraint; no data.
    public var description: String {
        var text = "PostgresError(\(code)"
        if let sqlState { text += ", sqlState: \(sqlState)" }
        if let constraint { text += ", constraint: \(constraint)" }
        return text + ")"
    }

    /// Adds the server's message and the statement's text. Messages of class 22 quote the value and are left out.
    public var debugDescription: String {
        var text = description
        if !message.isEmpty, sqlState?.rawValue.hasPrefix("22") != true { text += " message: \(message)" }
        if let hint { text += " hint: \(hint)" }
        if let statement { text += " statement: \(statement)" }
        if let underlying { text += " underlying: \(String(reflecting: underlying))" }
        return text
    }
}

/// Lets `catch PostgresError.SQLState.uniqueViolation` catch the server's errors of one kind.
public func ~= (state: PostgresError.SQLState, error: any Error) -> Bool {
    (error as? PostgresError)?.sqlState == state
}
