import Testing

@testable import Postgres

/// A pool machine, a clock that only moves when told, and what the machine asked for.
private struct Bench {
    typealias Machine = PoolStateMachine<String, String>

    var machine: Machine
    var now = MonotonicTime(nanoseconds: 1_000_000_000)
    var keys: UInt64 = 0
    var log: [String] = []

    init(_ change: (inout Machine.Limits) -> Void = { _ in }) {
        var limits = Machine.Limits()
        change(&limits)
        machine = Machine(limits: limits)
    }

    @discardableResult
    mutating func lease(_ waiter: String, role: String? = nil) -> String? {
        keys += 1
        return run { [keys] machine, now, actions in
            machine.lease(waiter, key: keys, role: role, now: now, actions: &actions)
        }
    }

    mutating func release(_ id: Int) {
        run { machine, now, actions in machine.release(id, now: now, actions: &actions) }
    }

    mutating func connected(_ id: Int, jitter: Double = 0) {
        run { machine, now, actions in
            machine.connected(id, "c\(id)", now: now, jitter: jitter, actions: &actions)
        }
    }

    mutating func failed(_ id: Int, isFinal: Bool = false) {
        run { machine, now, actions in
            machine.connectFailed(id, isFinal: isFinal, now: now, jitter: 1, actions: &actions)
        }
    }

    mutating func gone(_ id: Int) {
        run { machine, now, actions in machine.disconnected(id, now: now, actions: &actions) }
    }

    mutating func pass(_ duration: Duration) {
        now = now + duration
        run { machine, now, actions in machine.tick(now: now, actions: &actions) }
    }

    @discardableResult
    mutating func run<Result>(
        _ body: (inout Machine, MonotonicTime, inout [Machine.Action]) -> Result
    ) -> Result {
        var actions: [Machine.Action] = []
        let result = body(&machine, now, &actions)
        log = actions.map { action in
            switch action {
            case .hand(let connection, let waiter): "hand \(connection) to \(waiter)"
            case .fail(let waiter, let problem): "fail \(waiter): \(problem)"
            case .connect(let id): "connect \(id)"
            case .close(let connection): "close \(connection)"
            case .closed: "closed"
            }
        }
        return result
    }

    /// A bench with `count` idle connections.
    static func idle(_ count: Int, _ change: (inout Machine.Limits) -> Void = { _ in }) -> Bench {
        var bench = Bench { limits in
            limits.maximum = count
            change(&limits)
        }
        for id in 1...count {
            bench.lease("w\(id)")
            bench.connected(id)
        }
        for id in 1...count { bench.release(id) }
        return bench
    }
}

@Suite("pool state machine")
struct PoolStateMachineTests {
    @Test("opens a connection for a waiter and hands it over")
    func open() {
        var bench = Bench()
        #expect(bench.lease("a") == nil)
        #expect(bench.log == ["connect 1"])
        bench.connected(1)
        #expect(bench.log == ["hand c1 to a"])
        bench.release(1)
        #expect(bench.log == [])
        #expect(bench.lease("b") == "c1")
    }

    @Test("never opens more than the maximum; waiters are served in order")
    func maximum() {
        var bench = Bench { $0.maximum = 2 }
        bench.lease("a")
        bench.lease("b")
        #expect(bench.log == ["connect 2"])
        bench.lease("c")
        bench.lease("d")
        #expect(bench.log == [])
        bench.connected(2)
        #expect(bench.log == ["hand c2 to a"])
        bench.connected(1)
        #expect(bench.log == ["hand c1 to b"])
        bench.release(1)
        #expect(bench.log == ["hand c1 to c"])
        bench.release(2)
        #expect(bench.log == ["hand c2 to d"])
        #expect(bench.machine.openCount == 2)
    }

    @Test("a newcomer does not overtake those who wait")
    func fairness() {
        var bench = Bench { $0.maximum = 1 }
        bench.lease("a")
        bench.connected(1)
        bench.lease("b")
        #expect(bench.lease("c") == nil)
        bench.release(1)
        #expect(bench.log == ["hand c1 to b"])
    }

    @Test("a waiter's time runs out, and only its own")
    func leaseTimeout() {
        var bench = Bench { limits in
            limits.maximum = 1
            limits.leaseTimeout = .seconds(5)
        }
        bench.lease("a")
        bench.connected(1)
        bench.lease("b")
        bench.pass(.seconds(3))
        bench.lease("c")
        #expect(bench.machine.nextTick.map { $0 <= bench.now + .seconds(2) } == true)
        bench.pass(.seconds(2))
        #expect(bench.log == ["fail b: timeout"])
        bench.release(1)
        #expect(bench.log == ["hand c1 to c"])
    }

    @Test("a waiter that gave up is not served")
    func cancel() {
        var bench = Bench { $0.maximum = 1 }
        bench.lease("a")
        bench.connected(1)
        bench.lease("b")
        bench.lease("c")
        #expect(bench.machine.cancel(key: 2) == "b")
        #expect(bench.machine.cancel(key: 2) == nil)
        bench.release(1)
        #expect(bench.log == ["hand c1 to c"])
    }

    @Test("prefers the connection last used with the same role, then one without role, then the one idle longest")
    func roles() {
        var bench = Bench.idle(3)
        #expect(bench.lease("a", role: "r1") == "c3")
        #expect(bench.lease("b", role: "r2") == "c2")
        #expect(bench.lease("c", role: "r3") == "c1")
        for id in [1, 2, 3] { bench.release(id) }
        #expect(bench.lease("d", role: "r1") == "c3")
        #expect(bench.lease("e", role: "r3") == "c1")
        #expect(bench.lease("f", role: "r9") == "c2")
        for id in [3, 2, 1] { bench.release(id) }
        #expect(bench.lease("g", role: "r8") == "c3")
    }

    @Test("idle connections above the minimum close after the idle timeout")
    func idleTimeout() {
        var bench = Bench.idle(3) { limits in
            limits.minimum = 1
            limits.idleTimeout = .seconds(60)
        }
        bench.pass(.seconds(59))
        #expect(bench.log == [])
        bench.pass(.seconds(1))
        #expect(bench.log == ["close c1", "close c2"])
        #expect(bench.machine.openCount == 3)
        bench.gone(1)
        bench.gone(2)
        #expect(bench.machine.openCount == 1)
        bench.pass(.seconds(600))
        #expect(bench.log == [])
    }

    @Test("an old connection is replaced when it comes back, also for those who wait")
    func lifetime() {
        var bench = Bench { limits in
            limits.maximum = 1
            limits.lifetime = .seconds(100)
        }
        bench.lease("a")
        bench.connected(1, jitter: 1)
        bench.lease("b")
        bench.now = bench.now + .seconds(90)
        bench.release(1)
        #expect(bench.log == ["close c1"])
        bench.gone(1)
        #expect(bench.log == ["connect 2"])
        bench.connected(2, jitter: 0)
        #expect(bench.log == ["hand c2 to b"])
        bench.now = bench.now + .seconds(99)
        bench.release(2)
        #expect(bench.log == [])
        bench.pass(.seconds(1))
        #expect(bench.log == ["close c2"])
    }

    @Test("failed attempts are repeated later and later, one at a time")
    func backOff() {
        var bench = Bench { limits in
            limits.maximum = 4
            limits.leaseTimeout = .seconds(100)
        }
        bench.lease("a")
        bench.lease("b")
        bench.failed(1)
        bench.failed(2)
        #expect(bench.log == [])
        bench.lease("c")
        #expect(bench.log == [])
        bench.pass(.milliseconds(100))
        #expect(bench.log == ["connect 3"])
        bench.failed(3)
        bench.pass(.milliseconds(199))
        #expect(bench.log == [])
        bench.pass(.milliseconds(1))
        #expect(bench.log == ["connect 4"])
        bench.connected(4)
        #expect(bench.log == ["hand c4 to a", "connect 5", "connect 6"])
    }

    @Test("a refusal that will not change is told to everybody at once")
    func finalFailure() {
        var bench = Bench()
        bench.lease("a")
        bench.lease("b")
        bench.failed(1, isFinal: true)
        #expect(bench.log == ["fail a: connectFailed", "fail b: connectFailed"])
    }

    @Test("a lost connection is replaced when somebody waits")
    func replacement() {
        var bench = Bench { $0.maximum = 1 }
        bench.lease("a")
        bench.connected(1)
        bench.lease("b")
        bench.gone(1)
        #expect(bench.log == ["connect 2"])
        bench.release(1)
        #expect(bench.log == [])
    }

    @Test("the minimum is opened by start and kept")
    func minimum() {
        var bench = Bench { $0.minimum = 2 }
        bench.run { machine, now, actions in machine.start(now: now, actions: &actions) }
        #expect(bench.log == ["connect 1", "connect 2"])
        bench.connected(1)
        bench.connected(2)
        bench.gone(1)
        #expect(bench.log == ["connect 3"])
    }

    @Test("shutting down fails waiters, closes idle connections now and leased ones when they come back")
    func shutDown() {
        var bench = Bench.idle(2)
        #expect(bench.lease("a") == "c2")
        bench.run { machine, _, actions in machine.shutDown(actions: &actions) }
        #expect(bench.log == ["close c1"])
        bench.gone(1)
        #expect(bench.lease("b") == nil)
        #expect(bench.log == ["fail b: closed"])
        bench.release(2)
        #expect(bench.log == ["close c2"])
        bench.gone(2)
        #expect(bench.log == ["closed"])
    }

    @Test("a connection that arrives after shutdown is closed")
    func lateConnection() {
        var bench = Bench()
        bench.lease("a")
        bench.run { machine, _, actions in machine.shutDown(actions: &actions) }
        #expect(bench.log == ["fail a: closed"])
        bench.connected(1)
        #expect(bench.log == ["close c1"])
        bench.gone(1)
        #expect(bench.log == ["closed"])
    }

    @Test("closing all takes leased connections too, once")
    func closeAll() {
        var bench = Bench.idle(2)
        bench.lease("a")
        bench.run { machine, _, actions in
            machine.shutDown(actions: &actions)
            machine.closeAll(actions: &actions)
            machine.closeAll(actions: &actions)
        }
        #expect(bench.log == ["close c1", "close c2"])
    }

    @Test("random work never loses a connection, a waiter or the limits", arguments: 0..<50)
    func random(seed: UInt64) {
        var random = SplitMix(state: seed)
        var bench = Bench { limits in
            limits.maximum = 3
            limits.minimum = 1
            limits.leaseTimeout = .seconds(2)
            limits.lifetime = .seconds(20)
            limits.idleTimeout = .seconds(4)
        }
        var held: Set<Int> = []
        var connecting: Set<Int> = []
        var closing: Set<Int> = []
        var served = 0
        var asked = 0
        var failed = 0
        func apply() {
            for entry in bench.log {
                let words = entry.split(separator: " ")
                switch words[0] {
                case "hand":
                    let id = Int(words[1].dropFirst()) ?? 0
                    #expect(held.insert(id).inserted)
                    served += 1
                case "connect": connecting.insert(Int(words[1]) ?? 0)
                case "close":
                    let id = Int(words[1].dropFirst()) ?? 0
                    held.remove(id)
                    closing.insert(id)
                case "fail": failed += 1
                default: break
                }
            }
        }
        for _ in 0..<400 {
            switch Int.random(in: 0..<8, using: &random) {
            case 0, 1, 2:
                asked += 1
                if let connection = bench.lease(
                    "w\(asked)", role: ["x", "y", nil].randomElement(using: &random) ?? nil)
                {
                    #expect(held.insert(Int(connection.dropFirst()) ?? 0).inserted)
                    served += 1
                }
            case 3, 4:
                if let id = held.randomElement(using: &random) {
                    held.remove(id)
                    bench.release(id)
                } else {
                    bench.log = []
                }
            case 5:
                if let id = connecting.randomElement(using: &random) {
                    connecting.remove(id)
                    if Bool.random(using: &random) { bench.connected(id) } else { bench.failed(id) }
                } else {
                    bench.log = []
                }
            case 6:
                if let id = (closing.isEmpty ? held : closing).randomElement(using: &random) {
                    closing.remove(id)
                    held.remove(id)
                    bench.gone(id)
                } else {
                    bench.log = []
                }
            default: bench.pass(.milliseconds(Int.random(in: 1...1500, using: &random)))
            }
            apply()
            #expect(bench.machine.openCount <= 3)
            #expect(served + failed + bench.machine.waitingCount == asked)
            #expect(held.count + connecting.count + closing.count + bench.machine.idleCount == bench.machine.openCount)
        }
    }
}

private struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}
