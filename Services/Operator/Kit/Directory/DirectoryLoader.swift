private import Foundation
public import Postgres
private import SinergiCore

/// Loads a directory file into the database, in one transaction. What is there is brought up to date, nothing is deleted.
public struct DirectoryLoader: Sendable {
    private let client: PostgresClient

    /// - Parameter client: Logged in as the migrator.
    public init(client: PostgresClient) {
        self.client = client
    }

    /// - Parameter passwordHash: For officers that have no password yet; `nil` lets them log in by other means only.
    /// - Returns: How many rows of each list were written, in order.
    @discardableResult
    public func load(_ file: DirectoryFile, passwordHash: String?) async throws -> [(list: String, rows: Int)] {
        let hours = JSONText(text: try HourPatterns.json())
        let steps = DirectoryStatements.all(JSONText(text: file.text), hours: hours, passwordHash: passwordHash)
        let years = NationalCalendar.years
        return try await client.withTransaction { transaction in
            var counts: [(list: String, rows: Int)] = []
            for (list, statement) in steps {
                counts.append((list, try await transaction.execute(statement)))
                if list == "calendars" {
                    counts.append(("calendar days", try await Self.load(years, in: transaction)))
                }
            }
            return counts
        }
    }

    /// National days off for the calendars that inherit from nobody. A year that was decreed in the database stays.
    private static func load(_ years: [CalendarYear], in transaction: PostgresTransaction) async throws -> Int {
        var days = 0
        for year in years {
            let open = try await transaction.query(
                """
                INSERT INTO directory.calendar_year AS y (calendar, year, estimated)
                SELECT code, \(year.year)::int8, \(year.isEstimated) FROM directory.calendar WHERE parent IS NULL
                ON CONFLICT (calendar, year) DO UPDATE SET estimated = excluded.estimated WHERE y.estimated
                RETURNING calendar
                """)
            for row in open {
                let calendar = try row.decode("calendar", as: String.self)
                try await transaction.execute(
                    """
                    DELETE FROM directory.calendar_day
                    WHERE calendar = \(calendar) AND extract(year FROM day) = \(year.year)::int8
                    """)
                days += try await transaction.execute(
                    """
                    INSERT INTO directory.calendar_day (calendar, day, kind, name, legal_basis)
                    SELECT \(calendar), day::date, kind, name, basis
                    FROM unnest(\(year.entries.map(\.day.description))::text[], \(year.entries.map(\.kind.rawValue))::text[],
                        \(year.entries.map(\.name))::text[], \(year.entries.map(\.legalBasis))::text[]) AS x(day, kind, name, basis)
                    """)
            }
        }
        _ = try await transaction.query(
            "SELECT 1 AS done FROM directory.calendar c CROSS JOIN LATERAL directory.rebuild_calendar(c.code) WHERE c.parent IS NULL"
        )
        return days
    }
}
