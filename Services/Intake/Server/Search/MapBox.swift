import Foundation

/// A map without tiles and without a script: nine fields, each a link that looks closer, and a dot for each report.
struct MapBox: Sendable {
    struct Point: Sendable, Equatable {
        let lat: Double
        let long: Double
    }

    let south, west, north, east: Double
    private let points: [Point]
    private static let parts = 3

    /// - Parameter box: South, west, north, east; without one, what holds all points with some room.
    /// - Returns: `nil` where there is nothing to draw.
    init?(_ box: [Double]?, points: [Point]) {
        self.points = points
        if let box, box.count == 4 {
            (south, west, north, east) = (box[0], box[1], box[2], box[3])
            return
        }
        let (lats, longs) = (points.map(\.lat), points.map(\.long))
        guard let south = lats.min(), let north = lats.max(), let west = longs.min(), let east = longs.max() else {
            return nil
        }
        let room = max(north - south, east - west, 0.02) / 10
        (self.south, self.west, self.north, self.east) = (south - room, west - room, north + room, east + room)
    }

    /// One of the nine fields.
    struct Field: Sendable, Equatable {
        let column: Int
        /// From the north.
        let row: Int
        /// West, south, east, north, as `bbox` takes it.
        let box: String
        let count: Int
    }

    var fields: [Field] {
        let (wide, high) = ((east - west) / Double(Self.parts), (north - south) / Double(Self.parts))
        return (0..<Self.parts).flatMap { row in
            (0..<Self.parts).map { column in
                let (left, top) = (west + wide * Double(column), north - high * Double(row))
                let inside = points.count {
                    $0.long >= left && $0.long < left + wide && $0.lat <= top && $0.lat > top - high
                }
                return Field(
                    column: column, row: row, box: Self.text(left, top - high, left + wide, top), count: inside)
            }
        }
    }

    /// Twice as wide and as high, inside the world.
    var wider: String {
        let (wide, high) = ((east - west) / 2, (north - south) / 2)
        return Self.text(max(west - wide, -180), max(south - high, -90), min(east + wide, 180), min(north + high, 90))
    }

    func model(_ link: (String) -> String) -> [String: Any] {
        let size = 100.0
        return [
            "fields": fields.map {
                [
                    "x": "\($0.column * Int(size))", "y": "\($0.row * Int(size))", "link": link($0.box),
                    "count": $0.count,
                ] as [String: Any]
            },
            "dots": points.filter { (west...east).contains($0.long) && (south...north).contains($0.lat) }.map {
                [
                    "x": Self.rounded((($0.long - west) / max(east - west, 1e-9)) * 3 * size),
                    "y": Self.rounded(((north - $0.lat) / max(north - south, 1e-9)) * 3 * size),
                ]
            },
            "wider": link(wider),
        ]
    }

    private static func text(_ sides: Double...) -> String { sides.map(rounded).joined(separator: ",") }

    private static func rounded(_ value: Double) -> String { "\((value * 100_000).rounded() / 100_000)" }
}
