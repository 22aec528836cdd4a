internal import Synchronization

/// Who is told about a connection; called on the connection's loop.
protocol ConnectionOwner: AnyObject, Sendable {
    /// The request that ended a lease was answered and the session is as new.
    func connectionReleased(_ connection: ConnectionActor)
    /// A request reached a closed connection and was not sent; another may take it.
    func connectionRefused(_ request: Request)
    /// The connection is gone.
    func connectionClosed(_ connection: ConnectionActor)
    /// A notification arrived.
    func notification(channel: String, payload: String)
}

/// One connection: a libpq handle, its statement cache, and the requests waiting for it. Runs on its loop's thread.
actor ConnectionActor: LoopSource {
    nonisolated let id: Int
    nonisolated let loop: PostgresLoop
    nonisolated let socket: Int32
    /// The server's process, for log lines.
    nonisolated let backendID: Int32
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private weak var owner: (any ConnectionOwner)?
    private let canceller: Canceller?
    private let drainTimeout: Duration
    var handle: LibPQHandle
    var machine = ConnectionStateMachine()
    var cache: StatementCache
    var scratch = ParameterScratch()

    /// The request that is with the server, and how far its answer is.
    var current: Request?
    var progress = RequestProgress()
    /// The current request brings its scope's BEGIN.
    var opensScope = false
    private var queue: [Request] = []
    /// Kept apart from the actor's state because the loop asks for it before every wait; nanoseconds, `max` for none.
    private let deadlineTime = Atomic<Int64>(.max)
    private var isWatchingWrites = false

    init(
        id: Int, loop: PostgresLoop, handle: consuming LibPQHandle, owner: any ConnectionOwner, drainTimeout: Duration,
        cacheSize: Int
    ) {
        self.id = id
        self.loop = loop
        self.owner = owner
        self.drainTimeout = drainTimeout
        socket = handle.socket
        backendID = handle.backendID
        canceller = handle.makeCanceller()
        cache = StatementCache(limit: cacheSize)
        self.handle = handle
    }

    // MARK: From any thread

    /// Runs a request on this connection, after those before it.
    nonisolated func perform(_ request: Request) async throws -> [PostgresRows] {
        try await request.run(submit: { submit($0) }, cancel: { [self] in interrupt($0) })
    }

    /// Hands over a request; it is started at once when called on the loop.
    nonisolated func submit(_ request: Request) {
        request.connection = self
        if loop.isCurrent {
            assumeIsolated { $0.accept(request) }
        } else {
            loop.submit(request, to: self)
        }
    }

    /// The request's task was cancelled.
    nonisolated func interrupt(_ request: Request) {
        loop.submit { self.assumeIsolated { $0.cancel(request) } }
    }

    /// Closes the connection; a request that is with the server fails.
    nonisolated func close() {
        loop.submit { self.assumeIsolated { $0.lose(PostgresError(.clientClosed)) } }
    }

    // MARK: On the loop

    private var deadline: MonotonicTime? {
        get { loopDeadline }
        set { deadlineTime.store(newValue?.nanoseconds ?? .max, ordering: .relaxed) }
    }

    /// Begins to watch the socket.
    func open() throws { try loop.add(self) }

    func accept(_ request: Request) {
        guard !machine.isClosed else { return refuse(request) }
        guard machine.isIdle else { return queue.append(request) }
        start(request)
    }

    private func start(_ request: Request) {
        if request.isCancelled, !request.isShielded { return conclude(request, .failure(CancellationError())) }
        let preparation: RequestPreparation
        do {
            preparation = try prepare(request, now: .now)
        } catch {
            // Nothing of it was sent, so its lease, if it ends one, ends here.
            return conclude(request, .failure(error))
        }
        guard case .send(let traits, let limit) = preparation else { return conclude(request, .success([])) }
        guard machine.start(traits) else { return queue.append(request) }
        current = request
        opensScope = request.scope.map { $0.isTransaction && !$0.isOpened } ?? false
        deadline = limit
        request.deadline = limit
        send(request)
    }

    func startNext() {
        while machine.isIdle, !queue.isEmpty { start(queue.removeFirst()) }
    }

    /// Writes what libpq has buffered, and waits for the socket where it does not take all.
    func flush() {
        switch handle.flush() {
        case .done: watchWrites(false)
        case .again: watchWrites(true)
        case .failed: receive()
        }
    }

    private func watchWrites(_ wanted: Bool) {
        guard wanted != isWatchingWrites else { return }
        isWatchingWrites = wanted
        loop.wantsToWrite(wanted, self)
    }

    /// Gives the request its result and goes on with the next.
    func finish(_ result: Result<[PostgresRows], any Error>) {
        guard let request = current else { return }
        current = nil
        deadline = nil
        conclude(request, result)
        startNext()
    }

    private func conclude(_ request: Request, _ result: Result<[PostgresRows], any Error>) {
        if request.releasesLease, !machine.isClosed {
            if handle.transactionStatus == .idle, !request.hasFailedReset(result) {
                owner?.connectionReleased(self)
            } else {
                lose(PostgresError(.connectionLost, message: "the session could not be reset"))
            }
        }
        request.resume(result)
    }

    private func cancel(_ request: Request) {
        if let index = queue.firstIndex(where: { $0 === request }) {
            queue.remove(at: index)
            return conclude(request, .failure(CancellationError()))
        }
        guard request === current else { return }
        interruptCurrent(.cancelled)
    }

    private func interruptCurrent(_ reason: ConnectionStateMachine.Interruption) {
        switch machine.interrupt(reason) {
        case .ignore: break
        case .close: lose(PostgresError(.connectionLost, message: "no answer in time"))
        case .sendCancel:
            deadline = .now + drainTimeout
            let sent = BackgroundThread.start("postgres-cancel") { [canceller] in
                canceller?.send()
                self.loop.submit { self.assumeIsolated { $0.act($0.machine.cancelReturned()) } }
            }
            if !sent { lose(PostgresError(.connectionLost, message: "no thread to cancel a statement")) }
        }
    }

    /// Ends the transaction that a request has left open.
    func rollBack() {
        deadline = .now + drainTimeout
        progress.beginRollBack()
        guard handle.send(.rollBack, scratch: &scratch), handle.sendSync() else { return lose(nil) }
        flush()
    }

    /// The connection is of no more use: tells everybody and frees it.
    func lose(_ reason: PostgresError?) {
        guard !machine.isClosed else { return }
        let loss = machine.lost()
        let request = current
        let result = request.map {
            lossResult(loss, $0, reason ?? PostgresError(.connectionLost, message: handle.errorMessage))
        }
        current = nil
        deadline = nil
        loop.remove(self)
        handle.finish()
        owner?.connectionClosed(self)
        if let request, let result { request.resume(result) }
        queue.forEach(refuse)
        queue = []
    }

    /// The connection closed before the request was sent. One that belongs to no scope can go to another connection.
    private func refuse(_ request: Request) {
        if request.isSelfContained, let owner { return owner.connectionRefused(request) }
        request.resume(.failure(PostgresError(.connectionLost, message: "the connection is closed")))
    }

    func notify(channel: String, payload: String) { owner?.notification(channel: channel, payload: payload) }

    func restartDeadline() { deadline = current?.deadline }

    // MARK: LoopSource

    nonisolated var loopDeadline: MonotonicTime? {
        let time = deadlineTime.load(ordering: .relaxed)
        return time == .max ? nil : MonotonicTime(nanoseconds: time)
    }

    nonisolated func loopDeadlinePassed(now: MonotonicTime) { assumeIsolated { $0.interruptCurrent(.deadline) } }

    nonisolated func socketReady(readable: Bool, writable: Bool) {
        assumeIsolated { connection in
            if readable { connection.receive() }
            if writable, !connection.machine.isClosed { connection.flush() }
        }
    }
}
