/// What is to be done for a request.
enum RequestPreparation {
    /// There is nothing to send: a transaction that was never opened ends without a word.
    case nothing
    case send(ConnectionStateMachine.Traits, deadline: MonotonicTime?)
}

extension ConnectionActor {
    /// Checks that the request may run here and now. This is where a statement that would run outside its transaction,
    /// and so without its role, is stopped.
    func prepare(_ request: Request, now: MonotonicTime) throws -> RequestPreparation {
        let status = handle.transactionStatus
        var traits = ConnectionStateMachine.Traits()
        traits.isCancellable = !request.isShielded
        var deadline = request.timeout.map { now + $0 }
        switch request.kind {
        case .transaction:
            traits.savesData = !request.isReadOnly
            // Not cancellable from the moment it is sent, because COMMIT is sent with it.
            traits.isCancellable = false
            traits.isRestartable = true
            traits.endsTransaction = true
        case .commit, .rollBack:
            guard let scope = request.scope, scope.isOpened else { return .nothing }
            if case .rollBack = request.kind, status == .idle { return .nothing }
            guard status != .idle else {
                throw PostgresError(.transactionRolledBack, message: "the transaction had ended before COMMIT")
            }
            traits.isCancellable = false
            traits.endsTransaction = true
            if case .commit = request.kind {
                traits.savesData = !scope.isReadOnly
                if let limit = scope.deadline { deadline = min(deadline ?? limit, limit) }
            }
        case .reset:
            guard let scope = request.scope, scope.isOpened else { return .nothing }
            traits.isCancellable = false
        case .script, .statements:
            guard let scope = request.scope else {
                traits.isRestartable = true
                traits.savesData = true
                break
            }
            try checkScope(scope, status: status, now: now)
            if let limit = scope.deadline { deadline = min(deadline ?? limit, limit) }
            let isInTransaction = scope.isTransaction || status != .idle
            traits.isRestartable = scope.isTransaction ? !scope.isOpened : !isInTransaction
            traits.savesData = !isInTransaction || request.mayCommit
        }
        return .send(traits, deadline: deadline)
    }

    private func checkScope(_ scope: LeaseScope, status: TransactionStatus, now: MonotonicTime) throws {
        guard !scope.isClosed else { throw PostgresError(.transactionClosed, message: "used after its scope") }
        if let deadline = scope.deadline, deadline <= now { throw PostgresError(.deadlineExceeded) }
        guard scope.isTransaction else { return }
        if scope.isOpened, status == .idle {
            throw PostgresError(.transactionClosed, message: "the transaction has ended")
        }
        if !scope.isOpened, status != .idle {
            throw PostgresError(.unsupported, message: "another transaction is open on this connection")
        }
    }

    /// Sends the request that was started, and its sync, in one write.
    func send(_ request: Request) {
        let isComplete: Bool
        switch request.kind {
        case .script(let text):
            progress.begin(hiding: 0)
            request.scope?.isOpened = true
            progress.sent(.run(SQL(text: text), prepared: nil))
            isComplete = handle.leavePipelineMode() && handle.sendScript(text)
        case .commit:
            let isLate = request.scope?.deadline.map { $0 <= .now } ?? false
            progress.begin(hiding: 0, failure: isLate ? PostgresError(.deadlineExceeded) : nil)
            isComplete = send(isLate ? .rollBack : .commit) && handle.sendSync()
        case .rollBack:
            progress.begin(hiding: 0)
            isComplete = send(.rollBack) && handle.sendSync()
        case .reset:
            progress.begin(hiding: 0)
            let isOpen = handle.transactionStatus != .idle
            isComplete = (!isOpen || send(.rollBack)) && SQL.resetSession.allSatisfy { send($0) } && handle.sendSync()
        case .transaction:
            progress.begin(hiding: request.opening.count)
            isComplete =
                request.opening.allSatisfy { send($0) } && request.statements.allSatisfy { send($0) }
                && send(.commit) && handle.sendSync()
        case .statements:
            let opening = opensScope ? request.scope?.opening ?? [] : []
            request.scope?.isOpened = true
            progress.begin(hiding: opening.count)
            isComplete =
                opening.allSatisfy { send($0) } && request.statements.allSatisfy { send($0) } && handle.sendSync()
        }
        guard isComplete else { return lose(nil) }
        flush()
    }

    private func send(_ sql: SQL) -> Bool {
        switch cache.plan(text: sql.text, binds: sql.binds) {
        case .unprepared:
            progress.sent(.run(sql, prepared: nil))
            return handle.send(sql, scratch: &scratch)
        case .execute(let name):
            progress.sent(.run(sql, prepared: name))
            return handle.sendPrepared(name, sql.binds, scratch: &scratch)
        case .prepare(let name, let evicted):
            for old in evicted {
                progress.sent(.drop(old))
                guard handle.send(SQL(text: "DEALLOCATE \(old)"), scratch: &scratch) else { return false }
            }
            progress.sent(.prepare(name, sql))
            progress.sent(.run(sql, prepared: name))
            return handle.sendPrepare(name, sql, scratch: &scratch)
                && handle.sendPrepared(name, sql.binds, scratch: &scratch)
        }
    }
}

extension SQL {
    static let commit = SQL(text: "COMMIT")
    static let rollBack = SQL(text: "ROLLBACK")

    /// What a caller may have changed about a session. Prepared statements stay: they are ours.
    static let resetSession: [SQL] = [
        "RESET SESSION AUTHORIZATION", "RESET ALL", "UNLISTEN *", "SELECT pg_advisory_unlock_all()", "CLOSE ALL",
        "DISCARD TEMP",
    ]
}
