import Foundation
import Logging
import Postgres
import SinergiCore
import Tenancy
import Testing

@testable import Exchange

/// Lanes inside an agency: order, leases, parking, and that each message is applied once.
@Suite("Lanes", .serialized)
struct ExchangeLaneTests {
    // A producer that no other test uses, so that what is leased here was enqueued here.
    private static let scope = Border.root.scope

    private static func message(_ lane: String, _ number: Int, id: UUID = .v7(), to: ServiceName = .intake)
        -> OutgoingMessage
    {
        OutgoingMessage(
            id: id, destination: 9100, service: to, lane: lane, number: number, type: "border.test",
            data: #"{"lane":"\#(lane)","number":\#(number)}"#, trace: nil)
    }

    /// An empty outbox of the root's analytics.
    private static func fresh(_ body: (PostgresClient, AgencyDatabase, OutboxStore) async throws -> Void) async throws {
        try await Border.login(Border.root.login(.analytics), connections: 4) { client async throws in
            let database = AgencyDatabase(client: client, service: .analytics)
            let outbox = OutboxStore(database: database)
            try await Border.superuser { client async throws in
                _ = try await client.query(
                    "DELETE FROM exchange.pending WHERE source = 9100 AND producer = 'analytics'")
                _ = try await client.query("DELETE FROM exchange.parked WHERE source = 9100 AND producer = 'analytics'")
            }
            try await body(client, database, outbox)
        }
    }

    private static func names(_ messages: [LeasedMessage]) -> [String] {
        messages.map { "\($0.event.lane) \($0.event.number)" }.sorted()
    }

    @Test("only heads of lanes are leased, and each once while its lease lasts")
    func heads() async throws {
        try await Self.fresh { _, database, outbox async throws in
            try await database.withAgency(Self.scope) {
                try await Exchange.enqueue(
                    [Self.message("a", 1), Self.message("a", 2), Self.message("b", 7), Self.message("a", 3)], in: $0)
            }
            let first = try await outbox.lease(for: .intake, limit: 100, in: Self.scope)
            #expect(Self.names(first) == ["a 1", "b 7"])
            #expect(first.first?.event.data.contains("number") == true)
            #expect(try await outbox.lease(for: .intake, limit: 100, in: Self.scope).isEmpty)
            #expect(try await outbox.lease(for: .routing, limit: 100, in: Self.scope).isEmpty)
            try await outbox.settle(
                try Verdicts(
                    first, answer: .init(results: first.map { .init(id: $0.event.id, status: 202) }), now: Date()),
                in: Self.scope)
            #expect(Self.names(try await outbox.lease(for: .intake, limit: 100, in: Self.scope)) == ["a 2"])
        }
    }

    @Test("what is rolled back was never sent, what is enqueued twice is sent once")
    func outbox() async throws {
        try await Self.fresh { _, database, outbox async throws in
            struct Stop: Error {}
            try? await database.withAgency(Self.scope) {
                try await Exchange.enqueue([Self.message("r", 1)], in: $0)
                throw Stop()
            }
            let twice = Self.message("t", 1)
            for _ in 0..<2 {
                try await database.withAgency(Self.scope) { try await Exchange.enqueue([twice], in: $0) }
            }
            #expect(Self.names(try await outbox.lease(for: .intake, limit: 10, in: Self.scope)) == ["t 1"])
            #expect(Exchange.enqueueSQL([]).isEmpty)
        }
    }

    @Test("another agency's lanes cannot be written")
    func destination() async throws {
        try await Self.fresh { _, database, _ async throws in
            let foreign = OutgoingMessage(
                id: .v7(), destination: 9103, service: .routing, lane: "x", number: 1, type: "x", data: "{}", trace: nil
            )
            let state = await failure {
                try await database.withAgency(Self.scope) { try await Exchange.enqueue([foreign], in: $0) }
            }
            #expect(state == "42501")
        }
    }

    @Test("a transient failure holds its lane and no other; a lease that ran out starts another attempt")
    func retry() async throws {
        try await Self.fresh { _, database, outbox async throws in
            try await database.withAgency(Self.scope) {
                try await Exchange.enqueue([Self.message("a", 1), Self.message("a", 2), Self.message("b", 1)], in: $0)
            }
            let leased = try await outbox.lease(for: .intake, limit: 10, in: Self.scope)
            let a = try #require(leased.first { $0.event.lane == "a" })
            let b = try #require(leased.first { $0.event.lane == "b" })
            _ = try await database.query(
                Self.scope, "SELECT exchange.retry(\([a.event.id]), ARRAY[3600000], ARRAY['kapan-kapan'])")
            #expect(try await outbox.lease(for: .intake, limit: 10, in: Self.scope).isEmpty)
            try await Border.superuser { client async throws in
                _ = try await client.query(
                    "UPDATE exchange.pending SET leased_until = now() - interval '1 second' WHERE id = \(b.event.id)")
            }
            let again = try await outbox.lease(for: .intake, limit: 10, in: Self.scope)
            #expect(Self.names(again) == ["b 1"])
            #expect(again.first?.event.attempt == 2)
        }
    }

    @Test("a refusal parks the message and the lane goes on; it can be listed, requeued and dropped")
    func parking() async throws {
        try await Self.fresh { client, database, outbox async throws in
            try await database.withAgency(Self.scope) {
                try await Exchange.enqueue([Self.message("p", 1), Self.message("p", 2)], in: $0)
            }
            let first = try #require(try await outbox.lease(for: .intake, limit: 10, in: Self.scope).first)
            let problem = EventProblem(code: "validation", status: 422, detail: "Panjang sekali")
            try await outbox.settle(try Verdicts(parking: first, problem: problem), in: Self.scope)
            let second = try await outbox.lease(for: .intake, limit: 10, in: Self.scope)
            #expect(Self.names(second) == ["p 2"])

            let parked = ParkedMessages(client)
            let entry = try #require(try await parked.list().first { $0.id == first.event.id })
            #expect(entry.lane == "p" && entry.problem.contains("Panjang sekali"))
            // Nobody else lists, requeues or drops it.
            try await Border.as(Border.province, .analytics) { client async throws in
                #expect(try await ParkedMessages(client).list().allSatisfy { $0.id != first.event.id })
                #expect(try await ParkedMessages(client).requeue(first.event.id) == false)
                #expect(try await ParkedMessages(client).drop(first.event.id) == false)
            }
            #expect(try await parked.requeue(first.event.id))
            #expect(try await parked.requeue(first.event.id) == false)
            let again = try #require(try await outbox.lease(for: .intake, limit: 10, in: Self.scope).first)
            #expect(again.event.id == first.event.id)
            try await outbox.settle(try Verdicts(parking: again, problem: problem), in: Self.scope)
            // The operator's login reaches everybody's.
            let dropped = try await Border.login("sinergi_migrator") { client async throws in
                try await ParkedMessages(client).drop(first.event.id)
            }
            #expect(dropped)
            #expect(try await parked.list().allSatisfy { $0.id != first.event.id })
        }
    }

    @Test("what is too old cannot be requeued")
    func tooOld() async throws {
        try await Self.fresh { client, _, _ async throws in
            let id = try await Border.superuser { client async throws in
                try await client.query(
                    """
                    INSERT INTO exchange.parked (id, source, producer, destination, service, lane, number, attempt, problem)
                    VALUES (directory.uuid7(), 9100, 'analytics', 9100, 'intake', 'old', 1, 1, '{}') RETURNING id
                    """
                ).first?.decode("id", as: UUID.self)
            }
            #expect(await failure { _ = try await ParkedMessages(client).requeue(try #require(id)) } == "SN422")
        }
    }

    @Test("an inbox applies each event once, and a bad one spoils nobody else's")
    func inbox() async throws {
        try await Self.fresh { client, database, _ async throws in
            let handled = Locked<[Int]>([])
            let waker = Waker(
                client: client, agencies: [Self.scope], listens: false, crossNode: false,
                logger: Logger(label: "border"))
            let processor = InboxProcessor(database: database, waker: waker, logger: Logger(label: "border")) {
                event, transaction, scope in
                #expect(try await transaction.number("SELECT directory.me()::int8 AS value") == scope.number)
                switch event.type {
                case "bad": _ = try await transaction.query("SELECT 'x'::int AS value")
                case "unreadable": _ = try event.decode(Moved.self)
                case "later": throw CancellationError()
                default: break
                }
                handled.withLock { $0.append(event.number) }
                return []
            }
            func event(_ number: Int, _ type: String = "good", id: UUID = .v7()) -> CloudEvent {
                CloudEvent(
                    id: id, source: "s", type: type, lane: "l\(number)", number: number, time: Date(), data: "{}")
            }
            let good = (1...40).map { event($0) }
            let results = await processor.process(good + [good[0]], in: Self.scope)
            #expect(results.map(\.status) == Array(repeating: 202, count: 40) + [200])
            #expect(handled.withLock { $0.sorted() } == Array(1...40))
            #expect(await processor.process(good, in: Self.scope).allSatisfy { $0.status == 200 })

            let mixed = [event(51), event(52, "bad"), event(53, "unreadable"), event(54, "later"), event(55)]
            #expect(await processor.process(mixed, in: Self.scope).map(\.status) == [202, 422, 422, 503, 202])
            // What was not applied was not recorded, so it can come again.
            let cured = [event(52, id: mixed[1].id), event(54, id: mixed[3].id)]
            #expect(await processor.process(cured, in: Self.scope).map(\.status) == [202, 202])
            // The same event from two relays at once.
            let one = event(60)
            async let left = processor.process([one], in: Self.scope)
            async let right = processor.process([one], in: Self.scope)
            #expect(await (left + right).map(\.status).sorted() == [200, 202])
        }
    }

    /// A sink that fails often, in all the ways a service can, and keeps what it applied.
    private final class MoodySink: EventSink {
        let applied = Locked<[String: [Int]]>([:])
        private let seen = Locked<Set<UUID>>([])
        private let calls = Locked(0)

        func post(_ batch: CloudEventBatch, to service: ServiceName, of agency: AgencyScope) async -> Delivery {
            let call = calls.withLock {
                $0 += 1
                return $0
            }
            if call % 5 == 2 { return .unavailable("down") }
            if call == 3, batch.events.count > 1 { return .tooLarge }
            let results = batch.events.enumerated().map { place, event in
                if (call + place) % 7 == 3 { return InboxAnswer.Result(id: event.id, status: 503) }
                if event.number == 4, event.lane == "m1" { return InboxAnswer.Result(id: event.id, status: 422) }
                if seen.withLock({ $0.insert(event.id).inserted }) {
                    applied.withLock { $0[event.lane, default: []].append(event.number) }
                }
                return InboxAnswer.Result(id: event.id, status: 202)
            }
            // The answer is lost after it was applied.
            return call % 11 == 6 ? .unavailable("answer lost") : .answered(InboxAnswer(results: results))
        }
    }

    @Test(
        "a relay delivers every message of every lane in order, through whatever a service does",
        .timeLimit(.minutes(2)))
    func relay() async throws {
        try await Self.fresh { client, database, outbox async throws in
            let sink = MoodySink()
            let waker = Waker(
                client: client, agencies: [Self.scope], listens: false, crossNode: false,
                logger: Logger(label: "border"))
            let relay = Relay(
                database: database, agencies: [Self.scope], sink: sink, waker: waker,
                logger: Logger(label: "border", factory: { _ in SwiftLogNoOpLogHandler() }))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await relay.run() }
                for number in 1...10 {
                    try await database.withAgency(Self.scope) {
                        try await Exchange.enqueue((1...5).map { Self.message("m\($0)", number) }, in: $0)
                    }
                    waker.wake([9100])
                }
                while try await outbox.depth([Self.scope]).contains(where: { $0.service == .intake && $0.pending > 0 })
                {
                    try await Task.sleep(for: .milliseconds(20))
                }
                group.cancelAll()
            }
            let applied = sink.applied.withLock { $0 }
            #expect(applied["m1"] == [1, 2, 3, 5, 6, 7, 8, 9, 10])
            for lane in 2...5 { #expect(applied["m\(lane)"] == Array(1...10)) }
            #expect(try await ParkedMessages(client).list().count { $0.lane == "m1" && $0.number == 4 } == 1)
        }
    }
}
