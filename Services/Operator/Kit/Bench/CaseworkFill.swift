import Foundation
import Postgres

/// Fills a scratch database with cases, set by set.
struct CaseworkFill {
    /// The agency that is measured; one of twenty, so it holds a twentieth of the cases.
    static let agency = 9001
    static let role = PostgresIdentifier("s_9001_routing")
    private static let batch = 100_000

    /// With two connections.
    let client: PostgresClient

    func makeRole() async throws {
        let found = try await client.query("SELECT 1 AS found FROM pg_roles WHERE rolname = \(Self.role.name)")
        if found.isEmpty {
            try await client.execute("CREATE ROLE \(identifier: Self.role) NOLOGIN IN ROLE sinergi_routing")
        }
    }

    /// Whether an earlier run has filled the database to the end and kept it.
    func isThere() async throws -> Bool {
        try await !client.query("SELECT 1 AS found WHERE to_regclass('public.bench_done') IS NOT NULL").isEmpty
    }

    func run(cases: Int, progress: @escaping @Sendable (String) -> Void) async throws {
        let before = try Self.script("bench-casework-before")
        try await bulk { try await $0.runScript(before) }
        try await together { lane in
            try await bulk { connection in
                for from in stride(from: lane * Self.batch, to: cases, by: 2 * Self.batch) {
                    let to = min(from + Self.batch, cases) - 1
                    _ = try await connection.query("SELECT public.bench_fill(\(Int32(from)), \(Int32(to)))")
                    progress("\(to + 1) of \(cases) cases")
                }
            }
        }
        progress("building indexes")
        // Those of words take as long as all others together.
        let made = try await client.query(
            "SELECT definition, strpos(definition, ' USING gin ') > 0 AS words FROM public.bench_index ORDER BY name")
        let indexes = try made.map {
            (try $0.decode("definition", as: String.self), try $0.decode("words", as: Bool.self))
        }
        try await together { lane in
            try await bulk { connection in
                for (definition, words) in indexes where words == (lane == 0) {
                    try await connection.runScript(PostgresScript(definition))
                }
            }
        }
        for statement in try Self.lines("bench-casework-after") {
            try await bulk { try await $0.runScript(statement) }
        }
    }

    /// Triggers and foreign keys check what is right by construction here.
    private func bulk(_ work: @Sendable (PostgresConnection) async throws -> Void) async throws {
        try await client.withConnection { connection in
            try await connection.runScript("SET session_replication_role = replica")
            try await connection.runScript("SET synchronous_commit = off")
            try await connection.runScript("SET maintenance_work_mem = '1GB'")
            try await work(connection)
            try await connection.runScript("SET session_replication_role = origin")
        }
    }

    private func together(_ work: @escaping @Sendable (_ lane: Int) async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<2 { group.addTask { try await work(lane) } }
            try await group.waitForAll()
        }
    }

    private static func text(_ name: String) throws -> String {
        guard let url = Bundle.module.url(forResource: name, withExtension: "sql", subdirectory: "Resources") else {
            throw OperatorError("\(name).sql is missing from the program's resources")
        }
        return try String(contentsOf: url, encoding: .utf8)
    }

    private static func script(_ name: String) throws -> PostgresScript { PostgresScript(try text(name)) }

    /// One script for each statement: VACUUM will not run beside others.
    private static func lines(_ name: String) throws -> [PostgresScript] {
        try text(name).split(separator: ";\n").map { PostgresScript(String($0)) }
    }
}
