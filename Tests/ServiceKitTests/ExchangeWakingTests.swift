import Foundation
import Logging
import Synchronization
import Testing

@testable import Exchange

@Suite("Waking")
struct ExchangeWakingTests {
    @Test("a ring while nobody waits is remembered, several count as one")
    func remembered() async {
        let bell = Doorbell()
        bell.ring()
        bell.ring()
        #expect(await bell.wait(upTo: .seconds(60)))
        #expect(await bell.wait(upTo: .milliseconds(1)) == false)
    }

    @Test("a ring ends a wait at once", .timeLimit(.minutes(1)))
    func wakes() async {
        let bell = Doorbell()
        async let rung = bell.wait(upTo: .seconds(3600))
        bell.ring()
        #expect(await rung)
    }

    @Test("cancellation ends a wait", .timeLimit(.minutes(1)))
    func cancelled() async {
        let bell = Doorbell()
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { await bell.wait(upTo: .seconds(3600)) }
            group.cancelAll()
            #expect(await group.next() == false)
        }
    }

    @Test("many rings from many tasks lose nothing and hang nothing", .timeLimit(.minutes(1)))
    func hammer() async {
        let bell = Doorbell()
        let count = ExchangeLocked(0)
        await withDiscardingTaskGroup { group in
            group.addTask {
                while count.withLock({ $0 }) < 200 { _ = await bell.wait(upTo: .seconds(3600)) }
            }
            for _ in 0..<200 {
                group.addTask {
                    count.withLock { $0 += 1 }
                    bell.ring()
                }
            }
        }
        #expect(count.withLock { $0 } == 200)
    }

    @Test("a loop asks at 50 ms while there is work and slows down to a second")
    func pace() {
        var pace = Pace()
        var waits: [Duration] = []
        for _ in 0..<7 {
            waits.append(pace.interval)
            pace.sawNothing()
        }
        #expect(waits == [50, 100, 200, 400, 800, 1000, 1000].map { .milliseconds($0) })
        pace.sawWork()
        #expect(pace.interval == .milliseconds(50))
    }

    @Test("at most one signal per key and interval, the first at once, the last never lost")
    func debounce() {
        let start = ContinuousClock.now
        var debouncer = Debouncer<Int>(interval: .milliseconds(100))
        debouncer.add([1, 2])
        let first = debouncer.take(at: start)
        #expect(first == [1, 2])
        debouncer.add([1])
        let early = debouncer.take(at: start + .milliseconds(50))
        #expect(early.isEmpty)
        #expect(debouncer.wait(at: start + .milliseconds(50)) == .milliseconds(50))
        let late = debouncer.take(at: start + .milliseconds(100))
        #expect(late == [1])
        #expect(debouncer.wait(at: start + .milliseconds(100)) == nil)
        var sent = 0
        for tick in 0..<1000 {
            debouncer.add([7])
            sent += debouncer.take(at: start + .seconds(1) + .milliseconds(tick)).count
        }
        #expect(sent == 10)
    }

    @Test("work that came while a worker ended is found")
    func workers() {
        var workers = Workers<Int>()
        let answers = [
            workers.start(1), workers.start(1), workers.finish(1), workers.start(1), workers.finish(1),
        ]
        #expect(answers == [true, false, true, true, false])
    }

    @Test(
        "a dispatcher runs each key's work alone, again and again, and survives a failing question",
        .timeLimit(.minutes(1)))
    func dispatcher() async {
        let left = ExchangeLocked([1: 30, 2: 5])
        let inFlight = ExchangeLocked<[Int: Int]>([:])
        let most = ExchangeLocked(0)
        let asked = ExchangeLocked(0)
        let bell = Doorbell()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await Dispatcher<Int>(
                    name: "test", bell: bell, logger: Logger(label: "test"),
                    find: {
                        let count = asked.withLock {
                            $0 += 1
                            return $0
                        }
                        if count % 3 == 2 { throw CancellationError() }
                        return left.withLock { $0.filter { $0.value > 0 }.map(\.key) }
                    },
                    step: { key in
                        inFlight.withLock { $0[key, default: 0] += 1 }
                        most.withLock { $0 = max($0, inFlight.withLock { $0[key] ?? 0 }) }
                        await Task.yield()
                        inFlight.withLock { $0[key, default: 0] -= 1 }
                        return left.withLock {
                            guard let count = $0[key], count > 0 else { return false }
                            $0[key] = count - 1
                            return true
                        }
                    }
                ).run()
            }
            while left.withLock({ $0.values.contains { $0 > 0 } }) { await Task.yield() }
            group.cancelAll()
        }
        #expect(most.withLock { $0 } == 1)
    }
}

/// A value that several tasks of a test share.
private final class ExchangeLocked<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    init(_ value: Value) { self.value = Mutex(value) }

    func withLock<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
        value.withLock { body(&$0) }
    }
}
