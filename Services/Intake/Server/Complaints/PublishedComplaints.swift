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
    /// WGS 84 degrees, rounded to about a hundred metres: the exact point may be somebody's home.
    let lat: Double?
    let long: Double?
    fileprivate let id: UUID

    private enum CodingKeys: String, CodingKey {
        case status, outcome, kind, category, title, description, holder, lat, long
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
    /// Words to be found, as in a search engine: `"…"` for a phrase, `-` before what must not be there.
    var words: String?
    /// South, west, north, east in degrees.
    var box: [Double]?

    /// - Throws: 422 `validation` for a status that does not exist, and for a box that is none.
    init(_ request: Request) throws(Problem) {
        status = request.query("status")
        category = request.query("category")
        areaCode = request.query("area_code")
        words = request.query("q")
        if let words, words.unicodeScalars.count > 200 { throw .invalid("#/q", "too_long") }
        if let text = request.query("bbox") {
            // West, south, east, north, as GeoJSON and every map have it (RFC 7946 §5).
            let sides = text.split(separator: ",").map { Double($0.trimmingCharacters(in: .whitespaces)) }
            guard sides.count == 4, let west = sides[0], let south = sides[1], let east = sides[2],
                let north = sides[3],
                west <= east, south <= north, (-180...180).contains(west), (-180...180).contains(east),
                (-90...90).contains(south), (-90...90).contains(north)
            else { throw .invalid("#/bbox", "bad_format") }
            box = [south, west, north, east]
        }
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
            SELECT id, tracking_code, received_at, view, lat, long
            FROM intake.search_published(\(filter.words), \(filter.status), \(filter.category), \(filter.areaCode),
                \(filter.box)::float8[], \(before), \(beforeID), \(Int32(page.limit + 1)))
            """
        ).compactMap(Self.row)
    }

    private static func row(_ row: PostgresRow) throws -> PublishedComplaint? {
        let view = try CaseProjection(json: try row.decode("view", as: String.self))
        guard let text = view.descriptionPublished else { return nil }
        return PublishedComplaint(
            trackingCode: try row.decode("tracking_code"), status: view.status, outcome: view.outcome, kind: view.kind,
            category: view.category, title: view.titlePublished ?? "", description: text, areaCode: view.areaCode,
            createdAt: try row.decode("received_at"), updatedAt: view.updatedAt, holder: view.holder,
            lat: try row.decodeIfPresent("lat"), long: try row.decodeIfPresent("long"),
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
