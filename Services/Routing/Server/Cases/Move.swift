import Foundation
import Postgres

/// What a move function of the database answers.
struct MoveResult: Sendable {
    let caseID: UUID
    /// The case's version after the move.
    let version: Int
    let status: String
    /// Agencies that have messages waiting now.
    let wake: [Int]
}

extension MoveResult: PostgresRecord {
    init(row: PostgresRow) throws(PostgresDecodingError) {
        caseID = try row.decode("case_id", as: UUID.self)
        version = try row.decode("version", as: Int.self)
        status = try row.decode("status", as: String.self)
        wake = try row.decode("wake", as: [Int].self)
    }

    /// A move as a statement.
    ///
    /// - Parameters:
    ///   - call: The function's call; may use columns of `source`.
    ///   - source: What precedes it in FROM with its condition in `condition`: rows that the caller may act on. None
    ///     means that the function is not called at all, which the caller tells from the empty result.
    static func statement(_ call: SQL, from source: SQL, where condition: SQL) -> SQL {
        """
        SELECT (r ->> 'case_id')::uuid AS case_id, (r ->> 'version')::int8 AS version, r ->> 'status' AS status,
            ARRAY(SELECT w::int8 FROM jsonb_array_elements_text(r -> 'wake') w) AS wake
        FROM \(source)
        CROSS JOIN LATERAL \(call) AS r
        WHERE \(condition)
        """
    }
}
