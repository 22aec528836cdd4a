extension ConnectionActor {
    /// Takes what has arrived.
    func receive() {
        let isAlive = handle.consumeInput()
        takeAnswers(rereading: isAlive && handle.usesTLS)
        while !machine.isClosed, let (channel, payload) = handle.nextNotification() {
            notify(channel: channel, payload: payload)
        }
        if !isAlive { lose(nil) }
    }

    /// - Parameter rereading: TLS hands out whole records: what libpq did not take of one leaves the socket unreadable,
    ///   so the loop would not be woken for it. A record has at most 16 kB and a read takes at least 8.
    private func takeAnswers(rereading: Bool) {
        var rereads = rereading ? 2 : 0
        while current != nil {
            if handle.isBusy {
                guard rereads > 0, handle.consumeInput() else { return }
                rereads -= 1
                continue
            }
            switch handle.nextAnswer() {
            case .rows(let rows): take(rows)
            case .failure(let error):
                // Without SQLSTATE it is libpq's own: the connection broke. `FATAL`: the server is about to close it.
                if error.sqlState == nil { return lose(error) }
                take(error)
                if error.isFatal { return lose(error) }
            case .skipped: takeSkipped()
            case .commandEnd:
                if isScript, !progress.isRollingBack { return endScript() }
                // A rollback of our own is no command of the caller's, and its sync may be here already.
                guard progress.command != nil || progress.isRollingBack else { return }
                progress.commandEnded()
            case .sync:
                if rereading { rereads = 2 }
                takeSync()
            case .copy:
                return lose(PostgresError(.unsupported, message: "COPY is not supported", statement: statementText))
            }
        }
    }

    private var isScript: Bool {
        if case .script = current?.kind { return true }
        return false
    }

    private var statementText: String? {
        switch progress.command {
        case .run(let sql, _), .prepare(_, let sql): sql.text
        case .drop, nil: nil
        }
    }

    private func take(_ rows: PostgresRows) {
        guard !progress.isRollingBack else { return }
        switch progress.command {
        case .prepare(let name, _): cache.confirm(name)
        case .run: progress.add(rows)
        case .drop, nil: break
        }
    }

    private func take(_ error: PostgresError) {
        guard !progress.isRollingBack else { return }
        var error = error
        error.statement = statementText
        progress.fail(error)
        switch progress.command {
        case .prepare(let name, _): cache.forget(name)
        case .run(_, let name?) where error.planChanged:
            if error.sqlState == .invalidSqlStatementName { cache.forgetAll() } else { cache.invalidate(name) }
        case .drop where error.planChanged: cache.forgetAll()
        default: break
        }
    }

    private func takeSkipped() {
        switch progress.command {
        case .prepare(let name, _): cache.forget(name)
        case .drop(let name): cache.dropAgain(name)
        case .run, nil: break
        }
    }

    private func takeSync() {
        guard progress.isRollingBack else {
            return act(
                machine.answered(
                    planChanged: progress.failure?.planChanged ?? false, transaction: handle.transactionStatus))
        }
        switch machine.rolledBack(transaction: handle.transactionStatus) {
        case .close: lose(PostgresError(.connectionLost, message: "the transaction could not be rolled back"))
        case .restart: restart()
        case .finish(let interruption): finish(result(interruption))
        }
    }

    private func endScript() {
        guard handle.enterPipelineMode() else { return lose(nil) }
        act(machine.answered(planChanged: false, transaction: handle.transactionStatus))
    }

    func act(_ action: ConnectionStateMachine.AnswerAction) {
        switch action {
        case .wait: break
        case .finish(let interruption): finish(result(interruption))
        case .rollBack: rollBack()
        case .restart: restart()
        }
    }

    private func restart() {
        guard let current else { return }
        restartDeadline()
        send(current)
    }

    /// The outcome of an answered request.
    private func result(
        _ interruption: ConnectionStateMachine.Interruption?
    ) -> Result<[PostgresRows], any Error> {
        guard let request = current else { return .success([]) }
        if let failure = progress.failure {
            guard failure.sqlState == .queryCanceled else { return .failure(failure) }
            switch interruption {
            case .cancelled: return .failure(CancellationError())
            case .deadline: return .failure(failure.copy(code: .deadlineExceeded))
            case nil: return .failure(request.hasServerTimeout ? failure.copy(code: .deadlineExceeded) : failure)
            }
        }
        switch request.kind {
        case .commit, .transaction:
            // A failed transaction answers COMMIT with ROLLBACK, and no error.
            guard progress.rows.last?.tag == "COMMIT" else {
                return .failure(
                    PostgresError(.transactionRolledBack, message: "COMMIT was answered by ROLLBACK"))
            }
            return .success(progress.visibleRows(dropLast: 1))
        default: return .success(progress.visibleRows(dropLast: 0))
        }
    }

    /// The outcome of a request whose connection broke.
    func lossResult(
        _ loss: ConnectionStateMachine.Loss, _ request: Request, _ reason: PostgresError
    ) -> Result<[PostgresRows], any Error> {
        switch loss {
        case .nothingRunning: return .failure(reason)
        case .answered(let interruption): return result(interruption)
        case .lost(let interruption):
            switch interruption {
            case .cancelled: return .failure(CancellationError())
            case .deadline: return .failure(reason.copy(code: .deadlineExceeded))
            case nil:
                let isOurs = reason.code == .unsupported || reason.code == .clientClosed
                return .failure(isOurs ? reason : reason.copy(code: .connectionLost))
            }
        case .outcomeUnknown(let interruption):
            if commitWasAnswered(request) { return result(interruption) }
            // A statement had failed, so COMMIT was skipped: the outcome is known.
            if let failure = progress.failure, !failure.isFatal { return .failure(failure) }
            if interruption == .cancelled { return .failure(CancellationError()) }
            if reason.code == .unsupported { return .failure(reason) }
            return .failure(reason.copy(code: .commitOutcomeUnknown))
        }
    }

    private func commitWasAnswered(_ request: Request) -> Bool {
        switch request.kind {
        case .commit, .transaction: progress.rows.last?.tag == "COMMIT"
        default: false
        }
    }
}
