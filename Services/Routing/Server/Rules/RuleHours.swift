import Foundation

/// Hours of the day, local to the agency: from the first until just before the last; over midnight where the last is not
/// later.
struct RuleHours: Sendable, Hashable {
    /// Minutes after midnight.
    let from: Int
    let to: Int

    /// - Parameters: `HH:MM`, 00:00 to 24:00.
    init?(from: String, to: String) {
        guard let from = Self.minutes(from), let to = Self.minutes(to), from != to, from < Self.day else { return nil }
        self.from = from
        self.to = to
    }

    func contains(minute: Int) -> Bool {
        from < to ? (from..<to).contains(minute) : minute >= from || minute < to
    }

    func meets(_ other: RuleHours) -> Bool {
        contains(minute: other.from) || other.contains(minute: from)
    }

    func covers(_ other: RuleHours) -> Bool {
        (0..<Self.day).allSatisfy { contains(minute: $0) || !other.contains(minute: $0) }
    }

    /// `HH:MM` both.
    var bounds: (from: String, to: String) { (Self.clock(from), Self.clock(to)) }

    private static let day = 24 * 60

    private static func minutes(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2,
            parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (48...57).contains($0) } }),
            let hours = Int(parts[0]), let minutes = Int(parts[1]), minutes < 60, hours * 60 + minutes <= day
        else { return nil }
        return hours * 60 + minutes
    }

    private static func clock(_ minutes: Int) -> String {
        [minutes / 60, minutes % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    }
}
