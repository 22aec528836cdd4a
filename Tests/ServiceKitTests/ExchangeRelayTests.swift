import Foundation
import Tenancy
import Testing

@testable import Exchange

@Suite("Relay rules")
struct ExchangeRelayTests {
    private static let now = Date(timeIntervalSince1970: 1_790_000_000)

    private static func message(age: TimeInterval = 1, attempt: Int = 1, data: String = "{}") -> LeasedMessage {
        LeasedMessage(
            event: CloudEvent(
                id: UUID(), source: "s", type: "t", lane: "l", number: 1, time: now, data: data, attempt: attempt),
            createdAt: now - age)
    }

    enum Fate { case done, retry, park }

    @Test(
        "each status has one fate",
        arguments: [
            (202, Fate.done), (200, .done), (400, .park), (404, .park), (409, .park), (422, .park), (408, .retry),
            (429, .retry), (500, .retry), (503, .retry),
        ])
    func fates(status: Int, fate: Fate) throws {
        let message = Self.message()
        let answer = InboxAnswer(results: [.init(id: message.event.id, status: status)])
        let verdicts = try Verdicts([message], answer: answer, now: Self.now)
        #expect(verdicts.done.count == (fate == .done ? 1 : 0))
        #expect(verdicts.retry.count == (fate == .retry ? 1 : 0))
        #expect(verdicts.park.count == (fate == .park ? 1 : 0))
    }

    @Test("an event without a result is sent again")
    func missing() throws {
        let message = Self.message()
        let verdicts = try Verdicts([message], answer: InboxAnswer(results: []), now: Self.now)
        #expect(verdicts.retry.map(\.id) == [message.event.id])
    }

    @Test("after seven days a failing message is parked, a delivered one is not")
    func old() throws {
        let old = Self.message(age: 7 * 86_400 + 1)
        let failed = InboxAnswer(results: [.init(id: old.event.id, status: 503)])
        #expect(try Verdicts([old], answer: failed, now: Self.now).park.count == 1)
        #expect(try Verdicts([old], unavailable: "down", now: Self.now).park.count == 1)
        let applied = InboxAnswer(results: [.init(id: old.event.id, status: 202)])
        #expect(try Verdicts([old], answer: applied, now: Self.now).done.count == 1)
    }

    @Test("a parked problem fits its column, however long its detail")
    func problemSize() throws {
        let message = Self.message()
        let problem = EventProblem(code: "x", status: 422, detail: String(repeating: "\"", count: 100_000))
        let answer = InboxAnswer(results: [.init(id: message.event.id, status: 422, problem: problem)])
        let park = try #require(try Verdicts([message], answer: answer, now: Self.now).park.first)
        #expect(park.problem.utf8.count < 7900)
    }

    @Test("a service that is away costs its messages neither place nor patience")
    func unavailable() throws {
        let message = Self.message(attempt: 40)
        let verdicts = try Verdicts([message], unavailable: "down", now: Self.now)
        #expect(verdicts.retry.map(\.delay) == [.zero])
    }

    @Test("delays double, have jitter and an end")
    func backoff() {
        let backoff = Backoff(first: .milliseconds(100), longest: .seconds(2))
        #expect(backoff.delay(attempt: 1, jitter: 1) == .milliseconds(100))
        #expect(backoff.delay(attempt: 3, jitter: 1) == .milliseconds(400))
        #expect(backoff.delay(attempt: 500, jitter: 1) == .seconds(2))
        #expect(backoff.delay(attempt: 0, jitter: 1) == .milliseconds(100))
        #expect(Backoff.message.delay(attempt: 1000) <= .seconds(5400))
        #expect(Set((0..<20).map { _ in backoff.delay(attempt: 5) }).count > 1)
    }

    @Test("a gate closes on failure, probes with one message and opens with the first answer")
    func gate() {
        let start = ContinuousClock.now
        var gate = ServiceGate()
        #expect(gate.isOpen(at: start))
        gate.failed(at: start, jitter: 1)
        #expect(!gate.isOpen(at: start))
        #expect(gate.limit == 1)
        #expect(gate.isOpen(at: start + .seconds(3)))
        for _ in 0..<1000 { gate.failed(at: start, jitter: 1) }
        #expect(gate.isOpen(at: start + .seconds(2)))
        gate.answered()
        #expect(gate.isOpen(at: start) && gate.limit == ServiceGate.fullBatch)
        gate.halve(from: 7)
        #expect(gate.limit == 3)
        gate.halve(from: 1)
        #expect(gate.limit == 1)
    }

    @Test("batches stay below the size of a body and keep their order")
    func cutting() {
        let messages = [400_000, 200_000, 200_000, 600_000, 10].map {
            Self.message(data: "\"" + String(repeating: "a", count: $0) + "\"")
        }
        let batches = BatchCutter.cut(messages)
        #expect(batches.map(\.count) == [2, 1, 2])
        #expect(batches.flatMap { $0 } == messages)
        #expect(BatchCutter.cut([]).isEmpty)
        #expect(BatchCutter.cut([Self.message(data: String(repeating: "1", count: 900_000))]).count == 1)
    }

    @Test("slow commits brake delivery more and more, quick ones and silence let it go")
    func brake() {
        let start = ContinuousClock.now
        var brake = BrakeState(at: start)
        var now = start
        func after(_ pause: Duration) -> ContinuousClock.Instant { now + pause }
        #expect(brake.pause(at: now) == .zero)
        var pauses: [Duration] = []
        for _ in 0..<8 {
            now = after(.milliseconds(600))
            brake.record(.milliseconds(11), at: now)
            // Others of the same moment change nothing.
            brake.record(.milliseconds(90), at: now)
            pauses.append(brake.pause(at: now))
        }
        #expect(pauses.map(\.milliseconds) == [20, 40, 80, 160, 320, 500, 500, 500])
        #expect(brake.pause(at: after(.milliseconds(501))) == .zero, "nobody waits any more")
        for _ in 0..<6 {
            now = after(.milliseconds(600))
            brake.record(.milliseconds(2), at: now)
        }
        #expect(brake.pause(at: now) == .zero)
    }
}
