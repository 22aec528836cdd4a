/// How long to wait after a failed attempt: doubling, with jitter, so that a thousand senders do not return at once.
public struct Backoff: Sendable {
    /// Delay after the first failure, before jitter.
    public let first: Duration
    /// No delay is longer, before jitter.
    public let longest: Duration

    public init(first: Duration, longest: Duration) {
        self.first = first
        self.longest = longest
    }

    /// A delivery that one message's own failure holds up: from a quarter second to an hour.
    public static let message = Backoff(first: .milliseconds(250), longest: .seconds(3600))
    /// A service that does not answer at all: probed with one message, soon noticed when it is back.
    public static let service = Backoff(first: .milliseconds(100), longest: .seconds(2))
    /// After this age a message that still fails is parked. Messages and inboxes live longer than that.
    public static let giveUpAfter: Duration = .seconds(7 * 86_400)

    /// The delay after failure number `attempt` (1 = the first), between half and one and a half of the doubled delay.
    public func delay(attempt: Int, jitter: Double = .random(in: 0.5...1.5)) -> Duration {
        let doubled = first * (1 << min(max(attempt - 1, 0), 40))
        return min(doubled, longest) * jitter
    }
}
