import Foundation
import SinergiCore
import Testing

@Suite("Days and zones")
struct DayTests {
    @Test(
        "day numbers, parts and weekdays agree",
        arguments: [("1970-01-01", 0, 4), ("2000-02-29", 11016, 2), ("2026-11-24", 20781, 2), ("1969-12-31", -1, 3)])
    func parts(_ text: String, number: Int, weekday: Int) throws {
        let day = try #require(Day(text))
        #expect(day.number == number)
        #expect(day.weekday == weekday)
        #expect(Day(number: number).description == text)
    }

    @Test("four hundred years of days go there and back")
    func roundTrip() {
        for number in stride(from: -73_048, to: 146_097, by: 7) {
            let day = Day(number: number)
            #expect(Day(day.year, day.month, day.day) == day)
        }
    }

    @Test(
        "what is no day is refused",
        arguments: ["2026-02-29", "2026-13-01", "2026-1-01", "2026-00-10", "26-01-01", "2026-01-01T", ""])
    func refused(_ text: String) {
        #expect(Day(text) == nil)
    }

    @Test("the day changes at midnight of the zone")
    func midnight() {
        let time = Date(timeIntervalSince1970: 1_795_564_800 - 8 * 3600)
        #expect(Zone.makassar.local(time).seconds == 0)
        #expect(Zone.makassar.day(of: time.addingTimeInterval(-0.001)) == Zone.makassar.day(of: time).adding(-1))
        #expect(Zone.makassar.instant(Zone.makassar.day(of: time), seconds: 0) == time)
    }

    @Test("dates read as people write them")
    func words() throws {
        let day = try #require(Day("2026-11-20"))
        #expect(Zone.makassar.words(day, in: .id) == "Jumat, 20 November 2026")
        #expect(
            Zone.jayapura.words(Zone.jayapura.instant(day, seconds: 9 * 3600 + 300), in: .en)
                == "Friday, 20 November 2026 at 09:05 WIT")
    }
}
