import Foundation
import Synchronization

/// What one sender is at: messages that it holds, and results that are not written down yet.
final class SenderState: Sendable {
    private struct State {
        var held: Set<UUID> = []
        var results: [AttemptResult] = []
        var isClaiming = true
    }

    private let state = Mutex(State())

    /// Messages taken and not recorded yet; never taken again by this process.
    var held: [UUID] { state.withLock { Array($0.held) } }

    /// Whether nothing is left to do and nothing more will come.
    var isDone: Bool { state.withLock { !$0.isClaiming && $0.held.isEmpty } }

    /// Whether no more messages are to be taken.
    var isStopped: Bool { state.withLock { !$0.isClaiming } }

    func hold(_ ids: [UUID]) { state.withLock { $0.held.formUnion(ids) } }
    func add(_ result: AttemptResult) { state.withLock { $0.results.append(result) } }
    func stopClaiming() { state.withLock { $0.isClaiming = false } }

    /// Everything that waits to be written down.
    func takeResults() -> [AttemptResult] {
        state.withLock { state in
            defer { state.results = [] }
            return state.results
        }
    }

    func release(_ results: [AttemptResult]) { state.withLock { $0.held.subtract(results.map(\.message)) } }
}
