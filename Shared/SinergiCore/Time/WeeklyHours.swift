/// Opening intervals by weekday, in local time, breaks left out.
public struct WeeklyHours: Sendable, Hashable {
    /// One opening interval in minutes after midnight; `closes` is not in it.
    public struct Interval: Sendable, Hashable {
        public let opens: Int
        public let closes: Int

        public init(opens: Int, closes: Int) {
            self.opens = opens
            self.closes = closes
        }
    }

    /// ISO weekday (Monday 1) → intervals in order; a weekday that is missing is closed.
    public let intervals: [Int: [Interval]]

    /// - Throws: `CalendarError` where no weekday is open, or intervals overlap, are empty or leave their day.
    public init(_ intervals: [Int: [Interval]]) throws(CalendarError) {
        let open = intervals.filter { !$0.value.isEmpty }
        guard !open.isEmpty else { throw CalendarError.neverOpen }
        for (weekday, day) in open {
            guard (1...7).contains(weekday) else { throw CalendarError.badInterval(weekday: weekday) }
            var end = 0
            for interval in day {
                guard interval.opens >= end, interval.closes > interval.opens, interval.closes <= 1440 else {
                    throw CalendarError.badInterval(weekday: weekday)
                }
                end = interval.closes
            }
        }
        self.intervals = open
    }

    private init(checked: [Int: [Interval]]) {
        self.intervals = checked
    }

    /// Government offices: 37 h 30 min from Monday to Friday (Perpres 21/2023).
    public static let government = WeeklyHours(
        checked: week(1...4, [(7, 30, 12, 0), (13, 0, 16, 0)]).merging(
            week(5...5, [(7, 30, 11, 30), (13, 0, 16, 30)]), uniquingKeysWith: { $1 }))

    /// Offices that serve the public on Saturday mornings too.
    public static let sixDays = WeeklyHours(
        checked: government.intervals.merging(week(6...6, [(7, 30, 12, 0)]), uniquingKeysWith: { $1 }))

    /// Around the clock, every day: hospitals and duty officers.
    public static let always = WeeklyHours(checked: week(1...7, [(0, 0, 24, 0)]))

    /// The intervals of an extra working day that falls on a closed weekday: those of the first open one.
    public var extraDay: [Interval] {
        (1...7).lazy.compactMap { intervals[$0] }.first ?? []
    }

    private static func week(_ days: ClosedRange<Int>, _ parts: [(Int, Int, Int, Int)]) -> [Int: [Interval]] {
        let intervals = parts.map { Interval(opens: $0.0 * 60 + $0.1, closes: $0.2 * 60 + $0.3) }
        return Dictionary(uniqueKeysWithValues: days.map { ($0, intervals) })
    }
}

/// What is wrong with a calendar's data.
public enum CalendarError: Error, Sendable, Hashable {
    case neverOpen
    case badInterval(weekday: Int)
}
