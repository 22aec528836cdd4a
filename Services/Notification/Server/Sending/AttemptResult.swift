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
    private static let backoff = Backoff(first: .seconds(1), longest: .seconds(3600))

    init(message: QueuedMessage, outcome: Outcome, took: Duration) {
        id = UUID.v7()
        self.message = message.id
        self.outcome = outcome
        milliseconds = max(0, Int(took / .milliseconds(1)))
        wait =
            if case .failed(_, let asked) = outcome {
                max(Self.backoff.delay(attempt: message.attempts), asked ?? .zero).inSeconds
            } else {
                nil
            }
    }
}
