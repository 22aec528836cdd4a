import Foundation
import Logging
import Postgres
import PostgresTesting
import Synchronization
import Testing

@Suite("pool")
struct PoolTests {
    @Test("a thousand callers share four connections, each gets its own answer")
    func load() async throws {
        try await TestDatabase.withClient(configure: { $0.leaseTimeout = .seconds(60) }) { client in
            try await client.execute("CREATE TABLE t (n int PRIMARY KEY)")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<1000 {
                    group.addTask {
                        switch number % 3 {
                        case 0:
                            #expect(try await client.value("SELECT \(number)", as: Int.self) == number)
                            try await client.execute("INSERT INTO t VALUES (\(number))")
                        case 1:
                            let rows = try await client.pipeline(
                                .init(), ["INSERT INTO t VALUES (\(number)) RETURNING n", "SELECT \(number) AS n"])
                            #expect(try rows.map { try $0[0].decode("n", as: Int.self) } == [number, number])
                        default:
                            try await client.withTransaction { tx in
                                try await tx.execute("INSERT INTO t VALUES (\(number))")
                                #expect(try await tx.value("SELECT \(number)", as: Int.self) == number)
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await client.value("SELECT count(*) FROM t", as: Int.self) == 1000)
            try await eventually("all idle") { client.statistics.idle == client.statistics.open }
            #expect(client.statistics.open == 4)
        }
    }

    @Test("several loops share the work")
    func loops() async throws {
        try await TestDatabase.withClient(configure: { $0.loops = 3 }) { client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<300 {
                    group.addTask {
                        let answer = try await client.value("SELECT \(number)", as: Int.self)
                        #expect(answer == number)
                    }
                }
                try await group.waitForAll()
            }
            // A connection still being opened when the last answer came is idle soon.
            try await eventually("all idle") { client.statistics.idle == client.statistics.open }
        }
    }

    @Test("a lease that nobody gives back makes others time out, with a code of its own")
    func leaseTimeout() async throws {
        try await TestDatabase.withClient(configure: {
            $0.maximumConnections = 1
            $0.leaseTimeout = .seconds(2)
        }) { client in
            try await client.withConnection { _ in
                _ = await postgresError(.leaseTimeout) { try await client.query("SELECT 1") }
                _ = await postgresError(.leaseTimeout) { try await client.withTransaction { _ in () } }
            }
            #expect(try await client.value("SELECT 1", as: Int.self) == 1)
        }
    }

    @Test("connections that an operator ends are replaced, and the failure says whether it may be tried again")
    func terminated() async throws {
        try await TestDatabase.withClient { client in
            let (backend, error) = try await client.withConnection { connection in
                try await connection.execute("BEGIN")
                #expect(
                    try await client.value("SELECT pg_terminate_backend(\(Int32(connection.backendID)))", as: Bool.self)
                )
                let error = await postgresError { try await connection.query("SELECT 1") }
                return (connection.backendID, error)
            }
            #expect(error?.code == .connectionLost)
            #expect(error?.isRetryable == true)
            #expect(try await client.backendID() != backend)
            _ = await postgresError(.commitOutcomeUnknown) {
                try await client.query("SELECT pg_terminate_backend(pg_backend_pid())")
            }
            #expect(try await client.value("SELECT 1", as: Int.self) == 1)
        }
    }

    @Test("idle connections that the server closed are noticed before they are used")
    func idleTerminated() async throws {
        try await TestDatabase.withDatabase { database in
            try await database.withClient { client in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<4 { group.addTask { _ = try await client.query("SELECT pg_sleep(0.05)") } }
                    try await group.waitForAll()
                }
                #expect(client.statistics.idle == 4)
                try await database.withClient { other in
                    _ = try await other.query(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                    )
                }
                try await eventually("all noticed") { client.statistics.open == 0 }
                #expect(try await client.value("SELECT 1", as: Int.self) == 1)
            }
        }
    }

    @Test("the connection last used with a role serves it again")
    func roleAffinity() async throws {
        try await TestDatabase.withClient { client in
            let roles: [PostgresIdentifier] = ["affinity_a", "affinity_b", "affinity_c"].map {
                PostgresIdentifier("\($0)_\(UUID().uuidString.prefix(8))")
            }
            for role in roles { _ = try await client.query("CREATE ROLE \(identifier: role)") }
            func backend(_ role: PostgresIdentifier) async throws -> Int {
                let rows = try await client.pipeline(
                    .init(role: role), ["SELECT pg_backend_pid() AS pid, current_user::text AS name"])
                #expect(try rows[0][0].decode("name", as: String.self) == role.name)
                return try rows[0][0].decode("pid")
            }
            // Three connections at once, one for each role.
            let used = Mutex<[String: Int]>([:])
            try await client.withTransaction(.init(role: roles[0])) { first in
                let one = try await first.backendID()
                try await client.withTransaction(.init(role: roles[1])) { second in
                    let two = try await second.backendID()
                    try await client.withTransaction(.init(role: roles[2])) { third in
                        let three = try await third.backendID()
                        used.withLock { $0 = [roles[0].name: one, roles[1].name: two, roles[2].name: three] }
                    }
                }
            }
            for role in roles + roles.reversed() + roles {
                #expect(try await backend(role) == used.withLock { $0[role.name] })
            }
            // The role was the transaction's, not the session's.
            #expect(try await client.value("SELECT current_user = session_user", as: Bool.self))
            for role in roles { _ = try await client.query("DROP ROLE \(identifier: role)") }
        }
    }

    @Test("wrong logins and databases are refused at once, unreachable servers when the lease times out")
    func connectFailures() async throws {
        try await TestDatabase.withDatabase { database in
            let missing = try database.url(user: "nobody_of_this_name")
            let refused = await postgresError(.connectionFailed) {
                try await PostgresClient.withClient(url: missing, logger: quiet) { try await $0.query("SELECT 1") }
            }
            #expect(refused?.message.contains("nobody_of_this_name") == true)
            let nowhere = try database.url(port: 1)
            let unreachable = await postgresError(.leaseTimeout) {
                try await PostgresClient.withClient(
                    url: nowhere, logger: quiet, configure: { $0.leaseTimeout = .milliseconds(200) }
                ) { try await $0.query("SELECT 1") }
            }
            #expect((unreachable?.underlying as? PostgresError)?.code == .connectionFailed)
        }
    }

    @Test("run keeps the minimum open and ends with every connection closed")
    func service() async throws {
        try await TestDatabase.withDatabase { database in
            var configuration = try PostgresClient.Configuration(url: database.url)
            configuration.minimumConnections = 2
            configuration.applicationName = "service test"
            let client = PostgresClient(configuration: configuration, logger: quiet)
            let running = Task { try await client.run() }
            try await eventually("two connections") { client.statistics.idle == 2 }
            #expect(
                try await client.value(
                    "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'service test'", as: Int.self) == 2)
            let (started, signal) = AsyncStream<Void>.makeStream()
            let (go, proceed) = AsyncStream<Void>.makeStream()
            let working = Task {
                try await client.withTransaction { tx in
                    _ = try await tx.query("SELECT 1")
                    signal.finish()
                    for await _ in go {}
                    return try await tx.value("SELECT 2", as: Int.self)
                }
            }
            for await _ in started {}
            running.cancel()
            try await eventually("closed to new work") {
                do {
                    _ = try await client.query("SELECT 1")
                    return false
                } catch let error as PostgresError {
                    return error.code == .clientClosed
                }
            }
            // Work in progress is waited for.
            proceed.finish()
            #expect(try await working.value == 2)
            try await running.value
            #expect(client.statistics.open == 0)
        }
    }

    @Test("shutdown does not wait for ever for a lease that does not come back")
    func shutdownTimeout() async throws {
        try await TestDatabase.withDatabase { database in
            var configuration = try PostgresClient.Configuration(url: database.url)
            configuration.shutdownTimeout = .milliseconds(100)
            let client = PostgresClient(configuration: configuration, logger: quiet)
            let (started, signal) = AsyncStream<Void>.makeStream()
            let working = Task {
                try await client.withTransaction { tx in
                    _ = try await tx.query("SELECT 1")
                    signal.finish()
                    _ = try await tx.query("SELECT pg_sleep(60)")
                }
            }
            for await _ in started {}
            await client.close()
            #expect(client.statistics.open == 0)
            _ = await postgresError(.clientClosed) { try await working.value }
        }
    }

    @Test("a client that is let go closes its connections")
    func abandoned() async throws {
        try await TestDatabase.withDatabase { database in
            var configuration = try PostgresClient.Configuration(url: database.url)
            configuration.applicationName = "abandoned"
            do {
                let client = PostgresClient(configuration: configuration, logger: quiet)
                _ = try await client.query("SELECT 1")
            }
            try await database.withClient { other in
                try await eventually("session ended") {
                    try await other.value(
                        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'abandoned'", as: Int.self) == 0
                }
            }
        }
    }

    @Test("a changed table does not fail prepared statements outside transactions, nor those that open one")
    func planChange() async throws {
        try await TestDatabase.withClient(configure: { $0.maximumConnections = 1 }) { client in
            try await client.execute("CREATE TABLE t (a int)")
            try await client.execute("INSERT INTO t VALUES (1)")
            func count() async throws -> Int { try await client.query("SELECT * FROM t").columns.count }
            func piped() async throws -> Int {
                try await client.pipeline(.init(), ["SELECT * FROM t"])[0].columns.count
            }
            func opened() async throws -> Int {
                try await client.withTransaction { try await $0.query("SELECT * FROM t").columns.count }
            }
            for _ in 0..<3 { #expect(try await (count(), piped(), opened()) == (1, 1, 1)) }
            try await client.execute("ALTER TABLE t ADD b int")
            #expect(try await count() == 2)
            try await client.execute("ALTER TABLE t ADD c int")
            #expect(try await piped() == 3)
            try await client.execute("ALTER TABLE t ADD d int")
            #expect(try await opened() == 4)
            try await client.execute("ALTER TABLE t ADD e int")
            let error = await postgresError(.server) {
                try await client.withTransaction { tx in
                    _ = try await tx.query("SELECT 1")
                    _ = try await tx.query("SELECT * FROM t")
                }
            }
            #expect(error?.isRetryable == true)
            #expect(try await opened() == 5)
        }
    }

    @Test("statements that the session lost are prepared again")
    func deallocated() async throws {
        try await TestDatabase.withClient(configure: { $0.maximumConnections = 1 }) { client in
            for _ in 0..<3 { #expect(try await client.value("SELECT 7", as: Int.self) == 7) }
            try await client.execute("DEALLOCATE ALL")
            for _ in 0..<3 { #expect(try await client.value("SELECT 7", as: Int.self) == 7) }
        }
    }

    @Test("the cache keeps its limit on the server too")
    func cacheLimit() async throws {
        try await TestDatabase.withClient(configure: {
            $0.maximumConnections = 1
            $0.statementCacheSize = 5
        }) { client in
            let parts: [SQL] = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]
            for _ in 0..<3 {
                for part in parts { for _ in 0..<3 { _ = try await client.query("SELECT \(part)") } }
            }
            let kept: Int = try await client.value("SELECT count(*) FROM pg_prepared_statements")
            #expect(kept <= 5)
            #expect(kept > 1)
        }
    }
}

let quiet: Logger = {
    var logger = Logger(label: "quiet")
    logger.logLevel = .critical
    return logger
}()
