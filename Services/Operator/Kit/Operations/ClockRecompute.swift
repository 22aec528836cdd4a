public import Foundation
public import Postgres
private import SinergiCore

/// Due dates that follow a changed calendar or limit. The database notices the change; this settles what it noticed.
public struct ClockRecompute: Sendable {
    /// A due date that is no longer what calendars and limits make of it.
    public struct Move: Sendable {
        public let trackingCode: String
        public let step: String
        public let office: String?
        public let before: Date
        public let after: Date
        public let reason: String
    }

    /// Cases in one transaction: their rows are locked together.
    private static let batch: Int32 = 100

    private let database: any PostgresQueryable

    /// - Parameter database: The migrator's or the platform's.
    public init(database: any PostgresQueryable) {
        self.database = database
    }

    /// What recomputing every open clock would move, without doing it.
    public func preview() async throws -> [Move] {
        var moves: [Move] = []
        var last: UUID?
        while true {
            let rows = try await database.query(
                """
                SELECT case_id, tracking_code, step, office, due_before, due_after, reason
                FROM casework.recompute_preview(\(last)::uuid, \(Self.batch)::int4)
                """)
            guard let end = rows.last else { return moves }
            last = try end.decode("case_id", as: UUID.self)
            for row in rows {
                guard let step = try row.decodeIfPresent("step", as: String.self) else { continue }
                moves.append(
                    Move(
                        trackingCode: try row.decode("tracking_code"), step: step,
                        office: try row.decodeIfPresent("office", as: String.self),
                        before: try row.decode("due_before"),
                        after: try row.decode("due_after"), reason: try row.decode("reason")))
            }
        }
    }

    /// Looks at every open clock, whatever was noticed, and waits until that is done.
    /// - Parameter reason: What those affected are told; `nil`: what the change itself says.
    /// - Returns: Clocks looked at, and dates that moved.
    public func run(reason: String?) async throws -> (seen: Int, moved: Int) {
        let id = UUID.v7()
        try await database.execute(
            "INSERT INTO casework.recomputation (id, reason, noticed_at) VALUES (\(id), \(reason), clock_timestamp())")
        while true {
            let row = try await database.query(
                """
                SELECT seen::int8 AS seen, moved::int8 AS moved, finished_at IS NOT NULL AS finished
                FROM casework.recomputation WHERE id = \(id)
                """
            ).first
            guard let row else { throw OperatorError("The recomputation was removed by somebody else.") }
            if try row.decode("finished", as: Bool.self) {
                return (try row.decode("seen", as: Int.self), try row.decode("moved", as: Int.self))
            }
            // Another process may be at work on it.
            if try await next() == nil { try await Task.sleep(for: .milliseconds(200)) }
        }
    }

    /// One batch of the oldest change that is not settled yet.
    /// - Returns: What it did; `nil` when there was nothing to do here.
    public func next() async throws -> (seen: Int, moved: Int, finished: Bool)? {
        let row = try await database.query(
            """
            SELECT id, seen::int8 AS seen, moved::int8 AS moved, finished FROM casework.recompute_next(\(Self.batch)::int4)
            """
        ).first
        guard let row, try row.decodeIfPresent("id", as: UUID.self) != nil else { return nil }
        return (
            try row.decode("seen", as: Int.self), try row.decode("moved", as: Int.self),
            try row.decode("finished", as: Bool.self)
        )
    }
}
