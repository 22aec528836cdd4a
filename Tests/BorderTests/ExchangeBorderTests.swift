import Foundation
import Logging
import Postgres
import SinergiCore
import Tenancy
import Testing

@testable import Exchange

/// Messages that cross the border: applied and removed in one transaction of the receiver.
@Suite("Crossing the border", .serialized)
struct ExchangeBorderTests {
    private static let receiver = Border.receiver.scope

    private static func clean() async throws {
        try await Border.superuser { client async throws in
            _ = try await client.query("DELETE FROM exchange.pending WHERE destination = 9105")
            _ = try await client.query("DELETE FROM exchange.parked WHERE destination = 9105")
        }
    }

    private static func put(_ lane: String, _ number: Int, type: String = "border.test") async throws {
        try await Border.superuser { client async throws in
            _ = try await client.query("SELECT exchange.put(9105, 'routing', \(lane), \(number), \(type), '{}', NULL)")
        }
    }

    private static func pending() async throws -> [String] {
        try await Border.superuser { client async throws in
            try await client.texts(
                "SELECT lane || ' ' || number AS value FROM exchange.pending WHERE destination = 9105 AND service = 'routing' ORDER BY 1"
            )
        }
    }

    private static func consumer(
        _ client: PostgresClient, _ handler: @escaping BorderConsumer.Handler
    ) -> BorderConsumer {
        let logger = Logger(label: "border", factory: { _ in SwiftLogNoOpLogHandler() })
        let waker = Waker(client: client, agencies: [receiver], listens: false, crossNode: false, logger: logger)
        return BorderConsumer(
            database: AgencyDatabase(client: client, service: .routing), agencies: [receiver], waker: waker,
            logger: logger,
            handler: handler)
    }

    @Test("a real offer reaches the other agency and its own services hear of it, once")
    func offer() async throws {
        try await Self.clean()
        let id = UUID.v7()
        let wake = try await Border.as(Border.regency) { client async throws in
            _ = try await Moves(client: client).open(id)
            return try await Moves(client: client).offer(id, to: "BKABC").wake
        }
        #expect(wake == [9105])
        #expect(try await Self.pending() == ["case:\(id.uuidString.lowercased()) 2"])
        try await Border.as(Border.receiver) { client async throws in
            let consumer = Self.consumer(client) { message, transaction, _ in
                #expect(message.type == "case.changed" && message.source == 9102)
                _ = try await transaction.query("SELECT casework.tell_on(\(message.id))")
                return []
            }
            #expect(try await consumer.consume(agency: 9105))
            #expect(try await consumer.consume(agency: 9105) == false)
            let told = try await client.texts(
                "SELECT service || ' ' || type AS value FROM exchange.message WHERE source = 9105 AND lane = \("case:\(id.uuidString.lowercased())") ORDER BY 1"
            )
            #expect(told == ["analytics case.changed", "notification case.changed"])
        }
        #expect(try await Self.pending().isEmpty)
    }

    @Test("lanes keep their order, many in one transaction")
    func order() async throws {
        try await Self.clean()
        for number in 1...3 { for lane in ["x", "y"] { try await Self.put(lane, number) } }
        let seen = Locked<[String: [Int]]>([:])
        try await Border.as(Border.receiver) { client async throws in
            let consumer = Self.consumer(client) { message, _, _ in
                seen.withLock { $0[message.lane, default: []].append(message.number) }
                return []
            }
            var rounds = 0
            while try await consumer.consume(agency: 9105) { rounds += 1 }
            #expect(rounds == 3)
        }
        #expect(seen.withLock { $0 } == ["x": [1, 2, 3], "y": [1, 2, 3]])
    }

    @Test("work and removal are kept together or not at all")
    func together() async throws {
        try await Self.clean()
        try await Self.put("x", 1)
        try await Border.login(Border.receiver.login(.routing), connections: 3) { client async throws in
            // The connection is closed under a claim, as when the process or the server dies between work and commit.
            let crashes = Locked(true)
            let consumer = Self.consumer(client) { _, transaction, _ in
                _ = try await transaction.query(
                    """
                    INSERT INTO casework.idempotency (agency, caller, key, request_hash, status, response)
                    VALUES (9105, 'consumer', 'once', sha256('x'), 200, '{}')
                    """)
                if crashes.withLock({ $0 }) {
                    let pid = try await transaction.number("SELECT pg_backend_pid()::int8 AS value")
                    crashes.withLock { $0 = false }
                    _ = try await Border.superuser { client async throws in
                        try await client.query("SELECT pg_terminate_backend(\(Int32(pid ?? 0)))")
                    }
                    _ = try await transaction.query("SELECT 1 AS one")
                }
                return []
            }
            // The first transaction is lost, nothing of it is kept, and it is done again.
            _ = try? await consumer.consume(agency: 9105)
            _ = try? await consumer.consume(agency: 9105)
            let done = try await client.number(
                "SELECT count(*) AS value FROM casework.idempotency WHERE caller = 'consumer' AND key = 'once'")
            #expect(done == 1)
        }
        #expect(try await Self.pending().isEmpty)
    }

    @Test("what is claimed by one is not seen by another, and comes back when the claim ends without finishing")
    func claims() async throws {
        try await Self.clean()
        try await Self.put("x", 1)
        try await Self.put("y", 1)
        try await Border.login(Border.receiver.login(.routing), connections: 2) { client async throws in
            struct Stop: Error {}
            try? await client.withTransaction { first in
                let mine = try await first.texts("SELECT lane AS value FROM exchange.claim(1)")
                #expect(mine.count == 1)
                try await client.withTransaction { second in
                    let others = try await second.texts("SELECT lane AS value FROM exchange.claim(10)")
                    #expect(others.count == 1 && others != mine)
                }
                throw Stop()
            }
            let all = try await client.withTransaction {
                try await $0.texts("SELECT lane AS value FROM exchange.claim(10) ORDER BY 1")
            }
            #expect(all == ["x", "y"])
        }
    }

    @Test("a message that cannot be applied is parked, one that may later waits, and neither stops other lanes")
    func trouble() async throws {
        try await Self.clean()
        for lane in ["good", "bad", "late"] { for number in 1...2 { try await Self.put(lane, number, type: lane) } }
        let seen = Locked<[String]>([])
        try await Border.as(Border.receiver) { client async throws in
            let consumer = Self.consumer(client) { message, transaction, _ in
                if message.type == "bad", message.number == 1 {
                    _ = try await transaction.query("SELECT 'x'::int AS value")
                }
                if message.type == "late" { throw CancellationError() }
                seen.withLock { $0.append("\(message.lane) \(message.number)") }
                return []
            }
            for _ in 0..<30 { _ = try await consumer.consume(agency: 9105) }
            let parked = try await ParkedMessages(client).list().filter { $0.destination == 9105 }
            #expect(parked.map(\.lane) == ["bad"])
            #expect(parked.first?.problem.contains("validation") == true)
        }
        #expect(seen.withLock { Set($0) } == ["good 1", "good 2", "bad 2"])
        #expect(try await Self.pending() == ["late 1", "late 2"])
    }

    @Test("a hint wakes the consumer of another process", .timeLimit(.minutes(1)))
    func hint() async throws {
        try await Self.clean()
        let logger = Logger(label: "border", factory: { _ in SwiftLogNoOpLogHandler() })
        try await Border.as(Border.receiver) { receiving async throws in
            let listener = Waker(client: receiving, agencies: [Self.receiver], listens: true, logger: logger)
            try await Border.as(Border.regency) { sending async throws in
                let sender = Waker(client: sending, agencies: [Border.regency.scope], listens: false, logger: logger)
                await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await listener.run() }
                    group.addTask { try await sender.run() }
                    // The first ring says that listening has begun.
                    #expect(await listener.borderBell.wait(upTo: .seconds(30)))
                    sender.wake([9105])
                    #expect(await listener.borderBell.wait(upTo: .seconds(30)))
                    group.cancelAll()
                }
            }
        }
    }
}
