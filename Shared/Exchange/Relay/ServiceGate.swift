/// What a relay remembers about a service that it delivers to: whether to leave it alone, and how much to send at once.
///
/// While a service is away it is probed with one message, so that the others keep their place and their count of
/// attempts, and all flow again with the first answer. Pure.
struct ServiceGate: Sendable, Equatable {
    /// Messages in one batch, when all is well.
    static let fullBatch = 100

    private(set) var limit = ServiceGate.fullBatch
    private var failures = 0
    private var closedUntil: ContinuousClock.Instant?

    /// Whether to try now.
    func isOpen(at now: ContinuousClock.Instant) -> Bool {
        closedUntil.map { $0 <= now } ?? true
    }

    /// The service did not answer. `jitter` as in `Backoff.delay`.
    mutating func failed(at now: ContinuousClock.Instant, jitter: Double = .random(in: 0.5...1.5)) {
        failures += 1
        closedUntil = now + Backoff.service.delay(attempt: failures, jitter: jitter)
        limit = 1
    }

    /// The service takes smaller batches only.
    mutating func halve(from count: Int) { limit = max(1, count / 2) }

    /// The service answered.
    mutating func answered() { self = ServiceGate() }
}
