import Testing

@testable import Postgres

@Suite("connection state machine")
struct ConnectionStateMachineTests {
    typealias Machine = ConnectionStateMachine

    private func started(_ traits: Machine.Traits = .init()) -> Machine {
        var machine = Machine()
        #expect(machine.start(traits) == true)
        return machine
    }

    @Test("one request at a time")
    func oneAtATime() {
        var machine = started()
        #expect(machine.start(.init()) == false)
        #expect(machine.answered(planChanged: false, transaction: .idle) == .finish(nil))
        #expect(machine.isIdle)
        #expect(machine.start(.init()) == true)
    }

    @Test("a cancelled request waits for its answer and for the cancel request, in either order")
    func cancel() {
        var machine = started()
        #expect(machine.interrupt(.cancelled) == .sendCancel)
        #expect(machine.answered(planChanged: false, transaction: .idle) == .wait)
        #expect(machine.start(.init()) == false)
        #expect(machine.cancelReturned() == .finish(.cancelled))

        machine = started()
        #expect(machine.interrupt(.cancelled) == .sendCancel)
        #expect(machine.cancelReturned() == .wait)
        #expect(machine.answered(planChanged: false, transaction: .idle) == .finish(.cancelled))
    }

    @Test("a second cancel changes nothing, the drain timeout closes")
    func drain() {
        var machine = started()
        #expect(machine.interrupt(.cancelled) == .sendCancel)
        #expect(machine.interrupt(.cancelled) == .ignore)
        #expect(machine.interrupt(.deadline) == .close)
        #expect(machine.lost() == .lost(.cancelled))
        #expect(machine.isClosed)
    }

    @Test("a COMMIT that was sent is never cancelled; its deadline leaves the outcome unknown")
    func commit() {
        var machine = started(.init(savesData: true, isCancellable: false))
        #expect(machine.interrupt(.cancelled) == .ignore)
        #expect(machine.interrupt(.deadline) == .close)
        #expect(machine.lost() == .outcomeUnknown(nil))
    }

    @Test("losing the connection while something may be saved is unknown, otherwise lost")
    func loss() {
        var machine = started(.init(savesData: true))
        #expect(machine.lost() == .outcomeUnknown(nil))
        machine = started()
        #expect(machine.lost() == .lost(nil))
        machine = Machine()
        #expect(machine.lost() == .nothingRunning)
        #expect(machine.start(.init()) == false)
    }

    @Test("an answer that waits for the cancel request is not lost with the connection")
    func lossAfterAnswer() {
        var machine = started(.init(savesData: true))
        _ = machine.interrupt(.deadline)
        _ = machine.answered(planChanged: false, transaction: .idle)
        #expect(machine.lost() == .answered(.deadline))
    }

    @Test("a pipeline that failed is rolled back before its answer is given")
    func rollBack() {
        var machine = started(.init(endsTransaction: true))
        #expect(machine.answered(planChanged: false, transaction: .failed) == .rollBack)
        #expect(!machine.isIdle)
        #expect(machine.rolledBack(transaction: .idle) == .finish(nil))

        machine = started(.init(endsTransaction: true))
        _ = machine.answered(planChanged: false, transaction: .failed)
        #expect(machine.rolledBack(transaction: .failed) == .close)
    }

    @Test("a changed plan is tried again once, after a rollback where needed")
    func planChange() {
        var machine = started(.init(isRestartable: true))
        #expect(machine.answered(planChanged: true, transaction: .idle) == .restart)
        #expect(machine.answered(planChanged: true, transaction: .idle) == .finish(nil))

        machine = started(.init(isRestartable: true, endsTransaction: true))
        #expect(machine.answered(planChanged: true, transaction: .failed) == .rollBack)
        #expect(machine.rolledBack(transaction: .idle) == .restart)
        #expect(machine.answered(planChanged: false, transaction: .idle) == .finish(nil))
    }

    @Test("a changed plan inside a transaction that had begun is not tried again")
    func planChangeInTransaction() {
        var machine = started(.init(isRestartable: false))
        #expect(machine.answered(planChanged: true, transaction: .failed) == .finish(nil))
    }

    @Test("an interrupted request is not tried again")
    func interruptedPlanChange() {
        var machine = started(.init(isRestartable: true))
        _ = machine.interrupt(.cancelled)
        _ = machine.cancelReturned()
        #expect(machine.answered(planChanged: true, transaction: .idle) == .finish(.cancelled))
    }

    @Test("nothing to interrupt")
    func idleInterrupt() {
        var machine = Machine()
        #expect(machine.interrupt(.cancelled) == .ignore)
        #expect(machine.interrupt(.deadline) == .ignore)
        #expect(machine.cancelReturned() == .wait)
    }
}
