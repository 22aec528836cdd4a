import Foundation
import Postgres
import PostgresTesting
import Synchronization
import Testing

@Suite("a line that breaks")
struct FaultTests {
    /// A table, a client whose line goes through a proxy, and one that goes directly.
    private func withProxy<Result>(
        configure: (inout PostgresClient.Configuration) -> Void = { _ in },
        _ body: (FaultProxy, PostgresClient, PostgresClient) async throws -> sending Result
    ) async throws -> sending Result {
        try await TestDatabase.withDatabase(connections: 10) { database in
            let address = try database.address()
            let proxy = try FaultProxy(host: address.host, port: address.port)
            defer { proxy.close() }
            let url = try database.url(port: proxy.port, parameters: ["sslmode": "disable"])
            return try await database.withClient { direct in
                try await direct.execute("CREATE TABLE t (n int PRIMARY KEY)")
                return try await PostgresClient.withClient(url: url, logger: quiet, configure: configure) { client in
                    try await body(proxy, client, direct)
                }
            }
        }
    }

    private func saved(_ client: PostgresClient) async throws -> Int {
        try await client.value("SELECT count(*) FROM t", as: Int.self)
    }

    @Test("broken before a statement arrived: lost, may be tried again, nothing saved")
    func lostStatement() async throws {
        try await withProxy { proxy, client, direct in
            proxy.arm(.cut, .toServer, at: .text("INSERT"))
            let error = await postgresError(.connectionLost) {
                try await client.withTransaction { try await $0.execute("INSERT INTO t VALUES (1)") }
            }
            #expect(error?.isRetryable == true)
            let none = try await saved(direct)
            #expect(none == 0)
            try await client.withTransaction { try await $0.execute("INSERT INTO t VALUES (1)") }
            #expect(try await saved(direct) == 1)
        }
    }

    @Test("broken in the middle of a transaction: lost, may be tried again, nothing saved")
    func lostBetween() async throws {
        try await withProxy { proxy, client, direct in
            let error = await postgresError(.connectionLost) {
                try await client.withTransaction { tx in
                    try await tx.execute("INSERT INTO t VALUES (1)")
                    proxy.cut()
                    // The line may be found broken by the next statement or by COMMIT, which was not sent either way.
                    try await eventually("noticed") {
                        do {
                            _ = try await tx.query("SELECT 1")
                            return false
                        } catch is PostgresError {
                            return true
                        }
                    }
                }
            }
            #expect(error?.isRetryable == true)
            let none = try await saved(direct)
            #expect(none == 0)
        }
    }

    @Test("broken when COMMIT was sent and had not arrived: unknown, in truth not saved")
    func beforeCommit() async throws {
        try await withProxy { proxy, client, direct in
            proxy.arm(.cut, .toServer, at: .text("COMMIT"))
            let error = await postgresError(.commitOutcomeUnknown) {
                try await client.withTransaction { try await $0.execute("INSERT INTO t VALUES (1)") }
            }
            #expect(error?.isRetryable == false)
            proxy.arm(.cut, .toServer, at: .text("COMMIT"))
            _ = await postgresError(.commitOutcomeUnknown) {
                try await client.pipeline(.init(), ["INSERT INTO t VALUES (2)"])
            }
            let none = try await saved(direct)
            #expect(none == 0)
            #expect(proxy.faultCount == 2)
        }
    }

    @Test("broken when COMMIT was done and its answer on the way: unknown, in truth saved")
    func afterCommit() async throws {
        try await withProxy { proxy, client, direct in
            proxy.arm(.cut, .toClient, at: .text("COMMIT"))
            _ = await postgresError(.commitOutcomeUnknown) {
                try await client.withTransaction { try await $0.execute("INSERT INTO t VALUES (1)") }
            }
            proxy.arm(.cut, .toClient, at: .text("COMMIT"))
            _ = await postgresError(.commitOutcomeUnknown) {
                try await client.pipeline(.init(), ["INSERT INTO t VALUES (2)"])
            }
            proxy.arm(.cut, .toClient, at: .text("INSERT"))
            _ = await postgresError(.commitOutcomeUnknown) { try await client.execute("INSERT INTO t VALUES (3)") }
            let all = try await saved(direct)
            #expect(all == 3)
        }
    }

    @Test("a COMMIT written by hand is as unknown")
    func handwrittenCommit() async throws {
        try await withProxy { proxy, client, _ in
            for commit in ["COMMIT", " end"] as [SQL] {
                proxy.arm(.cut, .toClient, at: .text("COMMIT"))
                _ = await postgresError(.commitOutcomeUnknown) {
                    try await client.withConnection { connection in
                        try await connection.execute("BEGIN")
                        try await connection.execute(commit)
                    }
                }
            }
            proxy.arm(.cut, .toClient, at: .text("COMMIT"))
            _ = await postgresError(.commitOutcomeUnknown) {
                try await client.withConnection { connection in
                    try await connection.runScript("BEGIN")
                    try await connection.runScript("COMMIT")
                }
            }
            #expect(proxy.faultCount == 3)
        }
    }

    @Test("a read-only transaction has nothing to be unsure about")
    func readOnlyCommit() async throws {
        try await withProxy { proxy, client, _ in
            proxy.arm(.cut, .toClient, at: .text("COMMIT"))
            let error = await postgresError(.connectionLost) {
                try await client.withTransaction(.init(readOnly: true)) { try await $0.query("SELECT 1") }
            }
            #expect(error?.isRetryable == true)
            proxy.arm(.cut, .toClient, at: .text("COMMIT"))
            let piped = await postgresError(.connectionLost) {
                try await client.pipeline(.init(readOnly: true), ["SELECT 1"])
            }
            #expect(piped?.isRetryable == true)
        }
    }

    @Test("broken in the middle of a large answer")
    func cutResult() async throws {
        try await withProxy { proxy, client, _ in
            _ = try await client.query("SELECT 1")
            proxy.arm(.cut, .toClient, at: .bytes(300_000))
            _ = await postgresError(.connectionLost) {
                try await client.withTransaction {
                    try await $0.query("SELECT repeat('x', 100) FROM generate_series(1, 100000)")
                }
            }
            let rows = try await client.query("SELECT repeat('x', 100) FROM generate_series(1, 100000)")
            #expect(rows.count == 100_000)
        }
    }

    @Test("a rollback that cannot be sent closes the connection and does not hide the body's error")
    func failedRollBack() async throws {
        try await withProxy { proxy, client, direct in
            proxy.arm(.cut, .toServer, at: .text("ROLLBACK"))
            await #expect(throws: Refusal()) {
                try await client.withTransaction { tx in
                    try await tx.execute("INSERT INTO t VALUES (1)")
                    throw Refusal()
                }
            }
            try await client.execute("INSERT INTO t VALUES (2)")
            let count = try await saved(direct)
            #expect(count == 1)
            #expect(client.statistics.open == client.statistics.idle)
        }
    }

    @Test("a silent line ends with the deadline, and the pool goes on with another connection")
    func stalled() async throws {
        try await withProxy(configure: { $0.drainTimeout = .milliseconds(200) }) { proxy, client, direct in
            _ = try await client.query("SELECT 1")
            proxy.stall(true)
            let options = PostgresTransactionOptions(timeout: .milliseconds(50))
            _ = await postgresError(.deadlineExceeded) {
                try await client.withTransaction(options) { try await $0.query("SELECT 1") }
            }
            proxy.stall(false)
            let answer = try await client.value("SELECT 2", as: Int.self)
            #expect(answer == 2)
        }
    }

    @Test("COMMIT on a silent line: the outcome is unknown when its time is over")
    func stalledCommit() async throws {
        try await withProxy { proxy, client, direct in
            proxy.arm(.stall, .toServer, at: .text("COMMIT"))
            _ = await postgresError(.commitOutcomeUnknown) {
                try await client.withTransaction(.init(timeout: .milliseconds(200))) {
                    try await $0.execute("INSERT INTO t VALUES (1)")
                }
            }
            proxy.stall(false)
            // Let through now, the COMMIT may still succeed: that is why nobody knew.
            let count = try await saved(direct)
            #expect(count <= 1)
        }
    }

    @Test("cancelling on a silent line gives up after the drain timeout")
    func cancelStalled() async throws {
        try await withProxy(configure: { $0.drainTimeout = .milliseconds(200) }) { proxy, client, direct in
            let working = Task { try await client.query("SELECT pg_sleep(60), 'stalled'") }
            try await direct.waitForStatement(like: "%'stalled'%")
            proxy.stall(true)
            working.cancel()
            await #expect(throws: CancellationError.self) { try await working.value }
            proxy.stall(false)
            let answer = try await client.value("SELECT 2", as: Int.self)
            #expect(answer == 2)
        }
    }

    @Test("callers wait while the server refuses, and go on when it is back")
    func refused() async throws {
        try await withProxy(configure: { $0.leaseTimeout = .seconds(20) }) { proxy, client, _ in
            proxy.refuse(true)
            async let answer = client.value("SELECT 5", as: Int.self)
            try await eventually("waiting") { client.statistics.waiting == 1 }
            proxy.refuse(false)
            let five = try await answer
            #expect(five == 5)
        }
    }

    @Test("whatever breaks: what was reported as saved is there, what may be tried again is not", arguments: 1...4)
    func chaos(seed: Int) async throws {
        try await withProxy(configure: { $0.leaseTimeout = .seconds(30) }) { proxy, client, direct in
            let isDone = Atomic<Bool>(false)
            async let cutting: Void = {
                var random = SystemRandomNumberGenerator()
                while !isDone.load(ordering: .relaxed) {
                    // One at a time: more would cut every new line before it is open.
                    if proxy.armedCount == 0 {
                        proxy.arm(
                            .cut, Bool.random(using: &random) ? .toServer : .toClient,
                            at: .bytes(Int.random(in: 0...12_000, using: &random)))
                    }
                    try await Task.sleep(for: .milliseconds(3))
                }
            }()
            let outcomes = await withTaskGroup(of: [(Int, String)].self) { group in
                for worker in 0..<8 {
                    group.addTask {
                        var outcomes: [(Int, String)] = []
                        for step in 0..<40 {
                            let number = worker * 1000 + step
                            outcomes.append((number, await insert(number, way: step + seed, client)))
                        }
                        return outcomes
                    }
                }
                return await group.reduce(into: []) { $0 += $1 }
            }
            isDone.store(true, ordering: .relaxed)
            try await cutting
            proxy.cut()
            let found = Set(try await direct.query("SELECT n FROM t").map { try $0.decode("n", as: Int.self) })
            var counts: [String: Int] = [:]
            for (number, outcome) in outcomes {
                counts[outcome, default: 0] += 1
                switch outcome {
                case "saved": #expect(found.contains(number), "\(number) was reported as saved")
                case "not saved": #expect(!found.contains(number), "\(number) was reported as not saved")
                case "unknown": break
                default: Issue.record("unexpected: \(outcome)")
                }
            }
            #expect(counts.values.reduce(0, +) == 320)
            #expect((counts["saved"] ?? 0) > 0)
            #expect(proxy.faultCount > 0)
            try await eventually("no connection is leased") { client.statistics.open == client.statistics.idle }
        }
    }

    /// Inserts a number in one of the three ways, and says what the client said.
    private func insert(_ number: Int, way: Int, _ client: PostgresClient) async -> String {
        do {
            switch way % 3 {
            case 0: try await client.execute("INSERT INTO t VALUES (\(number))")
            case 1: _ = try await client.pipeline(.init(), ["SELECT 1", "INSERT INTO t VALUES (\(number))"])
            default:
                try await client.withTransaction { tx in
                    _ = try await tx.query("SELECT 1")
                    try await tx.execute("INSERT INTO t VALUES (\(number))")
                }
            }
            return "saved"
        } catch let error as PostgresError {
            if error.isRetryable { return "not saved" }
            return error.code == .commitOutcomeUnknown ? "unknown" : String(reflecting: error)
        } catch {
            return String(reflecting: error)
        }
    }
}
