import Foundation
import Synchronization

/// What one sender is at: messages that it holds, and results that are not written down yet.
final class SenderState: Sendable {
    private struct State {
        var held: Set<UUID> = []
        /// Those of them that no line has taken up yet.
        var queue: [QueuedMessage] = []
        /// Lines at work.
        var working = 0
        var results: [AttemptResult] = []
        var isClaiming = true
        /// How often in a row the channel was away, and when to try it again.
        var closures = 0
        var closedUntil = ContinuousClock.now
    }

    private let state = Mutex(State())

    /// Messages taken and not recorded yet; never taken again by this process.
    var held: [UUID] { state.withLock { Array($0.held) } }

    /// Whether nothing is left to do and nothing more will come.
    var isDone: Bool { state.withLock { !$0.isClaiming && $0.held.isEmpty } }

    /// Whether no more messages are to be taken.
    var isStopped: Bool { state.withLock { !$0.isClaiming } }

    /// Whether the channel was found to be away and is not to be tried again yet.
    var isAway: Bool { state.withLock { $0.closures > 0 && $0.closedUntil > .now } }

    /// How many messages to take now, of so many to be held at most. While the channel is away, one at a time and seldom: a
    /// probe, not a flood.
    func room(most: Int) -> Int {
        state.withLock { state in
            guard state.closures > 0 else { return most - state.held.count }
            return state.held.isEmpty && state.closedUntil <= .now ? 1 : 0
        }
    }

    /// Hears what became of an attempt.
    /// - Returns: `true` when the channel has just come back, `false` when it has just gone, `nil` when nothing changed.
    func note(_ outcome: Outcome) -> Bool? {
        state.withLock { state in
            let before = state.closures
            guard case .unavailable = outcome else {
                state.closures = 0
                return before > 0 ? true : nil
            }
            state.closures += 1
            state.closedUntil = .now + .milliseconds(min(100 << min(state.closures, 5), 2000)) * .random(in: 0.5...1)
            return before == 0 ? false : nil
        }
    }

    /// Keeps what was taken for the lines.
    /// - Returns: How many lines are to begin; each asks for `next` until there is none.
    func hold(_ messages: [QueuedMessage], lines: Int) -> Int {
        state.withLock { state in
            state.held.formUnion(messages.map(\.id))
            state.queue += messages
            let more = max(0, min(state.queue.count, lines) - state.working)
            state.working += more
            return more
        }
    }

    /// The next message of a line; `nil` ends the line.
    func next() -> QueuedMessage? {
        state.withLock { state in
            guard !state.queue.isEmpty else {
                state.working -= 1
                return nil
            }
            return state.queue.removeFirst()
        }
    }

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
