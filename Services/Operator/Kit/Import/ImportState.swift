import Foundation
import Postgres

/// What is stored, in the words of the files.
struct ImportState: Sendable {
    /// Stored rows of one kind by their key.
    let rows: [String: ImportRow.Values]
    /// Codes of agencies, with their numbers.
    let agencies: [String: Int]
    /// All offices by code.
    let offices: [String: Office]
    let categories: Set<String>
    /// Codes of areas, of whatever time.
    let areas: Set<String>
    let calendars: Set<String>
    /// The database's day.
    let today: String

    struct Office: Sendable {
        /// Code of the office above.
        let parent: String?
        let calendar: String
    }

    /// Reads it as the transaction sees it, what the import has written before included.
    static func read(_ kind: ImportKind, in transaction: PostgresTransaction) async throws -> ImportState {
        let results = try await transaction.pipeline(
            ImportStatements.stored(kind), "SELECT code, number::int8 AS number FROM directory.agency",
            """
            SELECT o.code, p.code AS parent, o.calendar
            FROM directory.office o LEFT JOIN directory.office p ON p.id = o.parent
            """, "SELECT code FROM directory.category", "SELECT DISTINCT code FROM directory.area",
            "SELECT code FROM directory.calendar", "SELECT current_date::text AS code")
        let decoder = JSONDecoder()
        var rows: [String: ImportRow.Values] = [:]
        for row in results[0] {
            let values = try decoder.decode(
                [String: String?].self, from: Data(try row.decode("stored", as: String.self).utf8))
            rows[Self.key(kind, values)] = values
        }
        func codes(_ rows: PostgresRows) throws -> [String] { try rows.map { try $0.decode("code", as: String.self) } }
        return ImportState(
            rows: rows,
            agencies: Dictionary(
                try results[1].map { (try $0.decode("code", as: String.self), try $0.decode("number", as: Int.self)) },
                uniquingKeysWith: { $1 }),
            offices: Dictionary(
                try results[2].map {
                    let office = Office(
                        parent: try $0.decodeIfPresent("parent", as: String.self),
                        calendar: try $0.decode("calendar", as: String.self))
                    return (try $0.decode("code", as: String.self), office)
                }, uniquingKeysWith: { $1 }),
            categories: Set(try codes(results[3])), areas: Set(try codes(results[4])),
            calendars: Set(try codes(results[5])), today: try codes(results[6]).first ?? "")
    }

    /// What says which row it is.
    static func key(_ kind: ImportKind, _ values: ImportRow.Values) -> String {
        kind.key.map { (values[$0] ?? nil) ?? "" }.joined(separator: " ")
    }
}
