internal import Logging
internal import Synchronization

/// The connections of a client. Keeps the state machine behind a lock and does what it says outside the lock.
final class ConnectionPool: Sendable {
    /// Who waits for a connection.
    enum Waiter: Sendable {
        /// A request that brings everything it needs; it is handed to the connection itself.
        case request(Request)
        /// A caller who wants the connection for a while.
        case lease(UnsafeContinuation<ConnectionActor, any Error>)
    }

    private typealias Machine = PoolStateMachine<ConnectionActor, Waiter>

    private struct State {
        var machine: Machine
        var connectError: (any Error)?
        var closing: [UnsafeContinuation<Void, Never>] = []
        var isGone = false
    }

    let configuration: PostgresClient.Configuration
    let logger: Logger
    private let loops: [PostgresLoop]
    private let state: Mutex<State>

    init(configuration: PostgresClient.Configuration, loops: [PostgresLoop], logger: Logger) {
        self.configuration = configuration
        self.loops = loops
        self.logger = logger
        var limits = Machine.Limits()
        limits.minimum = configuration.minimumConnections
        limits.maximum = max(1, configuration.maximumConnections)
        limits.idleTimeout = configuration.idleTimeout
        limits.lifetime = configuration.lifetime
        limits.leaseTimeout = configuration.leaseTimeout
        state = Mutex(State(machine: Machine(limits: limits)))
        loops[0].submit { [loop = loops[0]] in loop.add(self) }
    }

    // MARK: Requests that bring everything

    /// Runs a request on whichever connection is free first.
    func perform(_ request: Request, role: String?) async throws -> [PostgresRows] {
        try await request.run(submit: { submit($0, role: role) }, cancel: { [self] in cancel($0) })
    }

    private func submit(_ request: Request, role: String?) {
        var actions: [Machine.Action] = []
        let connection = state.withLock { state in
            state.machine.lease(.request(request), key: request.key, role: role, now: .now, actions: &actions)
        }
        if let connection { return connection.submit(request) }
        perform(actions)
        loops[0].wake()
        // Cancelled before it was queued: nobody else would look for it here.
        if request.isCancelled { cancel(request) }
    }

    private func cancel(_ request: Request) {
        if let connection = request.connection { return connection.interrupt(request) }
        let waiter = state.withLock { $0.machine.cancel(key: request.key) }
        if waiter != nil { request.resume(.failure(CancellationError())) }
    }

    // MARK: Leases

    /// A connection for one caller until `.release` or a request that releases it.
    func lease(role: String?) async throws -> ConnectionActor {
        let key = Request.nextKey()
        try Task.checkCancellation()
        return try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { continuation in
                var actions: [Machine.Action] = []
                let connection = state.withLock { state in
                    state.machine.lease(.lease(continuation), key: key, role: role, now: .now, actions: &actions)
                }
                if let connection { return continuation.resume(returning: connection) }
                perform(actions)
                loops[0].wake()
                if Task.isCancelled { cancelLease(key) }
            }
        } onCancel: {
            cancelLease(key)
        }
    }

    private func cancelLease(_ key: UInt64) {
        let waiter = state.withLock { $0.machine.cancel(key: key) }
        if case .lease(let continuation)? = waiter { continuation.resume(throwing: CancellationError()) }
    }

    /// Numbers for gauges: open, idle and waiting.
    var counts: (open: Int, idle: Int, waiting: Int) {
        state.withLock { ($0.machine.openCount, $0.machine.idleCount, $0.machine.waitingCount) }
    }

    // MARK: Life

    func start() { change { machine, now, actions in machine.start(now: now, actions: &actions) } }

    /// Lets no new work in, waits for the work in progress, then closes what is left.
    func shutDown() async {
        change { machine, _, actions in machine.shutDown(actions: &actions) }
        let watch = ShutdownWatch(at: .now + configuration.shutdownTimeout) { [self] in closeNow() }
        loops[0].submit { [loop = loops[0]] in loop.add(watch) }
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            let isGone = state.withLock { state in
                if !state.isGone { state.closing.append(continuation) }
                return state.isGone
            }
            if isGone { continuation.resume() }
        }
        loops[0].submit { [loop = loops[0]] in loop.remove(watch) }
    }

    /// Closes everything without waiting for anybody.
    func closeNow() {
        change { machine, _, actions in
            machine.shutDown(actions: &actions)
            machine.closeAll(actions: &actions)
        }
    }

    private func change(_ body: (inout Machine, MonotonicTime, inout [Machine.Action]) -> Void) {
        var actions: [Machine.Action] = []
        state.withLock { body(&$0.machine, .now, &actions) }
        perform(actions)
    }

    private func perform(_ actions: [Machine.Action]) {
        for action in actions {
            switch action {
            case .hand(let connection, .request(let request)): connection.submit(request)
            case .hand(let connection, .lease(let continuation)): continuation.resume(returning: connection)
            case .fail(let waiter, let problem): fail(waiter, problem)
            case .connect(let id): connect(id)
            case .close(let connection): connection.close()
            case .closed:
                let waiting = state.withLock { state in
                    state.isGone = true
                    defer { state.closing = [] }
                    return state.closing
                }
                loops[0].submit { [loop = loops[0]] in loop.remove(self) }
                waiting.forEach { $0.resume() }
            }
        }
    }

    private func fail(_ waiter: Waiter, _ problem: Machine.Problem) {
        let cause = state.withLock { $0.connectError }
        let error: PostgresError =
            switch problem {
            case .timeout: PostgresError(.leaseTimeout, message: "no connection became free in time", underlying: cause)
            case .closed: PostgresError(.clientClosed)
            case .connectFailed: (cause as? PostgresError) ?? PostgresError(.connectionFailed, underlying: cause)
            }
        switch waiter {
        case .request(let request): request.resume(.failure(error))
        case .lease(let continuation): continuation.resume(throwing: error)
        }
    }

    // MARK: Connecting

    private func connect(_ id: Int) {
        let loop = loops[id % loops.count]
        let started = BackgroundThread.start("postgres-connect") { [self] in
            do {
                let handle = try LibPQHandle.connect(configuration.parameters)
                let connection = ConnectionActor(
                    id: id, loop: loop, handle: handle, owner: self, drainTimeout: configuration.drainTimeout,
                    cacheSize: configuration.statementCacheSize)
                loop.submit { self.opened(connection) }
            } catch {
                connectFailed(id, error)
            }
        }
        if !started { connectFailed(id, PostgresError(.connectionFailed, message: "no thread to connect")) }
    }

    private func opened(_ connection: ConnectionActor) {
        do {
            try connection.assumeIsolated { try $0.open() }
        } catch {
            return connectFailed(connection.id, error)
        }
        logger.debug(
            "connection opened", metadata: ["connection": "\(connection.id)", "backend": "\(connection.backendID)"])
        state.withLock { $0.connectError = nil }
        change { machine, now, actions in
            machine.connected(
                connection.id, connection, now: now, jitter: .random(in: 0...1), actions: &actions)
        }
    }

    private func connectFailed(_ id: Int, _ error: any Error) {
        logger.warning("cannot connect to the database", metadata: ["error": "\(String(reflecting: error))"])
        state.withLock { $0.connectError = error }
        let isFinal = (error as? PostgresError)?.isFatal ?? false
        change { machine, now, actions in
            machine.connectFailed(id, isFinal: isFinal, now: now, jitter: .random(in: 0...1), actions: &actions)
        }
        loops[0].wake()
    }
}

extension ConnectionPool: ConnectionOwner {
    func connectionReleased(_ connection: ConnectionActor) {
        change { machine, now, actions in machine.release(connection.id, now: now, actions: &actions) }
    }

    func connectionRefused(_ request: Request) {
        request.connection = nil
        submit(request, role: nil)
    }

    func connectionClosed(_ connection: ConnectionActor) {
        logger.debug(
            "connection closed", metadata: ["connection": "\(connection.id)", "backend": "\(connection.backendID)"])
        change { machine, now, actions in machine.disconnected(connection.id, now: now, actions: &actions) }
    }

    func notification(channel: String, payload: String) {}
}

extension ConnectionPool: LoopTimed {
    var loopDeadline: MonotonicTime? { state.withLock { $0.machine.nextTick } }

    func loopDeadlinePassed(now: MonotonicTime) {
        change { machine, _, actions in machine.tick(now: now, actions: &actions) }
    }
}

/// Ends the wait for leases at shutdown.
private final class ShutdownWatch: LoopTimed {
    private let time: MonotonicTime
    private let body: @Sendable () -> Void
    private let isDone = Atomic<Bool>(false)

    init(at time: MonotonicTime, _ body: @escaping @Sendable () -> Void) {
        self.time = time
        self.body = body
    }

    var loopDeadline: MonotonicTime? { isDone.load(ordering: .relaxed) ? nil : time }

    func loopDeadlinePassed(now: MonotonicTime) {
        isDone.store(true, ordering: .relaxed)
        body()
    }
}
