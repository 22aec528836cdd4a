import Synchronization

/// Counts requests in flight and turns away those beyond a limit: answering some in time beats answering all too late.
public final class Shedder: Sendable {
    /// Requests at the same time.
    public let maximum: Int
    private let count = Atomic<Int>(0)

    public init(maximum: Int) {
        self.maximum = maximum
    }

    /// Requests in flight now.
    public var inFlight: Int { count.load(ordering: .relaxed) }

    /// Whether there is room; if so, `leave()` must follow.
    func enter() -> Bool {
        if count.add(1, ordering: .relaxed).newValue <= maximum { return true }
        count.subtract(1, ordering: .relaxed)
        return false
    }

    func leave() {
        count.subtract(1, ordering: .relaxed)
    }
}
