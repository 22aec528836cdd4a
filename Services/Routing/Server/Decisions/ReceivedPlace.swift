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

    /// The day in the agency's own time, of `complaint.received`.
    static func day(_ data: JSONValue, agency: Int, _ directory: Directory) -> Day? {
        let zone = directory.frontOffice(of: agency).flatMap { Zone(rawValue: $0.zone) } ?? .jakarta
        return data["received_at"]?.string.flatMap(Timestamp.date).map(zone.day(of:))
    }

    /// Asks the database; no rows where the complaint has no point.
    static func boundaries(_ data: JSONValue, on day: Day?) -> SQL {
        let lat = data["lat"]?.number
        let long = data["long"]?.number
        return """
            SELECT b.agency::int8 AS agency, b.office, b.name
            FROM (SELECT \(lat)::float8 AS lat, \(long)::float8 AS long) AS p,
                directory.boundaries_at(p.lat, p.long, coalesce(\(day?.description)::text::date, current_date)) AS b
            WHERE p.lat IS NOT NULL AND p.long IS NOT NULL
            """
    }

    init(day: Day? = nil, boundaries: [Boundary] = []) {
        self.day = day
        self.boundaries = boundaries
    }

    /// - Parameter boundaries: What the database answered.
    init(day: Day?, boundaries rows: PostgresRows) throws {
        self.init(
            day: day,
            boundaries: try rows.map {
                Boundary(
                    agency: try $0.decode("agency", as: Int.self),
                    office: try $0.decodeIfPresent("office", as: UUID.self),
                    name: try $0.decode("name", as: String.self))
            })
    }
}
