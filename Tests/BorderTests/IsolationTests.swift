import Foundation
import Postgres
import SinergiCore
import Tenancy
import Testing

/// For every table: an agency that has no part sees nothing, changes nothing, and can neither insert in another's name,
/// nor lock, nor forge. Tables are read from the catalogue, so a new one is tested from its first day.
@Suite("Isolation", .serialized)
struct IsolationTests {
    private static let stranger = Border.stranger
    private static let denied = "42501"

    @Test("every table has a row of the regency to hide")
    func somethingToHide() async throws {
        try await FilledDatabase.ready()
        for table in try await BorderTable.all() {
            let count = try await Border.superuser { client async throws in
                try await client.number(
                    table.hasAgency
                        ? "SELECT count(*) AS value FROM \(table.sql) WHERE agency = 9102"
                        : "SELECT count(*) AS value FROM \(table.sql)")
            }
            #expect((count ?? 0) > 0, "\(table): add a row to FilledDatabase")
        }
    }

    @Test("sees nothing", arguments: ServiceName.allCases)
    func seesNothing(service: ServiceName) async throws {
        try await FilledDatabase.ready()
        for table in try await BorderTable.all() {
            // Agency 0 is everybody's wording, not somebody's.
            let others: SQL =
                table.hasAgency
                ? "SELECT count(*) AS value FROM \(table.sql) WHERE agency NOT IN (0, 9104)"
                : "SELECT count(*) AS value FROM \(table.sql)"
            try await Border.as(Self.stranger, service) { client async throws in
                var seen: Int? = nil
                let state = await failure { seen = try await client.number(others) }
                #expect(state == Self.denied || seen == 0, "\(table) as \(service)")
            }
        }
    }

    @Test("changes nothing", arguments: ServiceName.allCases)
    func changesNothing(service: ServiceName) async throws {
        try await FilledDatabase.ready()
        let login = Self.stranger.login(service)
        for table in try await BorderTable.all() {
            let writable = try await table.columns(login, may: "UPDATE")
            try await Border.as(Self.stranger, service) { client async throws in
                for column in writable.isEmpty ? Array(table.columns.prefix(1)) : writable {
                    let name = PostgresIdentifier(column)
                    var changed = 0
                    let state = await failure {
                        changed = try await client.execute(
                            "UPDATE \(table.sql) SET \(identifier: name) = \(identifier: name)")
                    }
                    #expect(changed == 0 && (state == nil || state == Self.denied), "\(table).\(column) as \(service)")
                }
                for statement: SQL in [
                    "DELETE FROM \(table.sql)", "TRUNCATE \(table.sql)",
                    "ALTER TABLE \(table.sql) DISABLE ROW LEVEL SECURITY",
                    "DROP TABLE \(table.sql)", "CREATE POLICY mine ON \(table.sql) USING (true)",
                    "CREATE INDEX ON \(table.sql) ((1))",
                ] {
                    let state = await failure { _ = try await client.query(statement) }
                    #expect(state == Self.denied, "\(table) as \(service): \(statement)")
                }
            }
        }
    }

    @Test("locks nothing", arguments: ServiceName.allCases)
    func locksNothing(service: ServiceName) async throws {
        try await FilledDatabase.ready()
        for table in try await BorderTable.all() {
            try await Border.as(Self.stranger, service) { client async throws in
                // ROW EXCLUSIVE is what every INSERT takes anyway and stops nobody's reading or writing.
                for mode: SQL in [
                    "SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE",
                ] {
                    let state = await failure {
                        try await client.withTransaction {
                            _ = try await $0.query("LOCK TABLE \(table.sql) IN \(mode) MODE")
                        }
                    }
                    #expect(state == Self.denied, "\(table) as \(service) in \(mode)")
                }
                for strength: SQL in ["UPDATE", "NO KEY UPDATE", "SHARE", "KEY SHARE"] {
                    var locked = 0
                    let state = await failure {
                        locked = try await client.query("SELECT 1 AS one FROM \(table.sql) FOR \(strength)").count
                    }
                    #expect(state == Self.denied || locked == 0, "\(table) as \(service) for \(strength)")
                }
            }
        }
    }

    @Test("inserts nothing in another's name", arguments: ServiceName.allCases)
    func forgesNothing(service: ServiceName) async throws {
        try await FilledDatabase.ready()
        let login = Self.stranger.login(service)
        for table in try await BorderTable.all() {
            let theirs = try await Border.superuser { client async throws in
                try await client.text(
                    table.hasAgency
                        ? "SELECT to_jsonb(t)::text AS value FROM \(table.sql) t WHERE agency = 9102 LIMIT 1"
                        : "SELECT to_jsonb(t)::text AS value FROM \(table.sql) t LIMIT 1")
            }
            let row = try #require(theirs)
            let writable = try await table.columns(login, may: "INSERT")
            let columns = BorderTable.list(writable.isEmpty ? table.columns : writable)
            try await Border.as(Self.stranger, service) { client async throws in
                let state = await failure {
                    _ = try await client.query(
                        """
                        INSERT INTO \(table.sql) (\(columns))
                        SELECT \(columns) FROM jsonb_populate_record(NULL::\(table.sql), \(row)::jsonb)
                        """)
                }
                #expect(state == Self.denied, "\(table) as \(service)")
            }
        }
    }

    @Test("a part shows the shared work and none of the other's own")
    func partialSight() async throws {
        let id = UUID.v7()
        let handoff = UUID.v7()
        try await Border.as(Border.regency) { client async throws in
            let moves = Moves(client: client)
            _ = try await moves.open(id)
            _ = try await moves.assign(id, officer: BorderFixture.officer(of: Border.regency))
            _ = try await client.query(
                "SELECT casework.note(\(UUID.v7()), \(id), 'Ani', NULL, 'agency', 'Rahasia kantor')::text AS value")
            _ = try await client.query(
                "SELECT casework.note(\(UUID.v7()), \(id), 'Ani', NULL, 'participants', 'Untuk semua pihak')::text AS value"
            )
            _ = try await moves.offer(id, to: "BKABB", handoff: handoff)
        }
        try await Border.as(Border.neighbour) { client async throws in
            _ = try await Moves(client: client).accept(handoff)
            #expect(try await Moves(client: client).sees(id))
            let notes = try await client.texts(
                "SELECT body AS value FROM casework.entry WHERE case_id = \(id) AND type = 'note' ORDER BY seq")
            #expect(notes == ["Untuk semua pihak"])
            #expect(try await client.query("SELECT 1 AS one FROM casework.assignment WHERE case_id = \(id)").isEmpty)
            let own = try await client.texts(
                "SELECT DISTINCT agency::text AS value FROM casework.participation WHERE case_id = \(id)")
            #expect(own == ["9103"])
            let persons = try await client.query(
                "SELECT 1 AS one FROM casework.parties(\(id)) WHERE agency <> 9103 AND officer_name IS NOT NULL")
            #expect(persons.isEmpty)
            let parties = try await client.texts(
                "SELECT DISTINCT agency::text AS value FROM casework.parties(\(id)) ORDER BY 1")
            #expect(parties == ["9102", "9103"])
        }
        try await Border.as(Border.regency) { client async throws in
            // A draft of the new lead is its own until it is published.
            let answer = UUID.v7()
            try await Border.as(Border.neighbour) { client async throws in
                _ = try await client.query(
                    """
                    SELECT casework.draft_answer(\(answer), \(id), 'Budi', NULL, NULL, 'Konsep jawaban yang belum disetujui.', false)::text
                        AS value
                    """)
            }
            #expect(try await client.query("SELECT 1 AS one FROM casework.answer WHERE id = \(answer)").isEmpty)
        }
    }

    @Test("definer functions say nothing about cases without a part")
    func definersHide() async throws {
        let id = UUID.v7()
        let handoff = UUID.v7()
        try await Border.as(Border.regency) { client async throws in
            let moves = Moves(client: client)
            _ = try await moves.open(id)
            _ = try await moves.offer(id, to: "BKABB", handoff: handoff)
        }
        try await Border.superuser { client async throws in
            _ = try await client.query(
                "UPDATE casework.clock SET due_at = now() - interval '1 hour' WHERE case_id = \(id) AND step = 'offer'")
        }
        let clock = try await Border.superuser { client async throws in
            try await client.query("SELECT id FROM casework.clock WHERE case_id = \(id) AND step = 'offer'").first?
                .decode(
                    "id", as: UUID.self)
        }
        try await Border.as(Border.stranger) { client async throws in
            let moves = Moves(client: client)
            let refused: [(String, () async throws -> Void)] = [
                ("accept", { _ = try await moves.accept(handoff) }),
                ("decline", { _ = try await moves.decline(handoff, to: "unknown") }),
                ("recall", { _ = try await moves.recall(handoff) }),
                ("verify", { _ = try await moves.verify(id) }),
                ("offer", { _ = try await moves.offer(id, to: "BASING") }),
                ("assign", { _ = try await moves.assign(id, officer: BorderFixture.officer(of: Border.stranger)) }),
                ("confirm", { _ = try await moves.confirm(id) }),
                ("dispute", { _ = try await moves.dispute(id) }),
                ("arbitrate", { _ = try await moves.arbitrate(id, lead: "BASING") }),
                ("open", { _ = try await moves.open(id) }),
                ("history", { _ = try await client.query("SELECT * FROM casework.verify_history(\(id))") }),
            ]
            for (name, call) in refused {
                #expect(await failure(call) == "SN404", "\(name)")
            }
            #expect(try await client.query("SELECT 1 AS one FROM casework.parties(\(id))").isEmpty)
            #expect(try await client.text("SELECT casework.reporter_view(\(id))::text AS value") == nil)
            #expect(try await client.query("SELECT 1 AS one FROM casework.overdue(1000)").isEmpty)
            #expect(try await client.text("SELECT casework.expire(\(clock))::text AS value") == nil)
        }
        let state = try await Border.superuser { client async throws in
            try await client.text("SELECT state AS value FROM casework.handoff WHERE id = \(handoff)")
        }
        #expect(state == "offered")
    }
}
