/// Which connection goes to whom, and when connections are opened and closed. Pure: time and randomness come from
/// outside, and it says what to do instead of doing it. `ConnectionPool` holds it behind a lock.
///
/// `Connection` and `Waiter` are what the pool deals with; the machine only hands them on.
struct PoolStateMachine<Connection: Sendable, Waiter: Sendable>: Sendable {
    typealias ID = Int

    struct Limits: Sendable {
        var minimum = 0
        var maximum = 4
        var idleTimeout: Duration = .seconds(60)
        var lifetime: Duration = .seconds(1800)
        var leaseTimeout: Duration = .seconds(5)
    }

    enum Problem: Sendable { case timeout, closed, connectFailed }

    enum Action: Sendable {
        /// Give the connection to the waiter.
        case hand(Connection, Waiter)
        case fail(Waiter, Problem)
        /// Open a connection and report `connected` or `connectFailed`.
        case connect(ID)
        case close(Connection)
        /// The last connection of a closed pool is gone.
        case closed
    }

    private enum State: Sendable {
        case connecting
        case idle(since: MonotonicTime)
        case leased
        /// Told to close; counts until it has.
        case closing
    }

    private struct Member: Sendable {
        let id: ID
        var connection: Connection?
        var state: State
        var role: String?
        var expires: MonotonicTime
    }

    private struct Waiting: Sendable {
        let key: UInt64
        let waiter: Waiter
        let role: String?
        let deadline: MonotonicTime
    }

    private let limits: Limits
    private var members: [Member] = []
    /// Indices into nothing: ids of idle connections, the most recently used last.
    private var idle: [ID] = []
    private var waiting = FIFO<Waiting>()
    private var lastID: ID = 0
    private var keepsMinimum = false
    private(set) var isClosed = false
    private var failures = 0
    private var retryAt: MonotonicTime?
    /// When `tick` has something to do at the earliest; may be too early, never too late.
    private(set) var nextTick: MonotonicTime?

    init(limits: Limits) { self.limits = limits }

    var openCount: Int { members.count }
    var idleCount: Int { idle.count }
    var waitingCount: Int { waiting.count }

    // MARK: Leasing

    /// The connection to use now, or `nil`: then the waiter has been queued and `actions` may open a connection.
    mutating func lease(
        _ waiter: Waiter, key: UInt64, role: String?, now: MonotonicTime, actions: inout [Action]
    ) -> Connection? {
        guard !isClosed else {
            actions.append(.fail(waiter, .closed))
            return nil
        }
        if waiting.isEmpty, let connection = takeIdle(role: role) { return connection }
        let deadline = now + limits.leaseTimeout
        waiting.append(Waiting(key: key, waiter: waiter, role: role, deadline: deadline))
        lower(deadline)
        connectForWaiters(now: now, &actions)
        return nil
    }

    /// The last used connection of the same role: its plans fit. Else one of no role, else the one idle longest, whose
    /// role is missed least.
    private mutating func takeIdle(role: String?) -> Connection? {
        guard !idle.isEmpty else { return nil }
        func last(_ wanted: String?) -> Int? {
            idle.lastIndex { id in index(id).map { members[$0].role == wanted } ?? false }
        }
        let position = last(role) ?? last(nil) ?? 0
        guard let index = index(idle.remove(at: position)) else { return nil }
        members[index].state = .leased
        members[index].role = role
        return members[index].connection
    }

    /// The waiter gave up. `nil` when it has been served meanwhile.
    mutating func cancel(key: UInt64) -> Waiter? { waiting.removeFirst { $0.key == key }?.waiter }

    /// A lease came back in good health.
    mutating func release(_ id: ID, now: MonotonicTime, actions: inout [Action]) {
        guard let index = index(id), case .leased = members[index].state else { return }
        // Waiters do not keep an old connection alive: a new one is opened for them when it has closed.
        if isClosed || members[index].expires <= now { return close(index, &actions) }
        park(index, now: now, &actions)
    }

    private mutating func park(_ index: Int, now: MonotonicTime, _ actions: inout [Action]) {
        guard let connection = members[index].connection else { return }
        if let next = waiting.popFirst() {
            members[index].state = .leased
            members[index].role = next.role
            return actions.append(.hand(connection, next.waiter))
        }
        members[index].state = .idle(since: now)
        idle.append(members[index].id)
        lower(members[index].expires)
        if members.count > limits.minimum { lower(now + limits.idleTimeout) }
    }

    // MARK: Connecting

    private mutating func connectForWaiters(now: MonotonicTime, _ actions: inout [Action]) {
        if let retryAt, retryAt > now { return lower(retryAt) }
        var missing = waiting.count
        if keepsMinimum { missing = max(missing, limits.minimum - members.count + connectingCount) }
        while connectingCount < missing, members.count < limits.maximum, !isClosed {
            lastID += 1
            members.append(Member(id: lastID, connection: nil, state: .connecting, role: nil, expires: now))
            actions.append(.connect(lastID))
            // After a failure one attempt at a time is enough to see whether the server is back.
            if failures > 0 { return }
        }
    }

    private var connectingCount: Int {
        members.count { if case .connecting = $0.state { true } else { false } }
    }

    /// - Parameter jitter: 0 to 1; takes up to a tenth off the lifetime.
    mutating func connected(
        _ id: ID, _ connection: Connection, now: MonotonicTime, jitter: Double, actions: inout [Action]
    ) {
        failures = 0
        retryAt = nil
        guard let index = index(id) else { return actions.append(.close(connection)) }
        members[index].connection = connection
        let lifetime = Double(limits.lifetime.clampedNanoseconds) * (1 - jitter / 10)
        members[index].expires = now + .nanoseconds(Int64(lifetime))
        if isClosed { return close(index, &actions) }
        park(index, now: now, &actions)
        connectForWaiters(now: now, &actions)
    }

    /// - Parameters:
    ///   - isFinal: Trying again will not help, such as a wrong password: everybody waiting is told.
    ///   - jitter: 0 to 1; spreads the next attempt.
    mutating func connectFailed(
        _ id: ID, isFinal: Bool, now: MonotonicTime, jitter: Double, actions: inout [Action]
    ) {
        members.removeAll { $0.id == id }
        failures += 1
        let delay = min(2_000, 50 << min(failures - 1, 6))
        retryAt = now + .milliseconds(delay / 2 + Int(Double(delay) * jitter / 2))
        if isFinal {
            while let next = waiting.popFirst() { actions.append(.fail(next.waiter, .connectFailed)) }
        }
        if !waiting.isEmpty || keepsMinimum, let retryAt { lower(retryAt) }
        finishClosing(&actions)
    }

    // MARK: Closing

    /// A connection is gone, whoever closed it.
    mutating func disconnected(_ id: ID, now: MonotonicTime, actions: inout [Action]) {
        idle.removeAll { $0 == id }
        members.removeAll { $0.id == id }
        if !isClosed { connectForWaiters(now: now, &actions) }
        finishClosing(&actions)
    }

    /// Opens the minimum of connections and keeps it.
    mutating func start(now: MonotonicTime, actions: inout [Action]) {
        keepsMinimum = true
        connectForWaiters(now: now, &actions)
    }

    /// No new leases; idle connections close now, the others when they come back.
    mutating func shutDown(actions: inout [Action]) {
        guard !isClosed else { return }
        isClosed = true
        while let next = waiting.popFirst() { actions.append(.fail(next.waiter, .closed)) }
        for index in members.indices {
            if case .idle = members[index].state { close(index, &actions) }
        }
        finishClosing(&actions)
    }

    /// Closes what has not come back in time.
    mutating func closeAll(actions: inout [Action]) {
        for index in members.indices { close(index, &actions) }
    }

    private mutating func close(_ index: Int, _ actions: inout [Action]) {
        guard let connection = members[index].connection else { return }
        if case .closing = members[index].state { return }
        members[index].state = .closing
        idle.removeAll { $0 == members[index].id }
        actions.append(.close(connection))
    }

    private func finishClosing(_ actions: inout [Action]) {
        if isClosed, members.isEmpty { actions.append(.closed) }
    }

    // MARK: Time

    /// Lets waiters go whose time is over, closes what is idle or old, opens what is missing.
    mutating func tick(now: MonotonicTime, actions: inout [Action]) {
        nextTick = nil
        while let first = waiting.first, first.deadline <= now {
            _ = waiting.popFirst()
            actions.append(.fail(first.waiter, .timeout))
        }
        if let first = waiting.first { lower(first.deadline) }
        var spare = members.count - limits.minimum
        for index in members.indices {
            guard case .idle(let since) = members[index].state else { continue }
            let idleUntil = since + limits.idleTimeout
            if members[index].expires <= now || (spare > 0 && idleUntil <= now) {
                close(index, &actions)
                spare -= 1
            } else {
                lower(members[index].expires)
                if spare > 0 { lower(idleUntil) }
            }
        }
        connectForWaiters(now: now, &actions)
    }

    private mutating func lower(_ time: MonotonicTime) { nextTick = min(nextTick ?? time, time) }

    private func index(_ id: ID) -> Int? { members.firstIndex { $0.id == id } }
}
