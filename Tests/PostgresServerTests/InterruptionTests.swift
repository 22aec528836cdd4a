import Foundation
import Postgres
import PostgresTesting
import Testing

@Suite("cancellation and deadlines")
struct InterruptionTests {
    @Test("cancelling a task stops its statement on the server and keeps the connection")
    func cancelStatement() async throws {
        try await TestDatabase.withClient { client in
            let clock = ContinuousClock()
            let backend = try await client.backendID()
            let sleeping = Task { try await client.query("SELECT pg_sleep(60), 'sleeper'") }
            try await client.waitForStatement(like: "%'sleeper'%")
            let start = clock.now
            sleeping.cancel()
            await #expect(throws: CancellationError.self) { try await sleeping.value }
            #expect(clock.now - start < .seconds(3))
            // The session goes on: its cancel has hit nothing else.
            for _ in 0..<20 { #expect(try await client.value("SELECT 1", as: Int.self) == 1) }
            #expect(
                try await client.value("SELECT count(*) FROM pg_stat_activity WHERE pid = \(backend)", as: Int.self)
                    == 1)
        }
    }

    @Test("a statement cancelled in a transaction rolls it back, and the rollback is not cancelled")
    func cancelTransaction() async throws {
        try await TestDatabase.withClient { client in
            try await client.execute("CREATE TABLE t (n int)")
            let working = Task {
                try await client.withTransaction { tx in
                    try await tx.execute("INSERT INTO t VALUES (1)")
                    _ = try await tx.query("SELECT pg_sleep(60), 'in transaction'")
                }
            }
            try await client.waitForStatement(like: "%'in transaction'%")
            working.cancel()
            await #expect(throws: CancellationError.self) { try await working.value }
            #expect(try await client.value("SELECT count(*) FROM t", as: Int.self) == 0)
            #expect(
                try await client.value(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'",
                    as: Int.self) == 0)
            #expect(client.statistics.open == client.statistics.idle)
        }
    }

    @Test("a body that goes on after cancellation can still commit")
    func commitAfterCancellation() async throws {
        try await TestDatabase.withClient { client in
            try await client.execute("CREATE TABLE t (n int)")
            let (started, signal) = AsyncStream<Void>.makeStream()
            let (go, proceed) = AsyncStream<Void>.makeStream()
            let working = Task {
                try await client.withTransaction { tx in
                    try await tx.execute("INSERT INTO t VALUES (1)")
                    signal.finish()
                    // Not cancelled with the task: it waits in a task of its own.
                    await Task { for await _ in go {} }.value
                }
            }
            for await _ in started {}
            working.cancel()
            proceed.finish()
            try await working.value
            #expect(try await client.value("SELECT count(*) FROM t", as: Int.self) == 1)
        }
    }

    @Test("a request cancelled while it waits for a connection is dropped")
    func cancelWaiting() async throws {
        try await TestDatabase.withClient(configure: { $0.maximumConnections = 1 }) { client in
            try await client.execute("CREATE TABLE t (n int)")
            try await client.withConnection { connection in
                let tasks = (0..<20).map { number in
                    Task {
                        if number % 2 == 0 {
                            try await client.execute("INSERT INTO t VALUES (1)")
                        } else {
                            try await client.withTransaction { _ in () }
                        }
                    }
                }
                try await eventually("twenty waiters") { client.statistics.waiting == 20 }
                tasks.forEach { $0.cancel() }
                for task in tasks { await #expect(throws: CancellationError.self) { try await task.value } }
                #expect(client.statistics.waiting == 0)
                #expect(try await connection.value("SELECT count(*) FROM t", as: Int.self) == 0)
            }
            let late = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                try await client.execute("INSERT INTO t VALUES (1)")
            }
            await #expect(throws: CancellationError.self) { try await late.value }
            #expect(try await client.value("SELECT count(*) FROM t", as: Int.self) == 0)
        }
    }

    @Test("a storm of cancellations leaves the pool whole and every answer with its caller")
    func storm() async throws {
        try await TestDatabase.withClient { client in
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<300 {
                    group.addTask {
                        let task = Task {
                            try await client.value("SELECT \(number) FROM pg_sleep(0.002)", as: Int.self)
                        }
                        if number % 3 == 0 {
                            try? await Task.sleep(for: .microseconds(Int.random(in: 0...20_000)))
                            task.cancel()
                        }
                        switch await task.result {
                        case .success(let value): #expect(value == number)
                        case .failure(let error): #expect(error is CancellationError, "\(error)")
                        }
                    }
                }
            }
            try await eventually("all connections idle") { client.statistics.open == client.statistics.idle }
            #expect(client.statistics.open <= 4)
            for number in 0..<20 { #expect(try await client.value("SELECT \(number)", as: Int.self) == number) }
        }
    }

    @Test("a pipeline that was sent is not cancelled, because its COMMIT went with it")
    func pipelineIsNotCancelled() async throws {
        try await TestDatabase.withClient { client in
            try await client.execute("CREATE TABLE t (n int)")
            try await client.execute("CREATE TABLE gate (n int)")
            // Held until the cancellation has been asked for, however slow the machine is.
            let working = try await client.withTransaction { tx in
                try await tx.execute("LOCK TABLE gate")
                let working = Task {
                    try await client.pipeline(
                        .init(), ["INSERT INTO t VALUES (1)", "SELECT count(*), 'piped' FROM gate"])
                }
                try await client.waitForStatement(like: "%'piped'%")
                working.cancel()
                return working
            }
            #expect(try await working.value.count == 2)
            #expect(try await client.value("SELECT count(*) FROM t", as: Int.self) == 1)
        }
    }

    @Test("the server stops a statement when the transaction's time is over")
    func serverDeadline() async throws {
        try await TestDatabase.withClient { client in
            let options = PostgresTransactionOptions(timeout: .milliseconds(100))
            let error = await postgresError(.deadlineExceeded) {
                try await client.withTransaction(options) { try await $0.query("SELECT pg_sleep(30)") }
            }
            #expect(error?.sqlState == .queryCanceled)
            _ = await postgresError(.deadlineExceeded) { try await client.pipeline(options, ["SELECT pg_sleep(30)"]) }
            #expect(client.statistics.open == client.statistics.idle)
        }
    }

    @Test("a transaction whose time was spent elsewhere is rolled back instead of committed")
    func lateCommit() async throws {
        try await TestDatabase.withClient { client in
            try await client.execute("CREATE TABLE t (n int)")
            let options = PostgresTransactionOptions(timeout: .milliseconds(1))
            _ = await postgresError(.deadlineExceeded) {
                try await client.withTransaction(options) { tx in
                    try await tx.execute("INSERT INTO t VALUES (1)")
                    try await Task.sleep(for: .milliseconds(1100))
                }
            }
            _ = await postgresError(.deadlineExceeded) {
                try await client.withTransaction(options) { tx in
                    try await tx.execute("INSERT INTO t VALUES (1)")
                    try await Task.sleep(for: .milliseconds(1100))
                    try await tx.execute("INSERT INTO t VALUES (2)")
                }
            }
            #expect(try await client.value("SELECT count(*) FROM t", as: Int.self) == 0)
            #expect(client.statistics.open == client.statistics.idle)
        }
    }

    @Test("the client's limit holds for single statements, and one second later without the server's help")
    func statementTimeout() async throws {
        try await TestDatabase.withClient(configure: { $0.statementTimeout = .milliseconds(200) }) { client in
            _ = await postgresError(.deadlineExceeded) { try await client.query("SELECT pg_sleep(30)") }
            // The session switches its own limit off; the client cancels it after 1.2 seconds.
            let error = await postgresError(.deadlineExceeded) {
                try await client.withTransaction { tx in
                    try await tx.execute("SET LOCAL statement_timeout = 0")
                    _ = try await tx.query("SELECT pg_sleep(30)")
                }
            }
            #expect(error?.sqlState == .queryCanceled)
            let alive = try await client.value("SELECT 1", as: Int.self)
            #expect(alive == 1)
        }
    }
}
