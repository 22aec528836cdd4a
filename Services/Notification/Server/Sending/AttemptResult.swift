import Exchange
import Foundation
import SinergiCore

/// One attempt and what became of it.
struct AttemptResult: Sendable, Hashable {
    /// Of the attempt.
    let id: UUID
    let message: UUID
    let outcome: Outcome
    let milliseconds: Int
    /// Seconds until the next attempt; `nil` when there is none.
    let wait: Double?

    /// Back-off from a second to an hour; the channel's own wish counts where it is longer.
    ///
    /// A channel that was away is tried again within seconds: who waited through an outage need not wait for an hour more.
    private static let backoff = Backoff(first: .seconds(1), longest: .seconds(3600))

    /// Whether the message itself was tried. What met a closed door does not count and keeps its place in the order.
    var counts: Bool { if case .unavailable = outcome { false } else { true } }

    init(message: QueuedMessage, outcome: Outcome, took: Duration) {
        id = UUID.v7()
        self.message = message.id
        self.outcome = outcome
        milliseconds = max(0, Int(took / .milliseconds(1)))
        wait =
            switch outcome {
            case .failed(_, let asked): max(Self.backoff.delay(attempt: message.attempts), asked ?? .zero).inSeconds
            case .unavailable: Double.random(in: 0.2...1)
            case .accepted, .refused: nil
            }
    }
}
