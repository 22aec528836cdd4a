import Foundation
import Logging
import Postgres
import Testing

@testable import PostgresMigrations

@Suite("Migrations on a server")
struct MigrationsServerTests {
    private static let logger = Logger(label: "migrations", factory: { _ in SwiftLogNoOpLogHandler() })

    /// A database of its own for one test.
    private static func withDatabase(_ body: (String) async throws -> Void) async throws {
        guard let text = ProcessInfo.processInfo.environment["SINERGI_TEST_DATABASE_URL"],
            var parts = URLComponents(string: text)
        else {
            Issue.record("Set SINERGI_TEST_DATABASE_URL to a superuser's URL.")
            return
        }
        let name = "migrations_\(UUID().uuidString.lowercased().prefix(8))"
        let identifier = PostgresIdentifier(name)
        parts.path = "/" + name
        let url = parts.string ?? text
        try await PostgresClient.withClient(url: text) {
            _ = try await $0.query("CREATE DATABASE \(identifier: identifier)")
        }
        do {
            try await body(url)
        } catch {
            Issue.record(error)
        }
        try await PostgresClient.withClient(url: text) {
            _ = try await $0.query("DROP DATABASE \(identifier: identifier) WITH (FORCE)")
        }
    }

    private static func group(_ scripts: [String]) throws -> [MigrationGroup] {
        [
            try MigrationGroup(
                name: "test",
                migrations: scripts.enumerated().map { Migration(number: $0.offset + 1, name: "step", sql: $0.element) }
            )
        ]
    }

    private static func migrate(_ url: String, _ scripts: [String], attempts: Int = 30) async throws -> [Int] {
        let groups = try group(scripts)
        return try await PostgresClient.withClient(url: url) { client in
            try await Migrator(client: client, groups: groups, logger: logger, attempts: attempts).migrate()
                .map(\.migration.number)
        }
    }

    private static func pending(_ url: String, _ scripts: [String]) async throws -> [Int] {
        let groups = try group(scripts)
        return try await PostgresClient.withClient(url: url) { client in
            try await Migrator.pending(groups, in: client).map(\.migration.number)
        }
    }

    @Test("each script is applied once, and a service can see what is missing")
    func once() async throws {
        try await Self.withDatabase { url in
            let scripts = ["CREATE TABLE a (x int); INSERT INTO a VALUES (1);", "INSERT INTO a VALUES (2);"]
            #expect(try await Self.pending(url, scripts) == [1, 2])
            #expect(try await Self.migrate(url, Array(scripts.prefix(1))) == [1])
            #expect(try await Self.pending(url, scripts) == [2])
            #expect(try await Self.migrate(url, scripts) == [2])
            #expect(try await Self.migrate(url, scripts) == [])
            #expect(try await Self.pending(url, scripts) == [])
            let count = try await PostgresClient.withClient(url: url) {
                try await $0.query("SELECT count(*) AS value FROM a").first?.decode("value", as: Int.self)
            }
            #expect(count == 2)
        }
    }

    @Test("of migrators that start together each step is one's")
    func together() async throws {
        try await Self.withDatabase { url in
            let scripts = (1...6).map { "CREATE TABLE t\($0) (x int); SELECT pg_sleep(0.02);" }
            let done = try await withThrowingTaskGroup(of: [Int].self) { group in
                for _ in 0..<4 { group.addTask { try await Self.migrate(url, scripts) } }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(done.sorted() == [1, 2, 3, 4, 5, 6])
        }
    }

    @Test("a failing script leaves nothing of itself and everything before it")
    func failing() async throws {
        try await Self.withDatabase { url in
            let scripts = ["CREATE TABLE a (x int);", "CREATE TABLE b (x int); SELECT 1 / 0;"]
            await #expect(throws: PostgresError.self) { try await Self.migrate(url, scripts) }
            #expect(try await Self.pending(url, scripts) == [2])
            let b = try await PostgresClient.withClient(url: url) {
                try await $0.query("SELECT to_regclass('b') IS NULL AS value").first?.decode("value", as: Bool.self)
            }
            #expect(b == true)
            #expect(try await Self.migrate(url, [scripts[0], "CREATE TABLE b (x int);"]) == [2])
        }
    }

    @Test("a changed script stops the migrator and every service")
    func changed() async throws {
        try await Self.withDatabase { url in
            _ = try await Self.migrate(url, ["CREATE TABLE a (x int);"])
            let error = await #expect(throws: MigrationError.self) {
                try await Self.migrate(url, ["CREATE TABLE a (x bigint);"])
            }
            #expect(error?.code == .changed)
            await #expect(throws: MigrationError.self) { try await Self.pending(url, ["CREATE TABLE a (x bigint);"]) }
        }
    }

    @Test(
        "changed definitions are applied again, also in a ledger from before revisions, and may name what comes later")
    func definitions() async throws {
        try await Self.withDatabase { url in
            let first = ["CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';"]
            #expect(try await Self.migrate(url, first) == [1])
            let second = [
                "-- definitions 1\nCREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT x FROM later';",
                "CREATE TABLE later AS SELECT 2 AS x;",
            ]
            try await PostgresClient.withClient(url: url) { client in
                _ = try await client.query("ALTER TABLE platform.migration DROP COLUMN revision")
            }
            #expect(try await Self.pending(url, second) == [1, 2])
            #expect(try await Self.migrate(url, second) == [1, 2])
            #expect(try await Self.pending(url, second) == [])
            let value = try await PostgresClient.withClient(url: url) {
                try await $0.query("SELECT f() AS value").first?.decode("value", as: Int32.self)
            }
            #expect(value == 2)
        }
    }

    @Test("a concurrent script runs outside a transaction, statement by statement")
    func concurrent() async throws {
        try await Self.withDatabase { url in
            let scripts = [
                "CREATE TABLE a (x int);",
                """
                -- concurrent
                DROP INDEX CONCURRENTLY IF EXISTS a_x;
                -- next
                CREATE INDEX CONCURRENTLY a_x ON a (x);
                """,
            ]
            #expect(try await Self.migrate(url, scripts) == [1, 2])
            let valid = try await PostgresClient.withClient(url: url) {
                try await $0.query("SELECT indisvalid AS value FROM pg_index WHERE indexrelid = 'a_x'::regclass").first?
                    .decode(
                        "value", as: Bool.self)
            }
            #expect(valid == true)
        }
    }

    @Test("a script that takes another role does not write the ledger as that role")
    func roles() async throws {
        try await Self.withDatabase { url in
            let done = try await Self.migrate(url, ["SET LOCAL ROLE pg_monitor; SELECT 1;"])
            #expect(done == [1])
        }
    }

    @Test("a locked table is waited for in short attempts")
    func locked() async throws {
        try await Self.withDatabase { url in
            _ = try await Self.migrate(url, ["CREATE TABLE a (x int);"])
            let scripts = ["CREATE TABLE a (x int);", "ALTER TABLE a ADD COLUMN y int;"]
            try await PostgresClient.withClient(url: url) { client in
                try await client.withTransaction { transaction in
                    _ = try await transaction.query("LOCK TABLE a")
                    let error = await #expect(throws: MigrationError.self) {
                        try await Self.migrate(url, scripts, attempts: 1)
                    }
                    #expect(error?.code == .locked)
                }
            }
            #expect(try await Self.migrate(url, scripts) == [2])
        }
    }
}
