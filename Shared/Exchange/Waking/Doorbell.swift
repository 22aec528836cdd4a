import Synchronization

/// Wakes one waiting loop; rings while nobody waits are remembered, several count as one.
public final class Doorbell: Sendable {
    private struct State {
        var rung = false
        var waiter: CheckedContinuation<Void, Never>?

        mutating func takeWaiter() -> CheckedContinuation<Void, Never>? {
            defer { waiter = nil }
            return waiter
        }
    }
    private let state = Mutex(State())

    public init() {}

    /// Wakes the loop. Cheap, from anywhere.
    public func ring() {
        state.withLock { state in
            state.rung = true
            return state.takeWaiter()
        }?.resume()
    }

    /// Waits for a ring, the limit or cancellation. At most one caller at a time.
    /// - Returns: Whether it was rung since the last wait.
    func wait(upTo limit: Duration) async -> Bool {
        if takeRing() { return true }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                // Cancelled when the ring came first.
                try? await Task.sleep(for: limit)
            }
            group.addTask { await self.untilRung() }
            await group.next()
            group.cancelAll()
        }
        return takeRing()
    }

    private func takeRing() -> Bool {
        state.withLock { state in
            defer { state.rung = false }
            return state.rung
        }
    }

    private func untilRung() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let atOnce = state.withLock { state in
                    // A cancellation before this point found no waiter to wake, so it is asked for again here.
                    if state.rung || Task.isCancelled { return true }
                    state.waiter = continuation
                    return false
                }
                if atOnce { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.takeWaiter() }?.resume()
        }
    }
}
