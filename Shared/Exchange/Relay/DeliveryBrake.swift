import Synchronization

/// Slows a relay down while the commits of its own service's callers are slow: accepting goes before delivering.
///
/// What was accepted is durable and waits without harm; a caller who gets no answer in time comes again or goes away.
/// A service records how long its callers' commits take. Slow ones make the relay pause between small batches, longer
/// each time; quick ones, or none, let it go. Delivery never stops: the longest pause is half a second.
public final class DeliveryBrake: Sendable {
    private let state = Mutex(BrakeState(at: .now))

    public init() {}

    /// Call after each commit that callers waited for.
    public func record(commit duration: Duration) {
        state.withLock { $0.record(duration, at: .now) }
    }

    /// The pause before the next batch; zero when the brake is off.
    var pause: Duration { state.withLock { $0.pause(at: .now) } }
}

/// The brake as a value, on a clock that the caller reads.
struct BrakeState: Sendable {
    /// A commit that takes longer had to queue for a processor or the disk.
    static let slow: Duration = .milliseconds(10)
    static let shortest: Duration = .milliseconds(20)
    static let longest: Duration = .milliseconds(500)
    /// Messages in a batch while braked.
    static let batch = 32

    private var current: Duration = .zero
    private var changed: ContinuousClock.Instant
    private var recorded: ContinuousClock.Instant

    init(at now: ContinuousClock.Instant) {
        changed = now
        recorded = now
    }

    /// At most one change for each pause, so that one moment's many commits count once.
    mutating func record(_ duration: Duration, at now: ContinuousClock.Instant) {
        recorded = now
        guard now - changed >= max(current, Self.shortest) else { return }
        changed = now
        if duration > Self.slow {
            current = min(max(current * 2, Self.shortest), Self.longest)
        } else {
            current = current / 2 < Self.shortest ? .zero : current / 2
        }
    }

    func pause(at now: ContinuousClock.Instant) -> Duration {
        now - recorded > Self.longest ? .zero : current
    }
}
