import Foundation
import Logging
import Postgres
import SinergiCore
import Tenancy
import Testing

/// What is written once in SinergiCore and once in SQL is held equal here.
@Suite("Mirrors", .serialized)
struct MirrorTests {
    @Test("the database's transition table is SinergiCore's")
    func transitions() async throws {
        let rows = try await Border.as(Border.regency) { client async throws in
            try await client.texts(
                "SELECT from_status || ' ' || move || ' ' || to_status AS value FROM casework.transition")
        }
        let expected = TransitionTable.rows.map { "\($0.from?.rawValue ?? "") \($0.move.rawValue) \($0.to.rawValue)" }
        #expect(Set(rows) == Set(expected))
        #expect(rows.count == expected.count)
    }

    @Test("the database's states and outcomes are SinergiCore's")
    func vocabularies() async throws {
        let checks = try await Border.superuser { client async throws in
            try await client.texts(
                """
                SELECT pg_get_constraintdef(oid) AS value FROM pg_constraint
                WHERE conrelid = 'casework."case"'::regclass AND contype = 'c'
                """)
        }
        func words(_ column: String) -> Set<String> {
            let check = checks.first { $0.hasPrefix("CHECK ((\(column) = ANY") } ?? ""
            return Set(
                check.split(separator: "'").enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) })
        }
        #expect(words("status") == Set(CaseStatus.allCases.map(\.rawValue)))
        #expect(words("outcome") == Set(Outcome.allCases.map(\.rawValue)))
        #expect(words("kind") == Set(Kind.allCases.map(\.rawValue)))
    }

    private struct Probe {
        let calendar: String
        let from: Date
        let amount: Int
        let unit: String
    }

    @Test("working time is the same on both sides: vectors, and 500 random points")
    func workingTime() async throws {
        let calendars = try await Border.as(Border.regency) { client async throws in
            let store = DirectoryStore(client: client, logger: Logger(label: "border"))
            return try await store.current().calendars
        }
        var probes: [Probe] = []
        // Openings, breaks, closings, week ends, feasts, the turn of a year, and a year that is only estimated.
        for from in [
            "2026-11-20T15:40:00+08:00", "2026-11-20T16:30:00+08:00", "2026-11-21T10:00:00+08:00",
            "2026-11-23T07:30:00+08:00", "2026-11-23T07:29:59+08:00", "2026-11-23T12:30:00+08:00",
            "2026-12-23T15:59:59+08:00", "2026-12-31T23:59:59+08:00", "2027-01-01T00:00:00+08:00",
            "2025-03-27T08:00:00+08:00", "2026-03-17T16:00:00+08:00",
        ] {
            let date = try Date(from, strategy: .iso8601)
            for code in ["border", "border-always", "border-six"] {
                for amount in [1, 3, 5, 14] {
                    probes.append(Probe(calendar: code, from: date, amount: amount, unit: "working_days"))
                }
                for amount in [1, 4, 8, 40] {
                    probes.append(Probe(calendar: code, from: date, amount: amount, unit: "working_hours"))
                }
            }
        }
        var random = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            probes.append(
                Probe(
                    calendar: ["border", "border-always", "border-six"].randomElement(using: &random) ?? "border",
                    // February 2024 to July 2027.
                    from: Date(
                        timeIntervalSince1970: Double(Int.random(in: 1_707_000_000...1_814_000_000, using: &random))),
                    amount: Int.random(in: 1...60, using: &random),
                    unit: Bool.random(using: &random) ? "working_days" : "working_hours"))
        }
        let rows = try await Border.as(Border.regency) { client async throws in
            try await client.query(
                """
                SELECT d.due_at, d.provisional
                FROM unnest(\(probes.map(\.calendar)), \(probes.map(\.from)), \(probes.map { Int32($0.amount) }),
                    \(probes.map(\.unit))) WITH ORDINALITY AS p(calendar, since, amount, unit, place)
                CROSS JOIN LATERAL directory.due(p.calendar, p.since, p.amount, p.unit) d
                ORDER BY p.place
                """)
        }
        #expect(rows.count == probes.count)
        for (probe, row) in zip(probes, rows) {
            let calendar = try #require(calendars[probe.calendar]?.workCalendar)
            let due =
                probe.unit == "working_days"
                ? calendar.due(after: probe.from, workingDays: probe.amount)
                : calendar.due(after: probe.from, workingHours: probe.amount)
            #expect(try row.decode("due_at", as: Date.self) == due.at, "\(probe)")
            #expect(try row.decode("provisional", as: Bool.self) == due.provisional, "\(probe)")
        }
    }

    @Test("working days left are the same on both sides")
    func workingDaysBetween() async throws {
        let (calendar, rows, pairs) = try await Border.as(Border.regency) { client async throws in
            let store = DirectoryStore(client: client, logger: Logger(label: "border"))
            let calendar = try await store.current().calendars["border"]?.workCalendar
            let pairs = (0..<200).map { _ in
                (
                    Double(Int.random(in: 1_707_000_000...1_814_000_000)),
                    Double(Int.random(in: 1_707_000_000...1_814_000_000))
                )
            }.map { (Date(timeIntervalSince1970: $0.0), Date(timeIntervalSince1970: $0.1)) }
            let rows = try await client.query(
                """
                SELECT directory.working_days_between('border', p.a, p.b)::int8 AS days
                FROM unnest(\(pairs.map(\.0)), \(pairs.map(\.1))) WITH ORDINALITY AS p(a, b, place) ORDER BY p.place
                """)
            return (calendar, try rows.map { try $0.decode("days", as: Int.self) }, pairs)
        }
        for (pair, days) in zip(pairs, rows) {
            #expect(days == calendar?.workingDays(from: pair.0, to: pair.1), "\(pair)")
        }
    }
}
