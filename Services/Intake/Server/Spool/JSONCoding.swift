import Foundation

/// How the spool writes and reads what it keeps.
enum JSONCoding {
    static let encoder = JSONEncoder()
    static let decoder = JSONDecoder()
}
