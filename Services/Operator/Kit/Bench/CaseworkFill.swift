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

    /// Case n belongs to agency n modulo 20 and its unit; every tenth is open. Two entries, two clocks, one handoff. Each batch is made once
    /// and copied from there: looking its cases up again would read the whole table for every batch.
    private static func statements(_ from: Int, _ to: Int) -> [SQL] {
        [
            "TRUNCATE public.bench_batch",
            """
            INSERT INTO public.bench_batch (n, id, agency, office, office_code, front, front_code, is_open, received_at, due_at, code, title,
                description, words)
            SELECT n, directory.uuid7(now() - (n || ' seconds')::interval), 9001 + n % 20, o.id, o.code, f.id, f.code, n / 20 % 10 = 0,
                now() - (n || ' seconds')::interval, now() + ((hashint4(n) % 1000000) || ' seconds')::interval,
                'BENCH-' || lpad(n::text, 10, '0'), t.title, t.description, t.words
            FROM generate_series(\(Int32(from)), \(Int32(to))) n
            JOIN public.bench_text t ON t.number = (hashint4(n) & 2147483647) % 2000
            JOIN public.bench_office o ON o.agency = 9001 + n % 20 AND o.place = n / 200 % 11
            JOIN public.bench_office f ON f.agency = 9001 + n % 20 AND f.place = 0
            """,
            """
            INSERT INTO casework."case" (id, origin, tracking_code, version, status, kind, category, title, description, area_code,
                anonymous, confidential, language, lead_office, holder_office, held_since, received_at, resolve_due, created_at,
                updated_at, history_count, history_head)
            SELECT b.id, b.agency, b.code, 3, CASE WHEN b.is_open THEN 'in_progress' ELSE 'closed' END, 'complaint', 'roads.damage', b.title,
                b.description, '64.09', false, false, 'id', b.office, b.office, now(), b.received_at, b.due_at, now(), now(), 1,
                sha256(int4send(b.n))
            FROM public.bench_batch b
            """,
            """
            INSERT INTO casework.participation (id, agency, case_id, office, office_code, role, state, since, due_at, tracking_code, title,
                status, kind, category, area_code, priority, confidential, lead_office, received_at, case_due_at, updated_at, words)
            SELECT gen_random_uuid(), b.agency, b.id, CASE WHEN r.leads THEN b.office ELSE b.front END,
                CASE WHEN r.leads THEN b.office_code ELSE b.front_code END, CASE WHEN r.leads THEN 'lead' ELSE 'origin' END,
                CASE WHEN b.is_open THEN 'active' ELSE 'finished' END, b.received_at, CASE WHEN r.leads THEN b.due_at END, b.code, b.title,
                CASE WHEN b.is_open THEN 'in_progress' ELSE 'closed' END, 'complaint', 'roads.damage', '64.09', 'normal', false, b.office,
                b.received_at, b.due_at, now(),
                CASE WHEN r.leads THEN b.words || array_to_tsvector(ARRAY['§' || b.agency, lower(b.code)]) END
            FROM public.bench_batch b CROSS JOIN (VALUES (true), (false)) AS r(leads)
            """,
            """
            INSERT INTO casework.entry (id, case_id, seq, at, agency, office, type, status, visibility)
            SELECT gen_random_uuid(), b.id, s.seq, b.received_at, b.agency, b.office, s.type,
                CASE WHEN b.is_open THEN 'in_progress' ELSE 'closed' END, 'reporter'
            FROM public.bench_batch b, (VALUES (1, 'received'), (2, 'verified')) AS s(seq, type)
            """,
            """
            INSERT INTO casework.clock (id, case_id, step, office, started_at, due_at, state, provisional, limit_name, calendar, amount, unit)
            SELECT gen_random_uuid(), b.id, s.step, b.office, b.received_at, b.due_at, 'stopped', false, s.step, 'bench', 14, 'working_days'
            FROM public.bench_batch b, (VALUES ('verify'), ('resolve')) AS s(step)
            """,
            """
            INSERT INTO casework.handoff (id, case_id, from_office, to_office, from_agency, to_agency, role, state, hop, offered_at)
            SELECT gen_random_uuid(), b.id, b.office, b.office, b.agency, b.agency, 'lead', 'accepted', 1, b.received_at
            FROM public.bench_batch b
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
