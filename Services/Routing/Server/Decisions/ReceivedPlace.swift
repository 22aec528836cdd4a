import Foundation
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// Day and point of a complaint, as far as they say whose place it is: the day of receipt counts, not today.
struct ReceivedPlace: Sendable {
    /// A territory that was drawn around the point.
    struct Boundary: Sendable, Hashable {
        let agency: Int
        /// `nil`: the agency's own.
        let office: UUID?
        let name: String
    }

    /// `nil`: today.
    var day: Day?
    /// Smallest first.
    var boundaries: [Boundary] = []

    /// Of `complaint.received`: asks the database where the complaint has a point.
    static func read(
        _ data: JSONValue, agency: Int, _ directory: Directory, in transaction: PostgresTransaction
    ) async throws -> ReceivedPlace {
        let zone = directory.frontOffice(of: agency).flatMap { Zone(rawValue: $0.zone) } ?? .jakarta
        let received = data["received_at"]?.string.flatMap(Timestamp.date)
        var place = ReceivedPlace(day: received.map(zone.day(of:)))
        guard let lat = data["lat"]?.number, let long = data["long"]?.number else { return place }
        let rows = try await transaction.query(
            """
            SELECT agency::int8 AS agency, office, name
            FROM directory.boundaries_at(\(lat), \(long), coalesce(\(place.day?.description)::text::date, current_date))
            """)
        place.boundaries = try rows.map {
            Boundary(
                agency: try $0.decode("agency", as: Int.self), office: try $0.decodeIfPresent("office", as: UUID.self),
                name: try $0.decode("name", as: String.self))
        }
        return place
    }
}
