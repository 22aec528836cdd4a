import NIOCore
import ServiceLifecycle
import Synchronization

/// Cuts connections whose request body trickles in too slowly.
///
/// One sweep a second over the bodies that are being read costs far less than a timer for each.
final class BodyWatch: Service {
    private struct Body {
        let channel: any Channel
        let deadline: ContinuousClock.Instant
    }

    private let timeout: Duration
    private let bodies = Mutex<(next: UInt64, open: [UInt64: Body])>((0, [:]))

    init(timeout: Duration) {
        self.timeout = timeout
    }

    func begin(_ channel: any Channel) -> UInt64 {
        let body = Body(channel: channel, deadline: .now + timeout)
        return bodies.withLock { bodies in
            bodies.next &+= 1
            bodies.open[bodies.next] = body
            return bodies.next
        }
    }

    func end(_ id: UInt64) {
        bodies.withLock { bodies in _ = bodies.open.removeValue(forKey: id) }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            // Ends with the task; a sweep more or less does no harm.
            while (try? await Task.sleep(for: .seconds(1))) != nil { self.sweep(now: .now) }
        }
    }

    /// Closes what is overdue. The reader's `collect` then fails, and its request with it.
    func sweep(now: ContinuousClock.Instant) {
        let overdue = bodies.withLock { bodies in
            let overdue = bodies.open.filter { $1.deadline <= now }
            for id in overdue.keys { bodies.open.removeValue(forKey: id) }
            return overdue.values.map(\.channel)
        }
        for channel in overdue { channel.close(promise: nil) }
    }
}
