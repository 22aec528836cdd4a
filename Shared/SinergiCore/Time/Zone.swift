public import Foundation

/// Indonesia's time zones. None of them has summer time (Keppres 41/1987), so an offset is all there is.
public enum Zone: String, Sendable, Hashable, CaseIterable, Codable {
    case jakarta = "Asia/Jakarta"
    case pontianak = "Asia/Pontianak"
    case makassar = "Asia/Makassar"
    case jayapura = "Asia/Jayapura"

    /// Seconds ahead of UTC.
    public var offset: Int {
        switch self {
        case .jakarta, .pontianak: 7 * 3600
        case .makassar: 8 * 3600
        case .jayapura: 9 * 3600
        }
    }

    /// What people call it.
    public var abbreviation: String {
        switch self {
        case .jakarta, .pontianak: "WIB"
        case .makassar: "WITA"
        case .jayapura: "WIT"
        }
    }

    /// The day that it is here at an instant.
    public func day(of time: Date) -> Day { local(time).day }

    /// The instant at which it is so many seconds after midnight on a day here.
    public func instant(_ day: Day, seconds: Int) -> Date {
        Date(timeIntervalSince1970: Double(day.number * 86_400 + seconds - offset))
    }

    /// Day and seconds after midnight here at an instant; fractions of a second are dropped.
    public func local(_ time: Date) -> (day: Day, seconds: Int) {
        let shifted = Int(time.timeIntervalSince1970.rounded(.down)) + offset
        let number = shifted >= 0 ? shifted / 86_400 : (shifted - 86_399) / 86_400
        return (Day(number: number), shifted - number * 86_400)
    }
}
