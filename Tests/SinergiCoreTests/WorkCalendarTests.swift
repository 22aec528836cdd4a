import Foundation
import SinergiCore
import Testing

@Suite("Working time")
struct WorkCalendarTests {
    let calendar = NationalCalendar.government(in: .makassar)

    struct Vector: Sendable, CustomTestStringConvertible {
        let received: String
        let due: [Int: String]
        var testDescription: String { received }
    }

    static let vectors: [Vector] = [
        Vector(
            received: "2024-04-05",
            due: [3: "2024-04-18", 5: "2024-04-22", 10: "2024-04-29", 14: "2024-05-06", 60: "2024-07-17"]),
        Vector(
            received: "2025-03-27",
            due: [3: "2025-04-10", 5: "2025-04-14", 10: "2025-04-22", 14: "2025-04-28", 60: "2025-07-11"]),
        Vector(
            received: "2026-01-05",
            due: [3: "2026-01-08", 5: "2026-01-12", 10: "2026-01-20", 14: "2026-01-26", 60: "2026-04-10"]),
        Vector(
            received: "2026-03-17",
            due: [3: "2026-03-27", 5: "2026-03-31", 10: "2026-04-08", 14: "2026-04-14", 60: "2026-06-26"]),
        Vector(
            received: "2026-05-13",
            due: [3: "2026-05-20", 5: "2026-05-22", 10: "2026-06-03", 14: "2026-06-09", 60: "2026-08-13"]),
    ]

    @Test(
        "the published vectors hold in every zone, day of receipt not counted", arguments: Self.vectors, Zone.allCases)
    func published(_ vector: Vector, zone: Zone) throws {
        let calendar = NationalCalendar.government(in: zone)
        let day = try #require(Day(vector.received))
        for (count, expected) in vector.due {
            for hour in [0, 9, 23] {
                let due = calendar.due(after: zone.instant(day, seconds: hour * 3600), workingDays: count)
                #expect(zone.day(of: due.at).description == expected, "+\(count)")
                #expect(!due.provisional)
            }
        }
    }

    @Test(
        "working days of each month are those computed from the decrees",
        arguments: [
            (2024, [22, 18, 18, 16, 18, 18, 23, 22, 20, 23, 20, 20], 238),
            (2025, [19, 20, 19, 16, 17, 18, 23, 20, 21, 23, 20, 21], 237),
            (2026, [20, 18, 17, 21, 16, 20, 23, 19, 22, 22, 21, 21], 240),
        ])
    func months(_ year: Int, _ expected: [Int], _ total: Int) {
        let found = (1...12).map { calendar.workingDays(year: year, month: $0) }
        #expect(found == expected)
        #expect(found.reduce(0, +) == total)
    }

    @Test(
        "a limit ends at the closing hour of its day, in the zone",
        arguments: [("2026-11-23", 16, 0), ("2026-11-26", 16, 30)])
    func closingHour(_ received: String, hour: Int, minute: Int) throws {
        let day = try #require(Day(received))
        let due = calendar.due(after: Zone.makassar.instant(day, seconds: 9 * 3600), workingDays: 1)
        #expect(Zone.makassar.local(due.at) == (day.adding(1), hour * 3600 + minute * 60))
    }

    @Test("from a day that is none, the count is that from the last working day before it")
    func fromClosedDay() throws {
        let friday = try #require(Day("2026-11-20"))
        for later in 0...2 {
            let time = Zone.makassar.instant(friday.adding(later), seconds: 12 * 3600)
            #expect(
                calendar.due(after: time, workingDays: 3)
                    == calendar.due(after: Zone.makassar.instant(friday, seconds: 0), workingDays: 3))
        }
    }

    @Test("a Friday's report of the story is verified by Wednesday and resolved by 10 December")
    func story() throws {
        let time = Zone.makassar.instant(try #require(Day("2026-11-20")), seconds: (15 * 60 + 40) * 60)
        #expect(
            Zone.makassar.words(calendar.due(after: time, workingDays: 3).at, in: .id)
                == "Rabu, 25 November 2026 pukul 16.00 WITA")
        #expect(
            Zone.makassar.words(calendar.due(after: time, workingDays: 14).at, in: .en)
                == "Thursday, 10 December 2026 at 16:00 WITA")
    }

    @Test(
        "working hours skip breaks, nights and closed days",
        arguments: [
            ("2026-11-23", 8 * 60, 4, "2026-11-23", 12 * 60),
            ("2026-11-23", 9 * 60, 4, "2026-11-23", 14 * 60),
            ("2026-11-23", 12 * 60 + 30, 1, "2026-11-23", 14 * 60),
            ("2026-11-23", 15 * 60, 4, "2026-11-24", 10 * 60 + 30),
            ("2026-11-20", 15 * 60 + 30, 4, "2026-11-23", 10 * 60 + 30),
            ("2026-11-21", 10 * 60, 4, "2026-11-23", 11 * 60 + 30),
            ("2026-12-23", 15 * 60, 4, "2026-12-28", 10 * 60 + 30),
        ])
    func hours(_ received: String, minutes: Int, count: Int, expected: String, at: Int) throws {
        let time = Zone.makassar.instant(try #require(Day(received)), seconds: minutes * 60)
        let due = Zone.makassar.local(calendar.due(after: time, workingHours: count).at)
        #expect(due.day.description == expected)
        #expect(due.seconds == at * 60)
    }

    @Test("limits that end in a year without decree are provisional, also beyond the estimate")
    func provisional() throws {
        let december = Zone.makassar.instant(try #require(Day("2026-12-30")), seconds: 0)
        #expect(!calendar.due(after: december, workingDays: 1).provisional)
        #expect(calendar.due(after: december, workingDays: 2).provisional)
        #expect(calendar.due(after: december, workingHours: 20).provisional)
        let far = Zone.makassar.instant(try #require(Day("2031-01-01")), seconds: 0)
        #expect(calendar.due(after: far, workingDays: 3).provisional)
    }

    @Test("six-day offices count Saturdays; hospitals count every day")
    func otherHours() throws {
        let friday = Zone.makassar.instant(try #require(Day("2026-12-18")), seconds: 0)
        let water = WorkCalendar(zone: .makassar, hours: .sixDays, years: NationalCalendar.years)
        let hospital = WorkCalendar(
            zone: .makassar, hours: .always, years: NationalCalendar.years, observesHolidays: false)
        #expect(Zone.makassar.day(of: water.due(after: friday, workingDays: 1).at).description == "2026-12-19")
        #expect(
            hospital.due(after: friday, workingDays: 7).at
                == Zone.makassar.instant(try #require(Day("2026-12-26")), seconds: 0))
        #expect(hospital.workingDays(year: 2026, month: 12) == 31)
    }

    @Test("an extra working day opens a closed weekday and wins over a holiday")
    func extraDays() throws {
        let saturday = try #require(Day("2026-11-28"))
        let year = CalendarYear(
            year: 2026, isEstimated: false,
            entries: [.init(day: saturday, kind: .working, name: "Ganti hari kerja", legalBasis: "Surat edaran")])
        let calendar = WorkCalendar(zone: .jakarta, hours: .government, years: [year])
        let friday = Zone.jakarta.instant(saturday.adding(-1), seconds: 0)
        #expect(calendar.due(after: friday, workingDays: 1).at == Zone.jakarta.instant(saturday, seconds: 16 * 3600))
    }

    @Test("working days between two instants are counted both ways")
    func between() throws {
        let start = Zone.makassar.instant(try #require(Day("2026-11-20")), seconds: 50_000)
        let end = Zone.makassar.instant(try #require(Day("2026-12-10")), seconds: 0)
        #expect(calendar.workingDays(from: start, to: end) == 14)
        #expect(calendar.workingDays(from: end, to: start) == -14)
        #expect(calendar.workingDays(from: start, to: start) == 0)
    }

    @Test("hours that never open or overlap are refused")
    func badHours() {
        #expect(throws: CalendarError.neverOpen) { try WeeklyHours([1: []]) }
        #expect(throws: CalendarError.badInterval(weekday: 2)) {
            try WeeklyHours([2: [.init(opens: 60, closes: 120), .init(opens: 100, closes: 130)]])
        }
        #expect(throws: CalendarError.badInterval(weekday: 8)) { try WeeklyHours([8: [.init(opens: 60, closes: 120)]]) }
    }

    @Test(
        "every year has the number of days that its decrees name",
        arguments: [(2024, 19, 10), (2025, 17, 11), (2026, 17, 8)])
    func decrees(_ number: Int, national: Int, joint: Int) throws {
        let year = try #require(NationalCalendar.years.first { $0.year == number })
        #expect(year.entries.count { $0.kind == .national } == national)
        #expect(year.entries.count { $0.kind == .joint } == joint)
        #expect(Set(year.entries.map(\.day)).count == year.entries.count)
        #expect(!year.isEstimated)
    }
}
