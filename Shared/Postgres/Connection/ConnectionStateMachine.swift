/// What a connection does about answers, cancellation, deadlines and loss. Pure: it is told what happened and says what
/// to do; `ConnectionActor` does it. One request at a time is with the server.
///
///     idle ─start→ running ─answered→ idle
///                   │  │ └─answered, transaction left open→ rollingBack ─rolledBack→ idle
///                   │  └─answered, plan changed→ (rollingBack →) running, once
///                   └─interrupt→ running, cancel sent ─answered and cancel returned→ idle
///     any ─lost→ closed
struct ConnectionStateMachine {
    /// What a request is, as far as decisions depend on it.
    struct Traits: Equatable {
        /// Its success saves data: COMMIT, a pipeline with COMMIT, or a statement outside a transaction.
        var savesData = false
        /// The server may be told to stop it. Never true where a COMMIT was sent along: a cancel that meets a commit
        /// waiting for a replica would make it lie.
        var isCancellable = true
        /// Nothing before it depends on its transaction, so all of it can be sent again when a plan has changed.
        var isRestartable = false
        /// It brings its own transaction and must not leave it open.
        var endsTransaction = false
    }

    /// Why a request should stop before its answer.
    enum Interruption: Equatable { case cancelled, deadline }

    enum InterruptAction: Equatable {
        case ignore
        /// Ask the server to stop; from now the answer has to come within the drain timeout.
        case sendCancel
        case close
    }

    enum AnswerAction: Equatable {
        /// The cancel request is still on its way and must not meet the next statement.
        case wait
        case finish(Interruption?)
        case rollBack
        case restart
    }

    enum RollBackAction: Equatable {
        case finish(Interruption?)
        case restart
        /// The session is in an unknown state.
        case close
    }

    /// What losing the connection means for the request that was with the server.
    enum Loss: Equatable {
        case nothingRunning
        /// Nothing can have been saved.
        case lost(Interruption?)
        /// Perhaps saved.
        case outcomeUnknown(Interruption?)
        /// The answer had arrived; only tidying up was interrupted.
        case answered(Interruption?)
    }

    private struct Run: Equatable {
        var traits: Traits
        var interruption: Interruption?
        var isCancelOut = false
        var isRestarted = false
        var held: Answer?
    }

    private struct Answer: Equatable {
        var planChanged: Bool
        var transaction: TransactionStatus
    }

    private enum State: Equatable {
        case idle
        case running(Run)
        case rollingBack(Run, restart: Bool)
        case closed
    }

    private var state = State.idle

    var isIdle: Bool { state == .idle }
    var isClosed: Bool { state == .closed }

    /// - Returns: `false` when a request is already with the server or the connection is closed.
    mutating func start(_ traits: Traits) -> Bool {
        guard state == .idle else { return false }
        state = .running(Run(traits: traits))
        return true
    }

    mutating func interrupt(_ reason: Interruption) -> InterruptAction {
        switch state {
        case .idle, .closed: return .ignore
        case .rollingBack: return reason == .deadline ? .close : .ignore
        case .running(var run):
            guard run.interruption == nil else {
                // Cancelled, and then the drain timeout passed.
                return reason == .deadline ? .close : .ignore
            }
            guard run.traits.isCancellable else { return reason == .deadline ? .close : .ignore }
            run.interruption = reason
            run.isCancelOut = true
            state = .running(run)
            return .sendCancel
        }
    }

    /// The cancel request has reached the server, or has failed.
    mutating func cancelReturned() -> AnswerAction {
        guard case .running(var run) = state else { return .wait }
        run.isCancelOut = false
        state = .running(run)
        guard let answer = run.held else { return .wait }
        return decide(run, answer)
    }

    /// Everything up to the request's sync has been answered.
    mutating func answered(planChanged: Bool, transaction: TransactionStatus) -> AnswerAction {
        guard case .running(var run) = state else { return .wait }
        let answer = Answer(planChanged: planChanged, transaction: transaction)
        guard !run.isCancelOut else {
            run.held = answer
            state = .running(run)
            return .wait
        }
        return decide(run, answer)
    }

    private mutating func decide(_ run: Run, _ answer: Answer) -> AnswerAction {
        var run = run
        run.held = nil
        let restart =
            answer.planChanged && run.traits.isRestartable && !run.isRestarted && run.interruption == nil
        run.isRestarted = run.isRestarted || restart
        if answer.transaction != .idle, restart || run.traits.endsTransaction {
            state = .rollingBack(run, restart: restart)
            return .rollBack
        }
        if restart {
            state = .running(run)
            return .restart
        }
        state = .idle
        return .finish(run.interruption)
    }

    mutating func rolledBack(transaction: TransactionStatus) -> RollBackAction {
        guard case .rollingBack(let run, let restart) = state, transaction == .idle else { return .close }
        if restart {
            state = .running(run)
            return .restart
        }
        state = .idle
        return .finish(run.interruption)
    }

    mutating func lost() -> Loss {
        defer { state = .closed }
        switch state {
        case .idle, .closed: return .nothingRunning
        case .rollingBack(let run, let restart):
            return restart ? .lost(run.interruption) : .answered(run.interruption)
        case .running(let run):
            if run.held != nil { return .answered(run.interruption) }
            return run.traits.savesData ? .outcomeUnknown(run.interruption) : .lost(run.interruption)
        }
    }
}
