import Foundation
import Postgres

/// Where a list by due time was left: `(due_at, id)` of the last line, exact to the microsecond.
struct DueCursor: Sendable, Equatable {
    let microseconds: Int
    let id: UUID

    init(microseconds: Int, id: UUID) {
        self.microseconds = microseconds
        self.id = id
    }

    /// Reads what `text` wrote; `nil` for anything else.
    init?(_ text: String) {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 2, let microseconds = Int(parts[0]), let id = UUID(uuidString: String(parts[1])) else {
            return nil
        }
        self.init(microseconds: microseconds, id: id)
    }

    /// Before the first of the lines without a due time, which are the last ones.
    static let undated = DueCursor(microseconds: .max, id: UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)))

    var isUndated: Bool { microseconds == .max }

    var text: String { "\(microseconds)_\(id.uuidString.lowercased())" }

    /// The column that `init(row:id:)` reads.
    static func column(_ due: SQL) -> SQL { "(extract(epoch FROM \(due)) * 1000000)::int8 AS due_key" }

    init(row: PostgresRow, id: UUID) throws {
        self.init(microseconds: try row.decodeIfPresent("due_key", as: Int.self) ?? Int.max, id: id)
    }

    /// The condition for lines after the cursor; one range of the index: after a due time only dated lines, which `undated` follows.
    static func follows(_ cursor: DueCursor?, due: SQL, id: SQL) -> SQL {
        guard let cursor else { return "true" }
        guard !cursor.isUndated else { return "\(due) IS NULL AND \(id) > \(cursor.id)" }
        return """
            (\(due), \(id)) > (timestamptz 'epoch' + \(cursor.microseconds)::int8 * interval '1 microsecond', \(cursor.id))
            """
    }
}
