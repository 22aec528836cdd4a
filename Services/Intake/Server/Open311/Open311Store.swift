import Foundation
import Postgres
import ServiceKit
import Tenancy

/// Which service requests are asked for.
struct Open311Filter: Sendable {
    /// Overrides everything else.
    var ids: [String]?
    var services: [String]?
    var from: Date
    var to: Date
    /// `true` open, `false` closed, `nil` both.
    var isOpen: Bool?
    /// The client that asks with its key: it sees what it sent itself, published or not.
    var client: String?
    var limit: Int
    var offset = 0
}

/// A service request: what is public of a complaint, or what its own sender may see.
struct Open311Row: Sendable {
    let id: UUID
    let code: String
    let receivedAt: Date
    let updatedAt: Date
    let isPublic: Bool
    let category: String?
    let description: String
    let lat: Double?
    let long: Double?
    let view: CaseProjection?

    init(row: PostgresRow) throws {
        id = try row.decode("id")
        code = try row.decode("tracking_code")
        receivedAt = try row.decode("received_at")
        isPublic = try row.decode("is_public")
        lat = try row.decodeIfPresent("lat")
        long = try row.decodeIfPresent("long")
        view = try row.decodeIfPresent("view", as: String.self).map(CaseProjection.init(json:))
        updatedAt = view?.updatedAt ?? receivedAt
        category = try view?.category ?? row.decodeIfPresent("category", as: String.self)
        let own = try row.decodeIfPresent("description", as: String.self) ?? ""
        description = isPublic ? view?.descriptionPublished ?? "" : own
    }
}

/// Reads service requests. Nothing confidential is ever among them, whoever asks.
struct Open311Store: Sendable {
    let database: AgencyDatabase

    /// Newest first, in a stable order.
    func list(_ filter: Open311Filter, in scope: AgencyScope) async throws -> [Open311Row] {
        let shut = ["closed", "merged", "archived"]
        let isOpen = filter.isOpen
        return try await database.query(
            scope,
            """
            \(Self.columns(client: filter.client))
                AND (\(filter.ids)::text[] IS NULL OR tracking_code = ANY (\(filter.ids)::text[]))
                AND (\(filter.ids != nil) OR received_at BETWEEN \(filter.from) AND \(filter.to))
                AND (\(filter.services)::text[] IS NULL OR coalesce(view ->> 'category', category) = ANY (\(filter.services)::text[]))
                AND (\(isOpen)::bool IS NULL OR (coalesce(view ->> 'status', 'submitted') <> ALL (\(shut))) = \(isOpen)::bool)
            ORDER BY received_at DESC, id DESC
            LIMIT \(filter.limit) OFFSET \(filter.offset)
            """
        ).map(Open311Row.init(row:))
    }

    /// Service requests that changed within a span.
    func changed(from: Date, to: Date, client: String?, in scope: AgencyScope) async throws -> [Open311Row] {
        try await database.query(
            scope,
            """
            \(Self.columns(client: client)) AND updated_at >= \(from) AND received_at <= \(to)
            ORDER BY updated_at, id LIMIT 1000
            """
        ).map(Open311Row.init(row:))
    }

    /// Coordinates are rounded to about a hundred metres: the exact point may be somebody's home.
    private static func columns(client: String?) -> SQL {
        """
        SELECT id, tracking_code, received_at, published AS is_public, category, description,
            round(lat::numeric, 3)::float8 AS lat, round(long::numeric, 3)::float8 AS long, view::text AS view
        FROM intake.complaint
        WHERE agency = directory.me() AND NOT confidential AND sealed IS NULL
            AND ((published AND view ->> 'description_published' IS NOT NULL) OR client = \(client.map(SubmissionCaller.name(open311:)))::text)
        """
    }
}
