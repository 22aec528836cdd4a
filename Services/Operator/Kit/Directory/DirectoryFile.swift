public import Foundation
private import SinergiCore

/// A directory as one JSON document: `agencies`, `calendars`, `offices`, `officers`, `categories`, `questions`,
/// `areas`, `jurisdictions`, `external_bodies` and `rules`, each a list of objects. Every list may be missing.
public struct DirectoryFile: Sendable {
    /// The document, as the database reads it.
    let text: String

    /// - Throws: When the file cannot be read or is no JSON object.
    public init(contentsOf file: URL) throws {
        let data = try Data(contentsOf: file)
        guard try JSONSerialization.jsonObject(with: data) is [String: Any] else {
            throw OperatorError("\(file.lastPathComponent) is no JSON object")
        }
        self.text = String(decoding: data, as: UTF8.self)
    }

    /// The agencies of the demo's story, with hand-drawn places and invented people.
    public static func demo() throws -> DirectoryFile {
        guard
            let file = Bundle.module.url(
                forResource: "demo-directory", withExtension: "json", subdirectory: "Resources")
        else { throw OperatorError("demo-directory.json is missing from the program's resources") }
        return try DirectoryFile(contentsOf: file)
    }
}

/// Patterns of weekly hours that a directory file may name, in the form that `directory.calendar` keeps.
enum HourPatterns {
    /// `{"government": {"1": [["07:30","12:00"], …], …}, …}`
    static func json() throws -> String {
        let patterns = [("government", WeeklyHours.government), ("six_days", .sixDays), ("always", .always)]
        let object = Dictionary(uniqueKeysWithValues: patterns.map { ($0.0, week($0.1)) })
        return String(decoding: try JSONEncoder().encode(object), as: UTF8.self)
    }

    private static func week(_ hours: WeeklyHours) -> [String: [[String]]] {
        Dictionary(
            uniqueKeysWithValues: hours.intervals.map { weekday, intervals in
                (String(weekday), intervals.map { [clock($0.opens), clock($0.closes)] })
            })
    }

    private static func clock(_ minutes: Int) -> String {
        [minutes / 60, minutes % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    }
}
