import NIOCore
import ServiceLifecycle
import Synchronization

/// Ends request bodies that trickle in too slowly: a body that is being read fails with 408, one that nobody reads any more takes
/// its connection with it.
///
/// One sweep a second over the bodies that are being read costs far less than a timer for each.
final class BodyWatch: Service {
    private struct Body {
        let channel: any Channel
        let isRefused: Bool
        let deadline: ContinuousClock.Instant
    }

    private let timeout: Duration
    private let bodies = Mutex<(next: UInt64, open: [UInt64: Body])>((0, [:]))
    /// Connections whose last request was answered with an error, perhaps before its body was read, and their bodies' numbers.
    private let refused = Mutex<[ObjectIdentifier: UInt64]>([:])
    private let anyRefused = Atomic<Bool>(false)

    init(timeout: Duration) {
        self.timeout = timeout
    }

    func begin(_ channel: any Channel, isRefused: Bool = false) -> UInt64 {
        let body = Body(channel: channel, isRefused: isRefused, deadline: .now + timeout)
        return bodies.withLock { bodies in
            bodies.next &+= 1
            bodies.open[bodies.next] = body
            return bodies.next
        }
    }

    func end(_ id: UInt64) {
        bodies.withLock { bodies in _ = bodies.open.removeValue(forKey: id) }
    }

    /// A request was answered with an error: what is left of its body has no longer to arrive than one that is read. The server
    /// reads past it until the next request, and would do so for ever.
    func beginRefused(_ channel: any Channel) {
        let id = begin(channel, isRefused: true)
        refused.withLock { $0[ObjectIdentifier(channel)] = id }
        anyRefused.store(true, ordering: .relaxed)
    }

    /// The next request of a connection is there, so the last one's body has ended.
    func endRefused(_ channel: any Channel) {
        guard anyRefused.load(ordering: .relaxed) else { return }
        let id = refused.withLock { refused in
            let id = refused.removeValue(forKey: ObjectIdentifier(channel))
            if refused.isEmpty { anyRefused.store(false, ordering: .relaxed) }
            return id
        }
        if let id { end(id) }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            // Ends with the task; a sweep more or less does no harm.
            while (try? await Task.sleep(for: .seconds(1))) != nil { self.sweep(now: .now) }
        }
    }

    /// A reader of what is overdue gets 408 thrown and answers with it; its connection is closed like that of any other refused
    /// body, for what comes next on it is the rest of this one.
    func sweep(now: ContinuousClock.Instant) {
        let overdue = bodies.withLock { bodies in
            let overdue = bodies.open.filter { $1.deadline <= now }
            for id in overdue.keys { bodies.open.removeValue(forKey: id) }
            return overdue.values
        }
        for body in overdue {
            guard body.isRefused else {
                body.channel.pipeline.fireErrorCaught(Problem.requestTimeout)
                continue
            }
            endRefused(body.channel)
            body.channel.close(promise: nil)
        }
    }
}
