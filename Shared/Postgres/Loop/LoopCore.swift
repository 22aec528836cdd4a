internal import CEpoll
internal import Glibc
internal import Synchronization

/// What the thread of a `PostgresLoop` runs.
// Sendable: `inbox` and `loop` are behind locks; everything else is touched by the loop's thread alone.
final class LoopCore: @unchecked Sendable {
    enum Work {
        case job(UnownedJob)
        case request(Request, ConnectionActor)
        case call(@Sendable () -> Void)
        case wake
    }

    struct Weak: Sendable { weak var value: PostgresLoop? }

    private struct Inbox {
        var work: [Work] = []
        var isAsleep = false
        var isStopped = false
    }

    let loop = Mutex(Weak())
    private let inbox = Mutex(Inbox())
    private let thread = Atomic<UInt>(0)
    private let poll: Int32
    private let alarm: Int32

    private var sources: [UInt64: any LoopSource] = [:]
    private var tokens: [ObjectIdentifier: UInt64] = [:]
    private var timed: [any LoopTimed] = []
    private var lastToken: UInt64 = 0

    init() throws {
        poll = loop_epoll_create()
        alarm = loop_eventfd_create()
        guard poll >= 0, alarm >= 0, loop_epoll_control(poll, Int32(LOOP_ADD), alarm, LOOP_READ, 0) == 0 else {
            throw PostgresError(.connectionFailed, message: "no descriptors for the event loop")
        }
    }

    deinit {
        close(poll)
        close(alarm)
    }

    var isCurrent: Bool { thread.load(ordering: .relaxed) == UInt(bitPattern: Int(pthread_self())) }

    func submit(_ work: Work) {
        let mustWake = inbox.withLock { inbox in
            inbox.work.append(work)
            defer { inbox.isAsleep = false }
            return inbox.isAsleep
        }
        if mustWake { loop_eventfd_signal(alarm) }
    }

    func stop() {
        inbox.withLock { $0.isStopped = true }
        loop_eventfd_signal(alarm)
    }

    func add(_ source: any LoopSource) throws {
        lastToken += 1
        guard loop_epoll_control(poll, Int32(LOOP_ADD), source.socket, LOOP_READ, lastToken) == 0 else {
            throw PostgresError(.connectionFailed, message: "the socket cannot be watched")
        }
        sources[lastToken] = source
        tokens[ObjectIdentifier(source)] = lastToken
    }

    func remove(_ source: any LoopSource) {
        guard let token = tokens.removeValue(forKey: ObjectIdentifier(source)) else { return }
        sources[token] = nil
        _ = loop_epoll_control(poll, Int32(LOOP_REMOVE), source.socket, 0, 0)
    }

    func wantsToWrite(_ wanted: Bool, _ source: any LoopSource) {
        guard let token = tokens[ObjectIdentifier(source)] else { return }
        let events = wanted ? LOOP_READ | LOOP_WRITE : LOOP_READ
        _ = loop_epoll_control(poll, Int32(LOOP_MODIFY), source.socket, events, token)
    }

    func add(_ item: any LoopTimed) { timed.append(item) }

    func remove(_ item: any LoopTimed) { timed.removeAll { $0 === item } }

    /// The thread's life.
    func run() {
        thread.store(UInt(bitPattern: Int(pthread_self())), ordering: .relaxed)
        var work: [Work] = []
        var ready = [UInt64](repeating: 0, count: 64)
        var events = [UInt32](repeating: 0, count: 64)
        while true {
            let isStopped = inbox.withLock { inbox in
                swap(&work, &inbox.work)
                inbox.isAsleep = work.isEmpty
                return inbox.isStopped
            }
            if work.isEmpty, isStopped { return }
            perform(work)
            let timeout = work.isEmpty ? millisecondsToNextDeadline() : 0
            work.removeAll(keepingCapacity: true)
            let count = loop_epoll_wait(poll, &ready, &events, 64, timeout)
            if timeout != 0 { inbox.withLock { $0.isAsleep = false } }
            for index in 0..<Int(max(count, 0)) { handle(ready[index], events: events[index]) }
            callDeadlines()
        }
    }

    private func perform(_ work: [Work]) {
        guard !work.isEmpty else { return }
        // Held while jobs run: the last reference to the executor may go away with the last job.
        let executor = loop.withLock { $0.value }
        for item in work {
            switch item {
            case .job(let job):
                if let executor { job.runSynchronously(on: executor.asUnownedSerialExecutor()) }
            case .request(let request, let connection): connection.assumeIsolated { $0.accept(request) }
            case .call(let body): body()
            case .wake: break
            }
        }
        withExtendedLifetime(executor) {}
    }

    private func handle(_ token: UInt64, events: UInt32) {
        if token == 0 { return loop_eventfd_clear(alarm) }
        // A source that an earlier event of the same wait has removed is no longer there.
        guard let source = sources[token] else { return }
        let writable = events & LOOP_WRITE != 0
        source.socketReady(readable: events & ~LOOP_WRITE != 0, writable: writable)
    }

    private func millisecondsToNextDeadline() -> Int32 {
        var next: MonotonicTime?
        for source in sources.values {
            if let deadline = source.loopDeadline { next = min(next ?? deadline, deadline) }
        }
        for item in timed {
            if let deadline = item.loopDeadline { next = min(next ?? deadline, deadline) }
        }
        guard let next else { return -1 }
        let nanoseconds = max(0, next.nanoseconds - MonotonicTime.now.nanoseconds)
        return Int32(clamping: (nanoseconds + 999_999) / 1_000_000)
    }

    private func callDeadlines() {
        var now: MonotonicTime?
        func passed(_ item: some LoopTimed) -> MonotonicTime? {
            guard let deadline = item.loopDeadline else { return nil }
            let time = now ?? MonotonicTime.now
            now = time
            return deadline <= time ? time : nil
        }
        for source in sources.values {
            if let now = passed(source) { source.loopDeadlinePassed(now: now) }
        }
        for item in timed {
            if let now = passed(item) { item.loopDeadlinePassed(now: now) }
        }
    }
}
