import Foundation

/// The form of a GeoJSON polygon (RFC 7946 §3.1.6): what PostGIS would refuse with an error that names no row.
enum PolygonCheck {
    /// More would be a coast line in centimetres; simplify it first.
    private static let mostPoints = 20_000

    static func check(_ text: String) throws(ImportFault) {
        guard let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any],
            let type = object["type"] as? String, let coordinates = object["coordinates"] as? [Any]
        else {
            throw .init("bad_format", "A GeoJSON geometry with type and coordinates, not a feature or a file name.")
        }
        let polygons: [Any]
        switch type {
        case "Polygon": polygons = [coordinates]
        case "MultiPolygon": polygons = coordinates
        default: throw .init("bad_format", "A Polygon or a MultiPolygon, not a \(type.prefix(40)).")
        }
        guard !polygons.isEmpty else { throw .init("bad_format", "The geometry is empty.") }
        var points = 0
        for polygon in polygons {
            guard let rings = polygon as? [[[Any]]], !rings.isEmpty else {
                throw .init("bad_format", "Each polygon is a list of rings of [longitude, latitude] pairs.")
            }
            for ring in rings {
                points += ring.count
                try check(ring)
            }
        }
        guard points <= mostPoints else {
            throw .init("too_long", "\(points) points; simplify it to at most \(mostPoints).")
        }
    }

    private static func check(_ ring: [[Any]]) throws(ImportFault) {
        let pairs = ring.compactMap { point -> [Double]? in
            let numbers = point.compactMap { ($0 as? NSNumber)?.doubleValue }
            return (2...3).contains(point.count) && numbers.count == point.count ? Array(numbers.prefix(2)) : nil
        }
        guard pairs.count == ring.count else {
            throw .init("bad_format", "Each point is [longitude, latitude] in degrees.")
        }
        guard pairs.count >= 4, pairs.first == pairs.last else {
            throw .init("bad_format", "A ring has four points or more, and its last is its first.")
        }
        guard pairs.allSatisfy({ abs($0[0]) <= 180 && abs($0[1]) <= 90 }) else {
            throw .init("bad_format", "Longitude comes first and is at most 180, latitude at most 90 degrees.")
        }
    }
}
