import Foundation
import Postgres
import RoutingClassifier

/// An agency's cases whose right office is known, oldest outcome first.
struct ConfirmedOutcomes: Sendable {
    struct Row: Sendable {
        let labelled: LabelledComplaint
        /// When the outcome was known.
        let at: Date
    }

    let rows: [Row]
    let places: PlaceOffices

    /// The latest are enough, and bound the memory that training takes.
    static let most = 20_000

    init(of agency: Int, in database: some PostgresQueryable) async throws {
        let number = Int32(agency)
        let found = try await database.query(
            """
            SELECT c.title, c.description, c.area_code, c.kind, c.channel, c.category, r.office, r.at
            FROM casework.routing_outcome r JOIN casework."case" c ON c.id = r.case_id
            WHERE r.agency = \(number) ORDER BY r.at DESC, r.case_id LIMIT \(Int32(Self.most))
            """)
        rows = try found.map { row in
            let at = try row.decode("at", as: Date.self)
            let complaint = CaseComplaint.make(
                title: try row.decode("title", as: String.self),
                description: try row.decode("description", as: String.self),
                area: try row.decodeIfPresent("area_code", as: String.self),
                kind: try row.decode("kind", as: String.self),
                channel: try row.decodeIfPresent("channel", as: String.self),
                category: try row.decodeIfPresent("category", as: String.self))
            return Row(
                labelled: LabelledComplaint(
                    complaint: complaint, office: try row.decode("office", as: String.self),
                    // Fixed width: sorts as text as it does as time.
                    order: String(format: "%015.3f", at.timeIntervalSince1970)),
                at: at)
        }.reversed()
        places = try await Self.places(of: number, in: database)
    }

    /// Offices of the agency that are the own office of one village or district.
    private static func places(of agency: Int32, in database: some PostgresQueryable) async throws -> PlaceOffices {
        var places = PlaceOffices()
        let offices = try await database.query(
            """
            SELECT o.code, o.area_code FROM directory.office o
            WHERE o.agency = \(agency) AND array_length(string_to_array(o.area_code, '.'), 1) IN (3, 4)
            ORDER BY o.code
            """)
        for row in offices {
            places.add(
                office: try row.decode("code", as: String.self), area: try row.decode("area_code", as: String.self))
        }
        return places
    }
}
