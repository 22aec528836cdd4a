import ServiceKit

/// A GeoJSON polygon (RFC 7946), WGS 84: an outer ring and holes, positions as `[longitude, latitude]`.
struct GeoPolygon: Sendable, Hashable {
    /// A corner.
    struct Position: Sendable, Hashable {
        let longitude: Double
        let latitude: Double
    }
    /// What a value is that is no polygon; the raw values are codes of problems.
    enum Fault: String, Error {
        case badFormat = "bad_format"
        case coordinatesSwapped = "coordinates_swapped"
        case tooLong = "too_long"
    }
    private let rings: [[Position]]

    /// - Throws: For what is no polygon of closed rings that do not cross themselves, of at least 4 positions each and 1,000 in
    ///   all, within the degrees of the Earth.
    init(_ value: JSONValue) throws(Fault) {
        guard value["type"]?.string == "Polygon", let given = value["coordinates"]?.array, !given.isEmpty else {
            throw .badFormat
        }
        var rings: [[Position]] = []
        for ring in given {
            let corners = ring.array ?? []
            let positions = corners.compactMap { corner -> Position? in
                guard let longitude = corner[0]?.number, let latitude = corner[1]?.number else { return nil }
                return Position(longitude: longitude, latitude: latitude)
            }
            guard positions.count == corners.count, positions.count >= 4, positions.first == positions.last else {
                throw .badFormat
            }
            rings.append(positions)
        }
        let all = rings.joined()
        guard all.count <= 1000 else { throw .tooLong }
        // Indonesia lies between 95 and 141 degrees east, where no latitude is.
        guard !all.allSatisfy({ abs($0.longitude) <= 11 && (95...141).contains($0.latitude) }) else {
            throw .coordinatesSwapped
        }
        guard all.allSatisfy({ abs($0.longitude) <= 180 && abs($0.latitude) <= 90 }), rings.allSatisfy(Self.isSimple)
        else { throw .badFormat }
        self.rings = rings
    }

    /// Even-odd rule over all rings, so that what lies in a hole is outside.
    func contains(latitude: Double, longitude: Double) -> Bool {
        rings.reduce(false) { inside, ring in
            zip(ring, ring.dropFirst()).reduce(inside) { inside, edge in
                let (a, b) = edge
                guard (a.latitude > latitude) != (b.latitude > latitude) else { return inside }
                let share = (latitude - a.latitude) / (b.latitude - a.latitude)
                return longitude < a.longitude + share * (b.longitude - a.longitude) ? !inside : inside
            }
        }
    }

    /// Whether the boxes around both have a point in common; `false` proves that no place lies in both.
    func mayMeet(_ other: GeoPolygon) -> Bool {
        let (a, b) = (box, other.box)
        return a.west <= b.east && b.west <= a.east && a.south <= b.north && b.south <= a.north
    }

    private var box: (west: Double, east: Double, south: Double, north: Double) {
        let longitudes = rings[0].map(\.longitude)
        let latitudes = rings[0].map(\.latitude)
        return (longitudes.min() ?? 0, longitudes.max() ?? 0, latitudes.min() ?? 0, latitudes.max() ?? 0)
    }

    var json: JSONValue {
        let coordinates = rings.map { ring in
            JSONValue.array(ring.map { .array([.number($0.longitude), .number($0.latitude)]) })
        }
        return ["type": "Polygon", "coordinates": .array(coordinates)]
    }

    /// Whether a closed ring has an inside and no two of its edges cross.
    private static func isSimple(_ ring: [Position]) -> Bool {
        let edges = Array(zip(ring, ring.dropFirst()))
        let area = edges.reduce(0) { $0 + $1.0.longitude * $1.1.latitude - $1.1.longitude * $1.0.latitude }
        guard area != 0 else { return false }
        for (place, first) in edges.enumerated() {
            for second in edges.dropFirst(place + 2) where cross(first, second) { return false }
        }
        return true
    }

    /// Whether two edges cross in a point that is an end of neither.
    private static func cross(_ a: (Position, Position), _ b: (Position, Position)) -> Bool {
        func side(_ p: Position, _ q: Position, _ r: Position) -> Double {
            (q.longitude - p.longitude) * (r.latitude - p.latitude)
                - (q.latitude - p.latitude) * (r.longitude - p.longitude)
        }
        return side(a.0, a.1, b.0) * side(a.0, a.1, b.1) < 0 && side(b.0, b.1, a.0) * side(b.0, b.1, a.1) < 0
    }
}
