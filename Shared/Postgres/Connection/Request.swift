internal import Synchronization

/// One round trip: statements that share a sync, and who waits for the answer.
// Sendable: immutable, apart from `state` behind its lock and what is marked as the loop's.
final class Request: @unchecked Sendable {
    enum Kind: Sendable {
        /// Statements of a caller.
        case statements
        /// With BEGIN before and COMMIT after the caller's statements.
        case transaction
        case commit
        case rollBack
        /// Puts a session back into its first state.
        case reset
        case script(String)
    }

    private struct State {
        var isCancelled = false
        var connection: ConnectionActor?
        var continuation: UnsafeContinuation<[PostgresRows], any Error>?
    }

    /// Unique in the process; also used by leases, which wait in the same queue.
    let key: UInt64
    let kind: Kind
    /// What precedes the caller's statements in a `.transaction`.
    let opening: [SQL]
    let statements: [SQL]
    let scope: LeaseScope?
    let isReadOnly: Bool
    /// Cannot be interrupted by cancellation of the task.
    let isShielded: Bool
    /// Whether the server was given a time limit too, so that its "cancelled" means that the time ran out.
    let hasServerTimeout: Bool
    /// From when it is with the server.
    let timeout: Duration?
    /// Give the connection back to the pool when answered, before the caller is woken.
    let releasesLease: Bool

    /// Touched by the loop only.
    var deadline: MonotonicTime?

    private let state: Mutex<State>

    private static let lastKey = Atomic<UInt64>(0)

    static func nextKey() -> UInt64 { lastKey.add(1, ordering: .relaxed).newValue }

    init(
        _ kind: Kind, _ statements: [SQL] = [], opening: [SQL] = [], scope: LeaseScope? = nil, isReadOnly: Bool = false,
        isShielded: Bool = false, hasServerTimeout: Bool = false, timeout: Duration? = nil, releasesLease: Bool = false
    ) {
        key = Self.nextKey()
        self.kind = kind
        self.statements = statements
        self.opening = opening
        self.scope = scope
        self.isReadOnly = isReadOnly
        self.isShielded = isShielded
        self.hasServerTimeout = hasServerTimeout
        self.timeout = timeout
        self.releasesLease = releasesLease
        state = Mutex(State())
    }

    /// What stands in the way of sending it at all.
    var problem: PostgresError? {
        for sql in statements {
            if let problem = sql.problem {
                return PostgresError(.invalidParameter, message: problem, statement: sql.text)
            }
            if sql.binds.count > 65_535 {
                return PostgresError(.invalidParameter, message: "more than 65535 parameters", statement: sql.text)
            }
        }
        for sql in opening + (scope?.opening ?? []) {
            if let problem = sql.problem {
                return PostgresError(.invalidParameter, message: problem, statement: sql.text)
            }
        }
        return nil
    }

    /// Hands the request to `submit` and waits for its answer.
    func run(submit: (Request) -> Void, cancel: @escaping @Sendable (Request) -> Void) async throws -> [PostgresRows] {
        if let problem { throw problem }
        if isShielded {
            return try await withUnsafeThrowingContinuation { continuation in
                state.withLock { $0.continuation = continuation }
                submit(self)
            }
        }
        return try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { continuation in
                state.withLock { $0.continuation = continuation }
                submit(self)
            }
        } onCancel: {
            state.withLock { $0.isCancelled = true }
            cancel(self)
        }
    }

    /// Brings everything it needs, so that any connection will do.
    var isSelfContained: Bool { releasesLease && scope == nil }

    /// Whether a statement ends the transaction by itself, so that losing its answer leaves the outcome unknown.
    var mayCommit: Bool {
        if case .script = kind { return true }
        return statements.contains { sql in
            let start = sql.text.utf8.drop { $0 <= 32 }
            // Lower-cased c, e, p; nearly every statement begins otherwise.
            guard let first = start.first, [0x63, 0x65, 0x70].contains(first | 0x20) else { return false }
            let word = Substring(start).prefix { $0.isLetter }.uppercased()
            return word == "COMMIT" || word == "END" || word == "PREPARE"
        }
    }

    func hasFailedReset(_ result: Result<[PostgresRows], any Error>) -> Bool {
        if case .reset = kind, case .failure = result { return true }
        return false
    }

    var isCancelled: Bool { state.withLock { $0.isCancelled } }

    /// The connection that has taken it; cancellation goes there.
    var connection: ConnectionActor? {
        get { state.withLock { $0.connection } }
        set { state.withLock { $0.connection = newValue } }
    }

    /// Wakes the caller; only the first call counts.
    func resume(_ result: Result<[PostgresRows], any Error>) {
        let continuation = state.withLock { state in
            defer {
                state.continuation = nil
                state.connection = nil
            }
            return state.continuation
        }
        continuation?.resume(with: result)
    }
}
