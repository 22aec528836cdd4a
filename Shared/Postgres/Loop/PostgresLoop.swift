internal import CEpoll
internal import Synchronization

/// The thread that waits for sockets, and the executor of the connections that it waits for.
///
/// A connection's state is only touched on this thread, so nothing about it needs a lock, and an answer is handled
/// where it arrives. The thread ends when the last connection and client let go of the loop.
final class PostgresLoop: SerialExecutor {
    private let core: LoopCore

    init() throws {
        core = try LoopCore()
        core.loop.withLock { $0.value = self }
        let core = core
        guard BackgroundThread.start("postgres", { core.run() }) else {
            throw PostgresError(.connectionFailed, message: "no thread for the event loop")
        }
    }

    deinit { core.stop() }

    func enqueue(_ job: consuming ExecutorJob) { core.submit(.job(UnownedJob(job))) }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    func checkIsolated() { precondition(core.isCurrent, "not on the connection's loop") }

    func isIsolatingCurrentContext() -> Bool? { core.isCurrent }

    /// Whether the caller runs on this loop's thread.
    var isCurrent: Bool { core.isCurrent }

    /// Runs `body` on the loop's thread, soon.
    func submit(_ body: @escaping @Sendable () -> Void) { core.submit(.call(body)) }

    /// Starts `request` on the loop's thread, soon; the hot path, without a closure.
    func submit(_ request: Request, to connection: ConnectionActor) { core.submit(.request(request, connection)) }

    /// Looks at the timers again, which another thread has moved.
    func wake() { core.submit(.wake) }

    /// Watches a socket; only on the loop's thread.
    func add(_ source: any LoopSource) throws { try core.add(source) }

    /// Only on the loop's thread, before the socket is closed.
    func remove(_ source: any LoopSource) { core.remove(source) }

    /// Whether to wait for the socket to take more; only on the loop's thread.
    func wantsToWrite(_ wanted: Bool, _ source: any LoopSource) { core.wantsToWrite(wanted, source) }

    /// Only on the loop's thread.
    func add(_ timed: any LoopTimed) { core.add(timed) }

    /// Only on the loop's thread.
    func remove(_ timed: any LoopTimed) { core.remove(timed) }
}

/// Something with a point in time at which it wants to be called. Asked before each wait, on the loop's thread.
protocol LoopTimed: AnyObject, Sendable {
    var loopDeadline: MonotonicTime? { get }
    func loopDeadlinePassed(now: MonotonicTime)
}

/// A socket's owner; called on the loop's thread.
protocol LoopSource: LoopTimed {
    var socket: Int32 { get }
    func socketReady(readable: Bool, writable: Bool)
}
