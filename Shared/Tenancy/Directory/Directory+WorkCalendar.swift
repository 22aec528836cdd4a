public import SinergiCore

extension Directory.Calendar {
    /// The calendar as SinergiCore counts with it; `nil` where its zone or hours are none that SinergiCore knows.
    ///
    /// Inherited days off are in it, and a calendar that ignores holidays has none, so it counts as the database does.
    public var workCalendar: WorkCalendar? {
        guard let zone = Zone(rawValue: zone), let hours = weeklyHours else { return nil }
        let entries = closed.map { ($0, CalendarYear.Entry.Kind.national) } + opened.map { ($0, .working) }
        let days = entries.compactMap { text, kind in
            Day(text).map { CalendarYear.Entry(day: $0, kind: kind, name: "", legalBasis: "") }
        }
        return WorkCalendar(
            zone: zone, hours: hours,
            years: years.map { year, isEstimated in
                CalendarYear(year: year, isEstimated: isEstimated, entries: days.filter { $0.day.year == year })
            })
    }

    private var weeklyHours: WeeklyHours? {
        var intervals: [Int: [WeeklyHours.Interval]] = [:]
        for (weekday, parts) in hours {
            for part in parts {
                guard part.count == 2, let opens = Self.minutes(part[0]), let closes = Self.minutes(part[1]) else {
                    return nil
                }
                intervals[weekday, default: []].append(.init(opens: opens, closes: closes))
            }
        }
        // What the table holds was checked when it was loaded; hours that cannot be read are nobody's hours.
        return try? WeeklyHours(intervals)
    }

    /// `07:30` → 450.
    private static func minutes(_ text: String) -> Int? {
        let parts = text.split(separator: ":")
        guard parts.count >= 2, let hours = Int(parts[0]), let minutes = Int(parts[1]) else { return nil }
        return hours * 60 + minutes
    }
}
