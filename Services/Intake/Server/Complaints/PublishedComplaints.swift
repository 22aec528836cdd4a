import Foundation
import Hummingbird
import IntakeAPI
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// A row of the public list: what an officer has checked, and no identity.
struct PublishedComplaint: Encodable, Sendable {
    let trackingCode: String
    let status: String
    let outcome: String?
    let kind: String
    let category: String?
    let title: String
    let description: String
    let areaCode: String?
    let createdAt: Date
    let updatedAt: Date
    let holder: OfficeReference?
    fileprivate let id: UUID

    private enum CodingKeys: String, CodingKey {
        case status, outcome, kind, category, title, description, holder
        case trackingCode = "tracking_code"
        case areaCode = "area_code"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }

    /// Newest first; ids break ties.
    var cursor: Cursor { Cursor([Timestamp.text(createdAt), id.text]) }
}

/// Which published complaints are asked for.
struct PublishedFilter: Sendable {
    var status: String?
    var category: String?
    var areaCode: String?

    /// - Throws: 422 `validation` for a status that does not exist.
    init(_ request: Request) throws(Problem) {
        status = request.query("status")
        category = request.query("category")
        areaCode = request.query("area_code")
        if let status, CaseStatus(rawValue: status) == nil { throw .invalid("#/status", "bad_format") }
    }
}

/// Reads what is public of an agency's complaints.
struct PublishedStore: Sendable {
    let database: AgencyDatabase

    /// Up to one row more than the page has, newest first.
    func list(_ filter: PublishedFilter, page: Page, in scope: AgencyScope) async throws -> [PublishedComplaint] {
        let (before, beforeID) = try Self.position(page)
        return try await database.query(
            scope,
            """
            SELECT id, tracking_code, received_at, updated_at, view::text AS view
            FROM intake.complaint
            WHERE agency = directory.me() AND published AND NOT confidential
                AND (\(filter.status)::text IS NULL OR view ->> 'status' = \(filter.status)::text)
                AND (\(filter.category)::text IS NULL OR view ->> 'category' = \(filter.category)::text
                     OR starts_with(view ->> 'category', \(filter.category)::text || '.'))
                AND (\(filter.areaCode)::text IS NULL OR view ->> 'area_code' = \(filter.areaCode)::text
                     OR starts_with(view ->> 'area_code', \(filter.areaCode)::text || '.'))
                AND (\(before)::timestamptz IS NULL OR (received_at, id) < (\(before)::timestamptz, \(beforeID)::uuid))
            ORDER BY received_at DESC, id DESC
            LIMIT \(page.limit + 1)
            """
        ).compactMap(Self.row)
    }

    private static func row(_ row: PostgresRow) throws -> PublishedComplaint? {
        let view = try CaseProjection(json: try row.decode("view", as: String.self))
        guard let text = view.descriptionPublished else { return nil }
        return PublishedComplaint(
            trackingCode: try row.decode("tracking_code"), status: view.status, outcome: view.outcome, kind: view.kind,
            category: view.category, title: view.title, description: text, areaCode: view.areaCode,
            createdAt: try row.decode("received_at"), updatedAt: view.updatedAt, holder: view.holder,
            id: try row.decode("id"))
    }

    private static func position(_ page: Page) throws(Problem) -> (Date?, UUID?) {
        guard let cursor = page.cursor else { return (nil, nil) }
        guard cursor.values.count == 2, let at = cursor.values[0].flatMap(Timestamp.date),
            let id = cursor.values[1].flatMap(UUID.init(uuidString:))
        else { throw .invalid("#/cursor", "bad_format") }
        return (at, id)
    }
}
