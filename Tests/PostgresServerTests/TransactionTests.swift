import Foundation
import Postgres
import PostgresTesting
import Testing

@Suite("transactions")
struct TransactionTests {
    private func withTable<Result>(
        configure: (inout PostgresClient.Configuration) -> Void = { _ in },
        _ body: (PostgresClient) async throws -> sending Result
    ) async throws -> sending Result {
        try await TestDatabase.withClient(configure: configure) { client in
            try await client.withConnection {
                try await $0.runScript(
                    "CREATE TABLE t (n int PRIMARY KEY); CREATE ROLE \"we\"\"ird\"; DROP ROLE \"we\"\"ird\"")
            }
            return try await body(client)
        }
    }

    private func expectNumbers(
        _ expected: [Int], in client: PostgresClient, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let found = try await client.query("SELECT n FROM t ORDER BY n").map { try $0.decode("n", as: Int.self) }
        #expect(found == expected, sourceLocation: sourceLocation)
    }

    @Test("commits what the body did and returns its result")
    func commit() async throws {
        try await withTable { client in
            let result = try await client.withTransaction { tx in
                try await tx.execute("INSERT INTO t VALUES (\(1))")
                try await tx.execute("INSERT INTO t VALUES (\(2))")
                return "done"
            }
            #expect(result == "done")
            try await expectNumbers([1, 2], in: client)
            #expect(client.statistics.idle == client.statistics.open)
        }
    }

    @Test("rolls back and rethrows the body's own error as it is")
    func rollBack() async throws {
        try await withTable { client in
            await #expect(throws: Refusal(number: 7)) {
                try await client.withTransaction { tx in
                    try await tx.execute("INSERT INTO t VALUES (\(1))")
                    throw Refusal(number: 7)
                }
            }
            let error = await postgresError(.server) {
                try await client.withTransaction { tx in
                    try await tx.execute("INSERT INTO t VALUES (\(1))")
                    try await tx.execute("INSERT INTO t VALUES (\(1))")
                }
            }
            #expect(error?.sqlState == .uniqueViolation)
            try await expectNumbers([], in: client)
        }
    }

    @Test("a swallowed error makes COMMIT a ROLLBACK, which is an error of its own")
    func swallowed() async throws {
        try await withTable { client in
            _ = await postgresError(.transactionRolledBack) {
                try await client.withTransaction { tx in
                    try await tx.execute("INSERT INTO t VALUES (\(1))")
                    _ = try? await tx.execute("INSERT INTO t VALUES (\(1))")
                }
            }
            try await expectNumbers([], in: client)
            #expect(try await client.value("SELECT 1", as: Int.self) == 1)
        }
    }

    @Test("an error of COMMIT itself is thrown, and nothing is kept")
    func deferred() async throws {
        try await withTable { client in
            try await client.execute("CREATE TABLE u (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
            let error = await postgresError(.server) {
                try await client.withTransaction { tx in
                    try await tx.execute("INSERT INTO u VALUES (1), (1)")
                }
            }
            #expect(error?.sqlState == .uniqueViolation)
            let piped = await postgresError(.server) {
                try await client.pipeline(.init(), ["INSERT INTO u VALUES (1), (1)"])
            }
            #expect(piped?.sqlState == .uniqueViolation)
            #expect(try await client.value("SELECT count(*) FROM u", as: Int.self) == 0)
        }
    }

    @Test("a transaction without a statement opens nothing")
    func empty() async throws {
        try await withTable { client in
            let five = try await client.withTransaction { _ in 5 }
            #expect(five == 5)
            await #expect(throws: Refusal()) { try await client.withTransaction { _ in throw Refusal() } }
            #expect(client.statistics.idle == 1)
        }
    }

    @Test("isolation, read only, settings and timeout are in force from the first statement")
    func options() async throws {
        try await withTable { client in
            let options = PostgresTransactionOptions(
                isolation: .serializable, readOnly: true,
                settings: [PostgresSetting("app.agency", "it's"), PostgresSetting("app.other", "2")],
                timeout: .milliseconds(2345))
            let seen = try await client.withTransaction(options) { tx in
                try await tx.query(
                    """
                    SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only'),
                        current_setting('app.agency'), current_setting('app.other'), current_setting('statement_timeout')
                    """
                )[0].decode((String, String, String, String, String).self)
            }
            #expect(seen == ("serializable", "on", "it's", "2", "2345ms"))
            let error = await postgresError(.server) {
                try await client.withTransaction(options) { try await $0.execute("INSERT INTO t VALUES (1)") }
            }
            #expect(error?.sqlState == .readOnlySqlTransaction)
            // Nothing of it outlives the transaction.
            let after = try await client.query(
                "SELECT current_setting('app.agency', true), current_setting('statement_timeout')")[0]
            #expect(try after.decode((String, String).self) == ("", "0"))
        }
    }

    @Test("no statement runs when taking the role failed, also when the body goes on")
    func failedOpening() async throws {
        try await withTable { client in
            let options = PostgresTransactionOptions(role: "nobody_of_this_name")
            var errors: [PostgresError.SQLState?] = []
            _ = await postgresError(.transactionRolledBack) {
                try await client.withTransaction(options) { tx in
                    for number in 1...3 {
                        do {
                            try await tx.execute("INSERT INTO t VALUES (\(number))")
                        } catch let error as PostgresError {
                            errors.append(error.sqlState)
                        }
                    }
                }
            }
            #expect(errors == [.invalidParameterValue, .inFailedSqlTransaction, .inFailedSqlTransaction])
            _ = await postgresError(.server) { try await client.pipeline(options, ["INSERT INTO t VALUES (4)"]) }
            // The server would take this name for the login itself.
            _ = await postgresError(.invalidParameter) {
                try await client.pipeline(.init(role: "none"), ["INSERT INTO t VALUES (5)"])
            }
            try await expectNumbers([], in: client)
            #expect(client.statistics.idle == client.statistics.open)
        }
    }

    @Test("a transaction that its body ended runs no further statement")
    func endedByHand() async throws {
        try await withTable { client in
            _ = await postgresError(.transactionClosed) {
                try await client.withTransaction { tx in
                    try await tx.execute("INSERT INTO t VALUES (1)")
                    try await tx.execute("ROLLBACK")
                    try await tx.execute("INSERT INTO t VALUES (2)")
                }
            }
            try await expectNumbers([], in: client)
        }
    }

    @Test("any use after the scope throws")
    func leaked() async throws {
        try await withTable { client in
            var leaked: PostgresTransaction?
            try await client.withTransaction { tx in
                leaked = tx
                try await tx.execute("INSERT INTO t VALUES (1)")
            }
            let transaction = try #require(leaked)
            _ = await postgresError(.transactionClosed) { try await transaction.execute("INSERT INTO t VALUES (2)") }
            _ = await postgresError(.transactionClosed) { try await transaction.pipeline("INSERT INTO t VALUES (2)") }
            var connection: PostgresConnection?
            try await client.withConnection { connection = $0 }
            _ = await postgresError(.transactionClosed) { try await connection?.execute("INSERT INTO t VALUES (3)") }
            try await expectNumbers([1], in: client)
        }
    }

    @Test("statements started at the same time run one after another inside the transaction")
    func concurrent() async throws {
        try await withTable { client in
            try await client.withTransaction(.init(settings: [PostgresSetting("app.x", "in")])) { tx in
                try await withThrowingTaskGroup(of: String.self) { group in
                    for number in 1...50 {
                        group.addTask {
                            try await tx.value(
                                "WITH i AS (INSERT INTO t VALUES (\(number))) SELECT current_setting('app.x', true)")
                        }
                    }
                    for try await setting in group { #expect(setting == "in") }
                }
            }
            try await expectNumbers(Array(1...50), in: client)
        }
    }

    @Test("a pipeline runs in one round trip, first error wins and nothing is kept")
    func pipeline() async throws {
        try await withTable { client in
            let results = try await client.pipeline(
                .init(), ["INSERT INTO t VALUES (\(1))", "SELECT n FROM t", "INSERT INTO t VALUES (\(2)) RETURNING n"])
            #expect(results.map(\.count) == [0, 1, 1])
            #expect(results[0].affected == 1)
            let error = await postgresError(.server) {
                try await client.pipeline(
                    .init(), ["INSERT INTO t VALUES (3)", "INSERT INTO t VALUES (1)", "SELECT 1/0"])
            }
            #expect(error?.sqlState == .uniqueViolation)
            #expect(error?.statement == "INSERT INTO t VALUES (1)")
            try await expectNumbers([1, 2], in: client)
            #expect(try await client.pipeline(.init(), []).isEmpty)
            try await client.withTransaction { tx in
                let inner = try await tx.pipeline("INSERT INTO t VALUES (5)", "SELECT count(*) AS n FROM t")
                #expect(try inner[1][0].decode("n", as: Int.self) == 3)
            }
        }
    }

    @Test("savepoints nest and roll back only themselves")
    func savepoints() async throws {
        try await withTable { client in
            try await client.withTransaction { tx in
                try await tx.execute("INSERT INTO t VALUES (1)")
                try await tx.withSavepoint { outer in
                    try await outer.execute("INSERT INTO t VALUES (2)")
                    await #expect(throws: Refusal()) {
                        try await outer.withSavepoint { inner in
                            try await inner.execute("INSERT INTO t VALUES (3)")
                            throw Refusal()
                        }
                    }
                    let error = await postgresError(.server) {
                        try await outer.withSavepoint { try await $0.execute("INSERT INTO t VALUES (1)") }
                    }
                    #expect(error?.sqlState == .uniqueViolation)
                    try await outer.execute("INSERT INTO t VALUES (4)")
                }
            }
            try await expectNumbers([1, 2, 4], in: client)
        }
    }

    @Test("a savepoint whose body swallowed an error is rolled back and says so")
    func swallowedInSavepoint() async throws {
        try await withTable { client in
            try await client.withTransaction { tx in
                try await tx.execute("INSERT INTO t VALUES (1)")
                var leaked: PostgresTransaction?
                _ = await postgresError(.transactionRolledBack) {
                    try await tx.withSavepoint { inner in
                        leaked = inner
                        try await inner.execute("INSERT INTO t VALUES (2)")
                        _ = try? await inner.execute("INSERT INTO t VALUES (1)")
                    }
                }
                _ = await postgresError(.transactionClosed) { try await leaked?.query("SELECT 1") }
                try await tx.execute("INSERT INTO t VALUES (3)")
            }
            try await expectNumbers([1, 3], in: client)
        }
    }

    @Test("serialization failures say that they may be tried again")
    func serialization() async throws {
        try await withTable { client in
            try await client.execute("INSERT INTO t VALUES (1)")
            let options = PostgresTransactionOptions(isolation: .repeatableRead)
            let error = await postgresError(.server) {
                try await client.withTransaction(options) { tx in
                    _ = try await tx.query("SELECT n FROM t")
                    try await client.execute("UPDATE t SET n = 5")
                    try await tx.execute("UPDATE t SET n = 6")
                }
            }
            #expect(error?.sqlState == .serializationFailure)
            #expect(error?.isRetryable == true)
        }
    }

    @Test("what a connection's scope changed is gone when it goes back")
    func reset() async throws {
        try await withTable(configure: { $0.maximumConnections = 1 }) { client in
            let first = try await client.withConnection { connection in
                try await connection.runScript(
                    "SET application_name = 'mine'; CREATE TEMP TABLE temporary (n int); SELECT pg_advisory_lock(7); LISTEN c"
                )
                try await connection.execute("BEGIN")
                try await connection.execute("INSERT INTO t VALUES (1)")
                return connection.backendID
            }
            #expect(try await client.backendID() == first)
            let row = try await client.query(
                """
                SELECT current_setting('application_name'), to_regclass('temporary') IS NULL,
                    (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()),
                    (SELECT count(*) FROM pg_listening_channels())
                """)[0]
            #expect(try row.decode((String, Bool, Int, Int).self) == ("", true, 0, 0))
            try await expectNumbers([], in: client)
        }
    }

    @Test("several transactions on one connection keep its session")
    func connectionTransactions() async throws {
        try await withTable { client in
            try await client.withConnection { connection in
                try await connection.execute("SELECT pg_advisory_lock(9)")
                for number in 1...3 {
                    try await connection.withTransaction { tx in
                        try await tx.execute("INSERT INTO t VALUES (\(number))")
                        #expect(try await tx.backendID() == connection.backendID)
                    }
                }
                await #expect(throws: Refusal()) {
                    try await connection.withTransaction { tx in
                        try await tx.execute("INSERT INTO t VALUES (4)")
                        throw Refusal()
                    }
                }
                try await connection.execute("BEGIN")
                _ = await postgresError(.unsupported) {
                    try await connection.withTransaction { try await $0.query("SELECT 1") }
                }
            }
            try await expectNumbers([1, 2, 3], in: client)
        }
    }

    @Test("a script runs as one transaction unless it says otherwise, and stops at the first error")
    func scripts() async throws {
        try await withTable { client in
            let error = await postgresError(.server) {
                try await client.withConnection {
                    try await $0.runScript("INSERT INTO t VALUES (1); SELECT 1/0; INSERT INTO t VALUES (2)")
                }
            }
            #expect(error?.sqlState == .divisionByZero)
            try await expectNumbers([], in: client)
            try await client.withConnection { connection in
                try await connection.runScript("BEGIN; INSERT INTO t VALUES (1)")
                #expect(try await connection.value("SELECT count(*) FROM t", as: Int.self) == 1)
                try await connection.runScript("COMMIT")
            }
            try await expectNumbers([1], in: client)
        }
    }
}
