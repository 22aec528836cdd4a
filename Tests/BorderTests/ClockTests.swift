import Foundation
import Postgres
import SinergiCore
import Testing

/// Limits that run on a case and its parts (product.md §1.8, design.md §5).
@Suite("Clocks", .serialized)
struct ClockTests {
    /// The due dates of a case's clocks by step, in the calendar's own zone.
    static func due(_ id: UUID, _ step: String) async throws -> String? {
        try await Border.superuser { client async throws in
            try await client.text(
                """
                SELECT k.state || ' ' || to_char(k.due_at AT TIME ZONE 'Asia/Makassar', 'YYYY-MM-DD HH24:MI') AS value
                FROM casework.clock k WHERE k.case_id = \(id) AND k.step = \(step) ORDER BY k.id DESC LIMIT 1
                """)
        }
    }

    /// Runs statements as the gate would inside a move.
    static func inside(_ statement: SQL) async throws {
        try await Border.superuser { client async throws in _ = try await client.query(statement) }
    }

    /// A case of the regency, received on Friday 20 November 2026 at 16:00.
    static func opened(_ id: UUID = .v7()) async throws -> UUID {
        try await Border.as(Border.regency) { client async throws in
            _ = try await Moves(client: client).open(id)
        }
        // The clock of the case starts in the past, where the calendar is known.
        try await inside(
            """
            UPDATE casework.clock k SET started_at = '2026-11-20T08:00:00Z',
                due_at = (SELECT d.due_at FROM directory.due(k.calendar, '2026-11-20T08:00:00Z', k.amount, k.unit) d)
            WHERE k.case_id = \(id)
            """)
        return id
    }

    @Test("what is paused is given back in working days, at the closing hour, and recorded with its reason")
    func givesBackWorkingDays() async throws {
        let id = try await Self.opened()
        #expect(try await Self.due(id, "resolve") == "running 2026-12-10 16:00")
        // Tuesday morning to Friday morning: three working days.
        try await Self.inside(
            "SELECT casework._pause_clocks(\(id), NULL, '2026-11-24T02:00:00Z', 'Menunggu pelapor')")
        #expect(try await Self.due(id, "resolve") == "paused 2026-12-10 16:00")
        try await Self.inside("SELECT casework._resume_clocks(\(id), '2026-11-27T02:00:00Z')")
        #expect(try await Self.due(id, "resolve") == "running 2026-12-15 16:00")
        let changes = try await Border.as(Border.regency) { client async throws in
            try await client.texts(
                """
                SELECT x.change || ' ' || x.reason AS value FROM casework.clock_change x JOIN casework.clock k ON k.id = x.clock
                WHERE x.case_id = \(id) AND k.step = 'resolve' ORDER BY x.id
                """)
        }
        #expect(changes == ["paused Menunggu pelapor", "resumed Menunggu pelapor"])
    }

    @Test("a week-end and a holiday inside a pause give nothing back")
    func givesNothingBackForHolidays() async throws {
        let id = try await Self.opened()
        try await Self.inside(
            "SELECT casework._pause_clocks(\(id), ARRAY['resolve'], '2026-11-27T10:00:00Z', 'Menunggu pelapor')")
        try await Self.inside("SELECT casework._resume_clocks(\(id), '2026-11-29T10:00:00Z')")
        #expect(try await Self.due(id, "resolve") == "running 2026-12-10 16:00")
    }

    @Test("a pause without a reason is refused")
    func needsReason() async throws {
        let id = try await Self.opened()
        #expect(
            await failure { try await Self.inside("SELECT casework._pause_clocks(\(id), NULL, now(), ' ')") }
                == "SN422")
    }
}
