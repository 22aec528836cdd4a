/// Decides which calls share a round trip: a pure state machine without waiting, clocks or tasks.
///
/// ```
///            arrived                 arrived, enough wait
///   idle ──────────────► one batch ─────────────────────► two batches in flight
///    ▲                     │   ▲                             │
///    └──── finished ───────┘   └────────── finished ─────────┘   (each takes what waits with it)
/// ```
///
/// When nothing is in flight a call starts at once, alone: no latency is added to an idle service. What comes meanwhile
/// waits for the next batch. A second batch may overlap the first, so that the database works on one while the disk
/// syncs the other, but only once enough calls wait to make it worth a transaction.
struct CallGroupState<Call> {
    /// How batches are cut.
    struct Limits: Sendable {
        /// Calls in one batch at most.
        var calls = 256
        /// Batches at the same time at most.
        var inFlight = 2
        /// Waiting calls from which a further batch may start beside a running one.
        var overlap = 8
    }

    private let limits: Limits
    private var waiting: [Call] = []
    private(set) var inFlight = 0

    init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// How many calls wait for a batch.
    var waitingCount: Int { waiting.count }

    /// A call came in.
    /// - Returns: The batch to start now; its calls need not hold the new one.
    mutating func arrived(_ call: Call) -> [Call]? {
        waiting.append(call)
        return next()
    }

    /// A batch ended, however it ended.
    /// - Returns: The batch to start now.
    mutating func finished() -> [Call]? {
        inFlight -= 1
        return next()
    }

    private mutating func next() -> [Call]? {
        guard !waiting.isEmpty, inFlight < limits.inFlight else { return nil }
        guard inFlight == 0 || waiting.count >= limits.overlap else { return nil }
        let batch = Array(waiting.prefix(limits.calls))
        waiting.removeFirst(batch.count)
        inFlight += 1
        return batch
    }
}
