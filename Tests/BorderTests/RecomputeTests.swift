import Foundation
import Postgres
import SinergiCore
import Testing

/// Open due dates follow when a calendar or a limit is changed (issue 5, "Clocks"); vectors of domain.md §5.
@Suite("Recomputed due dates", .serialized)
struct RecomputeTests {
    /// A calendar of these tests alone, so that no other suite's clocks move: the national one without joint leave.
    private static let calendar = "border-skb"

    private static func prepare() async throws {
        var script = """
            INSERT INTO directory.calendar (code, name, zone, hours)
            SELECT '\(calendar)', name, zone, hours FROM directory.calendar WHERE code = 'border' ON CONFLICT DO NOTHING;
            DELETE FROM directory.calendar_day WHERE calendar = '\(calendar)';
            INSERT INTO directory.calendar_year SELECT '\(calendar)', year, estimated FROM directory.calendar_year
            WHERE calendar = 'border' ON CONFLICT (calendar, year) DO UPDATE SET estimated = excluded.estimated;

            """
        script += days { $0.kind != .joint }
        try await run(script)
        try await settle()
    }

    /// Days off as a decree lists them.
    private static func days(_ wanted: (CalendarYear.Entry) -> Bool) -> String {
        var script = ""
        for entry in NationalCalendar.years.flatMap(\.entries) where wanted(entry) {
            let name = entry.name.replacingOccurrences(of: "'", with: "''")
            script += """
                INSERT INTO directory.calendar_day (calendar, day, kind, name)
                VALUES ('\(calendar)', '\(entry.day)', '\(entry.kind.rawValue)', '\(name)') ON CONFLICT DO NOTHING;

                """
        }
        return script + "SELECT directory.rebuild_calendar('\(calendar)');\n"
    }

    private static func run(_ script: String) async throws {
        try await Border.superuser { client async throws in
            try await client.withConnection { try await $0.runScript(PostgresScript(script)) }
        }
    }

    /// What the platform's duty does, until nothing is left to do.
    private static func settle() async throws {
        try await Border.superuser { client async throws in
            while try await client.text("SELECT id::text AS value FROM casework.recompute_next(10)") != nil {}
        }
    }

    /// A case whose clocks count in the calendar of these tests, from a day at 08:00.
    private static func opened(_ day: String, kind: String = "complaint") async throws -> UUID {
        let id = UUID.v7()
        try await Border.as(Border.regency) { client async throws in
            _ = try await Moves(client: client).open(id, kind: kind, confidential: kind == "supervisory")
        }
        let start = "\(day) 08:00 Asia/Makassar"
        try await ClockTests.inside(
            """
            UPDATE casework.clock k SET calendar = \(calendar), started_at = \(start)::timestamptz,
                (due_at, provisional) = (SELECT d.due_at, d.provisional
                                         FROM directory.due(\(calendar), \(start)::timestamptz, k.amount, k.unit) d)
            WHERE k.case_id = \(id)
            """)
        return id
    }

    private static func due(_ id: UUID, _ step: String) async throws -> String? {
        try await ClockTests.due(id, step)?.split(separator: " ").dropFirst().first.map(String.init)
    }

    @Test("joint leave that is decreed late moves open dates onto the published vectors")
    func vectors() async throws {
        let vectors: [(received: String, verify: String, first: String, resolve: String, supervisory: String)] = [
            ("2024-04-05", "2024-04-18", "2024-04-22", "2024-05-06", "2024-07-17"),
            ("2025-03-27", "2025-04-10", "2025-04-14", "2025-04-28", "2025-07-11"),
            ("2026-03-17", "2026-03-27", "2026-03-31", "2026-04-14", "2026-06-26"),
            ("2026-05-13", "2026-05-20", "2026-05-22", "2026-06-09", "2026-08-13"),
        ]
        try await Self.prepare()
        var cases: [(plain: UUID, supervisory: UUID)] = []
        for vector in vectors {
            let pair = (
                try await Self.opened(vector.received), try await Self.opened(vector.received, kind: "supervisory")
            )
            #expect(try await Self.due(pair.0, "resolve") ?? "" < vector.resolve, "before the decree")
            cases.append(pair)
        }
        try await Self.run(Self.days { _ in true })
        try await Self.settle()
        for (vector, pair) in zip(vectors, cases) {
            #expect(try await Self.due(pair.plain, "verify") == vector.verify)
            #expect(try await Self.due(pair.plain, "first_answer") == vector.first)
            #expect(try await Self.due(pair.plain, "resolve") == vector.resolve)
            #expect(try await Self.due(pair.supervisory, "resolve") == vector.supervisory)
        }
    }

    @Test(
        "what ends in a year without decree is provisional until the decree is loaded, and reporter and holder are told why"
    )
    func decree() async throws {
        try await Self.prepare()
        let id = try await Self.opened("2026-12-21")
        let before = try #require(try await Self.due(id, "resolve"))
        #expect(before.hasPrefix("2027-01"))
        let provisional: SQL =
            "SELECT provisional::text AS value FROM casework.clock WHERE case_id = \(id) AND step = 'resolve'"
        #expect(try await Border.superuser { try await $0.text(provisional) } == "true")
        try await Self.run(
            """
            UPDATE directory.calendar_year SET estimated = false WHERE calendar = '\(Self.calendar)' AND year = 2027;
            INSERT INTO directory.calendar_day (calendar, day, kind, name)
            VALUES ('\(Self.calendar)', '2027-01-04', 'joint', 'Cuti bersama') ON CONFLICT DO NOTHING;
            SELECT directory.rebuild_calendar('\(Self.calendar)');
            """)
        try await Self.settle()
        #expect(try await Border.superuser { try await $0.text(provisional) } == "false")
        #expect(try await Self.due(id, "resolve") ?? "" > before)
        let (told, offices, change) = try await Border.superuser { client async throws in
            (
                try await client.text(
                    "SELECT visibility || ': ' || body AS value FROM casework.entry WHERE case_id = \(id) AND type = 'due_changed'"
                ),
                try await client.text(
                    """
                    SELECT data ->> 'offices' AS value FROM exchange.message
                    WHERE destination = 9102 AND data ->> 'case_id' = \(id.uuidString.lowercased()) AND data ->> 'event' = 'due_changed'
                    """),
                try await client.text(
                    """
                    SELECT x.reason AS value FROM casework.clock_change x JOIN casework.clock k ON k.id = x.clock
                    WHERE x.case_id = \(id) AND k.step = 'resolve' AND x.change = 'recomputed'
                    """)
            )
        }
        #expect(told?.hasPrefix("reporter: Kalender kerja 2027 sudah ditetapkan. Batas waktu semula ") == true)
        #expect(offices == #"["BKABA/TRI"]"#)
        #expect(change == "Kalender kerja 2027 sudah ditetapkan.")
    }

    @Test("a directory that is loaded again without a change concerns no clock")
    func unchanged() async throws {
        try await Self.prepare()
        let open: SQL = "SELECT count(*) AS value FROM casework.recomputation WHERE calendar = \(Self.calendar)"
        let before = try await Border.superuser { try await $0.number(open) }
        try await Self.run("SELECT directory.rebuild_calendar('\(Self.calendar)')")
        #expect(try await Border.superuser { try await $0.number(open) } == before)
    }

    @Test("a limit that is changed for the day of receipt moves the date; days granted on top stay granted")
    func limit() async throws {
        try await Self.prepare()
        try await Self.run(Self.days { _ in true })
        try await Self.settle()
        let id = try await Self.opened("2026-11-20")
        #expect(try await Self.due(id, "resolve") == "2026-12-10")
        try await ClockTests.inside(
            """
            UPDATE casework.clock SET extra = 2, due_at = (SELECT d.due_at FROM directory.due_with(calendar, started_at, amount, unit, 2) d)
            WHERE case_id = \(id) AND step = 'resolve'
            """)
        #expect(try await Self.due(id, "resolve") == "2026-12-14")
        // Within a transaction that is taken back: the limit holds for every suite.
        let moved = try await Border.superuser { client async throws in
            var found: String?
            do {
                try await client.withTransaction { transaction in
                    _ = try await transaction.query(
                        """
                        INSERT INTO directory.service_level (kind, step, amount, unit, legal_basis, valid_from)
                        VALUES ('complaint', 'resolve', 10, 'working_days', 'Perbup 1/2026', '2026-11-01')
                        """)
                    let noticed = try await transaction.text(
                        "SELECT limit_name AS value FROM casework.recomputation WHERE finished_at IS NULL AND calendar IS NULL"
                    )
                    #expect(noticed == "resolve")
                    _ = try await transaction.query(
                        "SELECT * FROM casework._recompute_case(\(id), NULL, 'resolve', NULL)")
                    found = try await transaction.text(
                        """
                        SELECT (k.due_at AT TIME ZONE 'Asia/Makassar')::date || ' ' || x.reason AS value
                        FROM casework.clock k JOIN casework.clock_change x ON x.clock = k.id
                        WHERE k.case_id = \(id) AND k.step = 'resolve' ORDER BY x.id DESC LIMIT 1
                        """)
                    throw TakenBack()
                }
            } catch is TakenBack {}
            return found
        }
        #expect(moved == "2026-12-08 Batas waktu diubah (Perbup 1/2026).")
        #expect(try await Self.due(id, "resolve") == "2026-12-14")
    }

    private struct TakenBack: Error {}

    @Test("no agency may run it")
    func operatorsOnly() async throws {
        for statement: SQL in [
            "SELECT * FROM casework.recompute_next(1)", "SELECT * FROM casework.recompute_preview(NULL, 1)",
            "SELECT * FROM casework.recomputation",
        ] {
            #expect(
                await failure { try await Border.as(Border.regency) { _ = try await $0.query(statement) } } == "42501")
        }
    }
}
