import Foundation
import Postgres

/// Fills a scratch database with cases, set by set.
struct CaseworkFill {
    /// The agency that is measured; one of twenty, so it holds a twentieth of the cases.
    static let agency = 9001
    static let role = PostgresIdentifier("s_9001_routing")
    private static let batch = 250_000

    let client: PostgresClient

    func run(cases: Int, progress: @Sendable (String) -> Void) async throws {
        let found = try await client.query("SELECT 1 AS found FROM pg_roles WHERE rolname = \(Self.role.name)")
        if !found.isEmpty { try await client.execute("DROP ROLE \(identifier: Self.role)") }
        try await client.execute("CREATE ROLE \(identifier: Self.role) NOLOGIN IN ROLE sinergi_routing")
        try await client.withConnection { connection in
            // Triggers and foreign keys check what is right by construction here.
            try await connection.runScript("SET session_replication_role = replica")
            try await connection.runScript("SET synchronous_commit = off")
            try await connection.runScript(try Self.script("bench-casework-before"))
            for from in stride(from: 0, to: cases, by: Self.batch) {
                let to = min(from + Self.batch, cases) - 1
                for statement in Self.statements(from, to) { _ = try await connection.query(statement) }
                progress("\(to + 1) of \(cases) cases")
            }
            progress("building indexes")
            for statement in try Self.lines("bench-casework-after") { try await connection.runScript(statement) }
            try await connection.runScript("SET session_replication_role = origin")
        }
    }

    /// Case n belongs to agency n modulo 20 and its unit; every tenth is open. Two entries, two clocks, one handoff, one link.
    private static func statements(_ from: Int, _ to: Int) -> [SQL] {
        [
            """
            INSERT INTO casework."case" (id, origin, tracking_code, version, status, kind, category, title, description, area_code,
                anonymous, confidential, language, lead_office, holder_office, held_since, received_at, resolve_due, created_at,
                updated_at, history_count, history_head)
            SELECT directory.uuid7(now() - (n || ' seconds')::interval), 9001 + n % 20, 'BENCH-' || lpad(n::text, 10, '0'), 3,
                CASE WHEN n / 20 % 10 = 0 THEN 'in_progress' ELSE 'closed' END, 'complaint', 'roads.damage', t.title, t.description,
                '64.09', false, false, 'id', o.id, o.id, now(), now() - (n || ' seconds')::interval,
                now() + ((hashint4(n) % 1000000) || ' seconds')::interval, now(), now(), 1, sha256(int4send(n))
            FROM generate_series(\(Int32(from)), \(Int32(to))) n
            JOIN public.bench_text t ON t.number = (hashint4(n) & 2147483647) % 2000
            JOIN public.bench_office o ON o.agency = 9001 + n % 20 AND o.place = n / 200 % 11
            """,
            """
            INSERT INTO casework.participation (id, agency, case_id, office, office_code, role, state, since, due_at, tracking_code, title,
                status, kind, category, area_code, priority, confidential, lead_office, received_at, case_due_at, updated_at, words)
            SELECT directory.uuid7(c.received_at), o.agency, c.id, o.id, o.code, r.role,
                CASE WHEN c.status = 'closed' THEN 'finished' ELSE 'active' END, c.received_at,
                CASE r.role WHEN 'lead' THEN c.resolve_due END, c.tracking_code, c.title, c.status, c.kind, c.category, c.area_code,
                'normal', false, c.lead_office, c.received_at, c.resolve_due, c.updated_at,
                CASE r.role WHEN 'lead' THEN t.words || array_to_tsvector(ARRAY['§' || o.agency, lower(c.tracking_code)]) END
            FROM casework."case" c
            JOIN public.bench_text t ON t.number = (hashint4(right(c.tracking_code, 10)::int) & 2147483647) % 2000
            CROSS JOIN (VALUES ('lead', 0), ('origin', 1)) AS r(role, front)
            JOIN public.bench_office o ON CASE r.front WHEN 0 THEN o.id = c.lead_office ELSE o.agency = c.origin AND o.place = 0 END
            WHERE c.tracking_code BETWEEN 'BENCH-' || lpad(\(Int32(from))::text, 10, '0') AND 'BENCH-' || lpad(\(Int32(to))::text, 10, '0')
            """,
            """
            INSERT INTO casework.entry (id, case_id, seq, at, agency, office, type, status, visibility)
            SELECT directory.uuid7(c.received_at), c.id, s.seq, c.received_at, c.origin, c.lead_office, s.type, c.status, 'reporter'
            FROM casework."case" c, (VALUES (1, 'received'), (2, 'verified')) AS s(seq, type)
            WHERE c.tracking_code BETWEEN 'BENCH-' || lpad(\(Int32(from))::text, 10, '0') AND 'BENCH-' || lpad(\(Int32(to))::text, 10, '0')
            """,
            """
            INSERT INTO casework.clock (id, case_id, step, office, started_at, due_at, state, provisional, limit_name, calendar, amount, unit)
            SELECT directory.uuid7(c.received_at), c.id, s.step, c.lead_office, c.received_at, c.resolve_due, 'stopped', false, s.step,
                'bench', 14, 'working_days'
            FROM casework."case" c, (VALUES ('verify'), ('resolve')) AS s(step)
            WHERE c.tracking_code BETWEEN 'BENCH-' || lpad(\(Int32(from))::text, 10, '0') AND 'BENCH-' || lpad(\(Int32(to))::text, 10, '0')
            """,
            """
            INSERT INTO casework.handoff (id, case_id, from_office, to_office, from_agency, to_agency, role, state, hop, offered_at)
            SELECT directory.uuid7(c.received_at), c.id, c.lead_office, c.lead_office, c.origin, c.origin, 'lead', 'accepted', 1, c.received_at
            FROM casework."case" c
            WHERE c.tracking_code BETWEEN 'BENCH-' || lpad(\(Int32(from))::text, 10, '0') AND 'BENCH-' || lpad(\(Int32(to))::text, 10, '0')
            """,
        ]
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
