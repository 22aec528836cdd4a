import Foundation
import Postgres
import Tenancy

/// A message leased for delivery.
struct LeasedMessage: Sendable, Equatable {
    let event: CloudEvent
    let createdAt: Date
}

/// The relay's side of the schema `exchange`.
struct OutboxStore: Sendable {
    /// Longer than a post may take, short enough that messages of a killed relay go on soon.
    static let leaseSeconds = 8
    let database: AgencyDatabase

    struct Waiting: Sendable, Hashable {
        let agency: Int
        let service: ServiceName
        /// Whether it came from another agency.
        let across: Bool
    }

    /// Where there is work among these agencies; asked in the name of any one of them.
    func waiting(_ agencies: [AgencyScope]) async throws -> [Waiting] {
        guard let first = agencies.first else { return [] }
        return try await database.query(
            first,
            "SELECT agency::int8 AS agency, service, across FROM exchange.waiting(\(agencies.map { Int32($0.number) })::int4[])"
        ).compactMap { row in
            guard let service = ServiceName(rawValue: try row.decode("service", as: String.self)) else { return nil }
            return Waiting(
                agency: try row.decode("agency", as: Int.self), service: service,
                across: try row.decode("across", as: Bool.self))
        }
    }

    func lease(for service: ServiceName, limit: Int, in scope: AgencyScope) async throws -> [LeasedMessage] {
        let source = "sinergi/\(scope.code)/\(database.service.rawValue)"
        return try await database.query(
            scope,
            """
            SELECT id, lane, number, type, data::text AS data, trace, attempt::int8 AS attempt, created_at
            FROM exchange.lease(\(service.rawValue), \(Int32(limit))::int4, \(Int32(Self.leaseSeconds))::int4)
            """
        ).map { row in
            let createdAt = try row.decode("created_at", as: Date.self)
            return LeasedMessage(
                event: CloudEvent(
                    id: try row.decode("id", as: UUID.self), source: source,
                    type: try row.decode("type", as: String.self),
                    lane: try row.decode("lane", as: String.self), number: try row.decode("number", as: Int.self),
                    time: createdAt, data: try row.decode("data", as: String.self),
                    traceparent: try row.decodeIfPresent("trace", as: String.self),
                    attempt: try row.decode("attempt", as: Int.self)),
                createdAt: createdAt)
        }
    }

    /// Records what became of leased messages, in one round trip.
    func settle(_ verdicts: Verdicts, in scope: AgencyScope) async throws {
        let statements = Self.statements(verdicts)
        if !statements.isEmpty { _ = try await database.once(scope, statements) }
    }

    static func statements(_ verdicts: Verdicts) -> [SQL] {
        var statements: [SQL] = []
        if !verdicts.done.isEmpty {
            statements.append("SELECT exchange.done(\(verdicts.done)::uuid[])")
        }
        if !verdicts.retry.isEmpty {
            statements.append(
                """
                SELECT exchange.retry(\(verdicts.retry.map(\.id))::uuid[],
                    \(verdicts.retry.map { Int32($0.delay.milliseconds) })::int4[], \(verdicts.retry.map(\.error))::text[])
                """)
        }
        if !verdicts.park.isEmpty {
            statements.append(
                "SELECT exchange.park(\(verdicts.park.map(\.id))::uuid[], \(verdicts.park.map(\.problem))::text[])")
        }
        return statements
    }

    struct Depth: Sendable, Equatable {
        let service: ServiceName
        let pending: Int
        let parked: Int
        let oldest: Date?
    }

    /// How much waits, per agency and service.
    func depth(_ agencies: [AgencyScope]) async throws -> [Depth] {
        guard let first = agencies.first else { return [] }
        return try await database.query(
            first,
            """
            SELECT service, pending, parked, oldest FROM exchange.depth(\(agencies.map { Int32($0.number) })::int4[])
            """
        ).compactMap { row in
            guard let service = ServiceName(rawValue: try row.decode("service", as: String.self)) else { return nil }
            return Depth(
                service: service, pending: try row.decode("pending", as: Int.self),
                parked: try row.decode("parked", as: Int.self), oldest: try row.decodeIfPresent("oldest", as: Date.self)
            )
        }
    }
}

extension Duration {
    /// Whole milliseconds, at least 0.
    var milliseconds: Int64 {
        max(0, components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000)
    }
}
