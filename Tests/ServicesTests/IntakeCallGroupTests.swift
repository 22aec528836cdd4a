import Synchronization
import Testing

@testable import IntakeServer

@Suite("Calls that share a round trip")
struct IntakeCallGroupTests {
    private typealias State = CallGroupState<Int>

    @Test("a call starts at once when nothing is in flight")
    func idle() {
        var state = State()
        #expect(state.arrived(1) == [1])
        #expect(state.inFlight == 1)
        #expect(state.waitingCount == 0)
    }

    @Test("what comes meanwhile waits and goes together")
    func gathering() {
        var state = State()
        _ = state.arrived(1)
        #expect(state.arrived(2) == nil)
        #expect(state.arrived(3) == nil)
        #expect(state.finished() == [2, 3])
        #expect(state.finished() == nil)
        #expect(state.inFlight == 0)
        #expect(state.arrived(4) == [4])
    }

    @Test("a second batch overlaps once enough wait, a third never does")
    func overlapping() {
        var state = State(limits: .init(calls: 256, inFlight: 2, overlap: 3))
        _ = state.arrived(1)
        #expect(state.arrived(2) == nil)
        #expect(state.arrived(3) == nil)
        #expect(state.arrived(4) == [2, 3, 4])
        for call in 5...9 { #expect(state.arrived(call) == nil) }
        #expect(state.inFlight == 2)
        #expect(state.finished() == [5, 6, 7, 8, 9])
    }

    @Test("a batch holds no more than its limit, in the order of arrival")
    func bounded() {
        var state = State(limits: .init(calls: 2, inFlight: 1, overlap: 1))
        _ = state.arrived(0)
        for call in 1...5 { _ = state.arrived(call) }
        #expect(state.finished() == [1, 2])
        #expect(state.finished() == [3, 4])
        #expect(state.finished() == [5])
        #expect(state.finished() == nil)
    }

    @Test("every caller gets the outcome of its own call")
    func outcomes() async {
        let batches = Mutex<[Int]>([])
        let group = CallGroup<Int, Int> { calls in
            batches.withLock { $0.append(calls.count) }
            await Task.yield()
            return calls.map { $0 * 2 }
        }
        let results = await withTaskGroup(of: (Int, Int).self) { tasks in
            for call in 0..<500 { tasks.addTask { (call, await group.perform(call)) } }
            return await tasks.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        #expect(results.count == 500)
        #expect(results.allSatisfy { $0.value == $0.key * 2 })
        #expect(batches.withLock { $0.reduce(0, +) } == 500)
        #expect(batches.withLock { $0.count } < 500, "calls shared batches")
    }

    @Test("a cancelled caller does not take its batch with it")
    func cancellation() async {
        let gate = Gate()
        let group = CallGroup<Int, Bool> { calls in
            await gate.wait()
            return calls.map { _ in !Task.isCancelled }
        }
        let carrier = Task { await group.perform(1) }
        await gate.untilWaiting()
        carrier.cancel()
        await gate.open()
        #expect(await carrier.value)
    }
}

/// Holds work until the test lets it go.
private actor Gate {
    private var isOpen = false
    private var held: [CheckedContinuation<Void, Never>] = []
    private var watchers: [CheckedContinuation<Void, Never>] = []

    func wait() async {
        guard !isOpen else { return }
        for watcher in watchers { watcher.resume() }
        watchers = []
        await withCheckedContinuation { held.append($0) }
    }

    func untilWaiting() async {
        guard held.isEmpty else { return }
        await withCheckedContinuation { watchers.append($0) }
    }

    func open() {
        isOpen = true
        for one in held { one.resume() }
        held = []
    }
}
