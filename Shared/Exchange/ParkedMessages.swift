public import Foundation
public import Postgres

/// Messages that were refused for good, for an operator to look at, send again or drop.
///
/// Runs on any connection: an agency's login reaches its own messages, the operator's everybody's.
public struct ParkedMessages: Sendable {
    /// One refused message.
    public struct Entry: Sendable, Equatable {
        public let id: UUID
        /// Agency numbers; the same within an agency, 0 as source is the platform.
        public let source: Int
        public let destination: Int
        public let service: String
        public let lane: String
        public let number: Int
        public let attempts: Int
        /// Problem document as JSON text.
        public let problem: String
        public let parkedAt: Date
    }

    private let database: any PostgresQueryable

    public init(_ database: any PostgresQueryable) {
        self.database = database
    }

    /// The oldest first.
    public func list(limit: Int = 100) async throws -> [Entry] {
        try await database.query(
            """
            SELECT id, source::int8 AS source, destination::int8 AS destination, service, lane, number,
                attempt::int8 AS attempt, problem::text AS problem, parked_at
            FROM exchange.parked ORDER BY parked_at, id LIMIT \(limit)
            """
        ).map { row in
            Entry(
                id: try row.decode("id", as: UUID.self), source: try row.decode("source", as: Int.self),
                destination: try row.decode("destination", as: Int.self),
                service: try row.decode("service", as: String.self), lane: try row.decode("lane", as: String.self),
                number: try row.decode("number", as: Int.self), attempts: try row.decode("attempt", as: Int.self),
                problem: try row.decode("problem", as: String.self),
                parkedAt: try row.decode("parked_at", as: Date.self))
        }
    }

    /// Sends a message again, with the same id; possible for 21 days.
    /// - Returns: `false` when there is no such message.
    /// - Throws: `SN422` `message_too_old`.
    public func requeue(_ id: UUID) async throws -> Bool {
        try await database.query("SELECT exchange.requeue(\(id)) AS found").first?.decode("found", as: Bool.self)
            ?? false
    }

    /// Drops a message for good.
    /// - Returns: `false` when there is no such message.
    public func drop(_ id: UUID) async throws -> Bool {
        try await database.query("SELECT exchange.drop_parked(\(id)) AS found").first?.decode("found", as: Bool.self)
            ?? false
    }
}
