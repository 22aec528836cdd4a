/// Lets calls that come at the same time share one round trip to the database: group commit.
///
/// The first call of a batch carries it: it runs `work` for all of them and hands out the outcomes, then passes the
/// turn to a call that waits. So there is no task in the background to start or to stop, and every batch belongs to
/// a request that waits for it.
actor CallGroup<Call: Sendable, Outcome: Sendable> {
    /// Does the work of a batch. It returns one outcome for each call, in order, and never fails as a whole: what went
    /// wrong is part of the outcomes.
    typealias Work = @Sendable (_ calls: [Call]) async -> [Outcome]

    private struct Waiter: Sendable {
        let call: Call
        let continuation: CheckedContinuation<Turn, Never>
    }

    private enum Turn: Sendable {
        case outcome(Outcome)
        case lead([Waiter])
    }

    private var state: CallGroupState<Waiter>
    private let work: Work

    init(limits: CallGroupState<Never>.Limits = .init(), work: @escaping Work) {
        state = CallGroupState(
            limits: .init(calls: limits.calls, inFlight: limits.inFlight, overlap: limits.overlap))
        self.work = work
    }

    /// Puts a call into the next batch and returns its outcome.
    ///
    /// A cancelled caller still gets its outcome: the batch is shared, and what was sent may be committed.
    func perform(_ call: Call) async -> Outcome {
        let turn = await withCheckedContinuation { continuation in
            begin(state.arrived(Waiter(call: call, continuation: continuation)))
        }
        switch turn {
        case .outcome(let outcome): return outcome
        case .lead(let batch): return await lead(batch)
        }
    }

    /// Gives a batch to its first call, which waits like the others.
    private func begin(_ batch: [Waiter]?) {
        guard let batch, let first = batch.first else { return }
        first.continuation.resume(returning: .lead(batch))
    }

    private func lead(_ batch: [Waiter]) async -> Outcome {
        let calls = batch.map(\.call)
        let work = work
        // A shield: the carrier's own cancellation (its client hung up) must not cancel the others' work. It is awaited.
        let outcomes = await Task { await work(calls) }.value
        precondition(outcomes.count == batch.count, "a batch's work returns one outcome for each call")
        for (waiter, outcome) in zip(batch, outcomes).dropFirst() {
            waiter.continuation.resume(returning: .outcome(outcome))
        }
        begin(state.finished())
        return outcomes[0]
    }
}
