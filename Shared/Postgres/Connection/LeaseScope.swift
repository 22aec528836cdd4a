internal import Synchronization

/// The time during which a connection belongs to a transaction or to a closure. Requests carry it, and the connection
/// refuses those whose scope has ended, however they were kept.
// Sendable: `isOpened`, `deadline` are touched only on the connection's loop; `closed` is atomic.
final class LeaseScope: @unchecked Sendable {
    private let closed = Atomic<Bool>(false)
    /// BEGIN and what goes with it; empty for a connection without transaction.
    let opening: [SQL]
    /// The end of the time the transaction was given.
    let deadline: MonotonicTime?
    /// Whether success of its COMMIT saves anything.
    let isReadOnly: Bool
    /// The closure's scope that a transaction was opened in.
    private let parent: LeaseScope?
    /// Something was sent, with `opening` before it; whether it succeeded or not.
    var isOpened = false {
        didSet { parent?.isOpened = true }
    }

    init(
        opening: [SQL] = [], isReadOnly: Bool = false, deadline: MonotonicTime? = nil, parent: LeaseScope? = nil
    ) {
        self.parent = parent
        self.opening = opening
        self.isReadOnly = isReadOnly
        self.deadline = deadline
    }

    var isTransaction: Bool { !opening.isEmpty }

    var isClosed: Bool { closed.load(ordering: .acquiring) || parent?.isClosed == true }

    /// From now on only the request that ends the scope is accepted.
    func close() { closed.store(true, ordering: .releasing) }
}
