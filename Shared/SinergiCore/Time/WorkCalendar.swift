public import Foundation

/// When a limit ends.
public struct Due: Sendable, Hashable {
    public let at: Date
    /// It lies in a year that is not decreed yet and will be computed again.
    public let provisional: Bool

    public init(at: Date, provisional: Bool) {
        self.at = at
        self.provisional = provisional
    }
}

/// Working time in one zone. The database derives the same (`directory.due`); a test holds both equal.
public struct WorkCalendar: Sendable, Hashable {
    public let zone: Zone
    public let hours: WeeklyHours
    private let closed: Set<Day>
    private let extra: Set<Day>
    private let decreed: Set<Int>

    /// - Parameters:
    ///   - years: Those with days off; a year that is not among them is taken as estimated.
    ///   - observesHolidays: Hospitals work on holidays too.
    public init(zone: Zone, hours: WeeklyHours, years: [CalendarYear], observesHolidays: Bool = true) {
        self.zone = zone
        self.hours = hours
        let entries = years.flatMap(\.entries)
        self.closed = observesHolidays ? Set(entries.filter { $0.kind != .working }.map(\.day)) : []
        self.extra = Set(entries.filter { $0.kind == .working }.map(\.day))
        self.decreed = Set(years.filter { !$0.isEstimated }.map(\.year))
    }

    /// Opening intervals of a day; none where it is closed.
    public func intervals(on day: Day) -> [WeeklyHours.Interval] {
        if extra.contains(day) { return hours.intervals[day.weekday] ?? hours.extraDay }
        if closed.contains(day) { return [] }
        return hours.intervals[day.weekday] ?? []
    }

    public func isWorkingDay(_ day: Day) -> Bool { !intervals(on: day).isEmpty }

    /// The closing hour of the n-th working day after the day of receipt, which does not count.
    ///
    /// From a day that is none, the count is the same as from the last working day before it.
    public func due(after time: Date, workingDays count: Int) -> Due {
        var day = zone.day(of: time)
        if count <= 0 { while !isWorkingDay(day) { day = day.adding(-1) } }
        var left = count
        while left > 0 {
            day = day.adding(1)
            if isWorkingDay(day) { left -= 1 }
        }
        let minutes = intervals(on: day).last?.closes ?? 1440
        return Due(at: zone.instant(day, seconds: minutes * 60), provisional: isProvisional(day))
    }

    /// The instant at which so many opening hours have passed.
    public func due(after time: Date, workingHours count: Int) -> Due {
        var (day, now) = zone.local(time)
        var left = count * 3600
        while true {
            for interval in intervals(on: day) {
                let start = max(interval.opens * 60, now)
                let open = interval.closes * 60 - start
                guard open > 0 else { continue }
                if open >= left {
                    return Due(at: zone.instant(day, seconds: start + left), provisional: isProvisional(day))
                }
                left -= open
            }
            day = day.adding(1)
            now = 0
        }
    }

    /// Working days after `start`'s day up to and with `end`'s day; negative where `end` is earlier.
    public func workingDays(from start: Date, to end: Date) -> Int {
        let first = zone.day(of: start)
        let last = zone.day(of: end)
        guard first <= last else { return -workingDays(from: end, to: start) }
        return (first.number..<last.number).count { isWorkingDay(Day(number: $0 + 1)) }
    }

    /// Working days of a month.
    public func workingDays(year: Int, month: Int) -> Int {
        guard let first = Day(year, month, 1) else { return 0 }
        return (0..<31).map(first.adding).count { $0.month == month && isWorkingDay($0) }
    }

    private func isProvisional(_ day: Day) -> Bool { !decreed.contains(day.year) }
}
