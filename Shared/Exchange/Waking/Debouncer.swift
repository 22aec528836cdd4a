/// Lets one signal per key and interval through, the first at once; pure, on a clock that the caller reads.
struct Debouncer<Key: Hashable & Sendable>: Sendable {
    let interval: Duration
    private var pending: Set<Key> = []
    private var notBefore: [Key: ContinuousClock.Instant] = [:]

    init(interval: Duration) {
        self.interval = interval
    }

    mutating func add(_ keys: some Sequence<Key>) { pending.formUnion(keys) }

    /// The keys to signal now.
    mutating func take(at now: ContinuousClock.Instant) -> Set<Key> {
        notBefore = notBefore.filter { $0.value > now }
        let due = pending.filter { notBefore[$0] == nil }
        pending.subtract(due)
        for key in due { notBefore[key] = now + interval }
        return due
    }

    /// How long until a pending key may be signalled; `nil` when none is pending.
    func wait(at now: ContinuousClock.Instant) -> Duration? {
        pending.map { key in notBefore[key].map { now.duration(to: $0) } ?? .zero }.min()
    }
}
