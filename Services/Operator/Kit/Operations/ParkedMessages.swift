public import Foundation
public import Postgres
private import SinergiCore

/// Messages that were refused and set aside: what they are, and what becomes of them.
public struct ParkedMessages: Sendable {
    /// One of them.
    public struct Message: Sendable, Hashable {
        public let id: UUID
        public let source: String
        public let destination: String
        public let service: String
        public let type: String
        public let lane: String
        public let attempts: Int
        public let problem: String
        public let parkedAt: Date
    }

    private let client: PostgresClient

    /// - Parameter client: The migrator's, who reaches every agency's messages.
    public init(client: PostgresClient) {
        self.client = client
    }

    /// The oldest first.
    /// - Parameter agency: Only those to this agency.
    public func list(agency: String?, limit: Int = 200) async throws -> [Message] {
        let rows = try await client.query(
            """
            SELECT p.id, coalesce(s.code, 'platform') AS source, d.code AS destination, p.service, m.type, p.lane,
                p.attempt::int8 AS attempt, p.problem::text AS problem, p.parked_at
            FROM exchange.parked p
            JOIN directory.agency d ON d.number = p.destination
            LEFT JOIN directory.agency s ON s.number = p.source
            LEFT JOIN exchange.message m ON m.id = p.id
            WHERE \(agency)::text IS NULL OR d.code = \(agency)::text
            ORDER BY p.parked_at LIMIT \(limit)
            """)
        return try rows.map { row in
            Message(
                id: try row.decode("id"), source: try row.decode("source"), destination: try row.decode("destination"),
                service: try row.decode("service"), type: try row.decodeIfPresent("type", as: String.self) ?? "?",
                lane: try row.decode("lane"), attempts: try row.decode("attempt"), problem: try row.decode("problem"),
                parkedAt: try row.decode("parked_at"))
        }
    }

    /// Puts a message back, with the same id; `false` where none is parked under it.
    /// - Throws: `OperatorError` for one that is older than 21 days, because its receiver may have forgotten it.
    public func requeue(_ id: UUID) async throws -> Bool {
        do {
            return try await outcome("SELECT exchange.requeue(\(id)) AS done")
        } catch PostgresError.SQLState.validation {
            throw OperatorError("Messages can be requeued for 21 days. Drop this one.")
        }
    }

    /// Gives a message up; `false` where none is parked under this id.
    public func drop(_ id: UUID) async throws -> Bool {
        try await outcome("SELECT exchange.drop_parked(\(id)) AS done")
    }

    private func outcome(_ statement: SQL) async throws -> Bool {
        try await client.query(statement).first?.decode("done", as: Bool.self) ?? false
    }
}

extension PostgresError.SQLState {
    /// Raised by the database's functions for input that cannot be accepted.
    static let validation = PostgresError.SQLState(rawValue: "SN422")
}
