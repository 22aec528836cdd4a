/// Indonesia's national holidays and joint leave as decreed, for the operator to load into the database.
///
/// Sources: joint decrees of the ministers of religion, manpower and PANRB, and the president's decrees on joint leave.
/// Dated data: a later decree is loaded into the database and wins there; this value is only where a new one begins.
public enum NationalCalendar {
    /// 2024 to 2026 as decreed, 2027 estimated.
    public static let years: [CalendarYear] = [year2024, year2025, year2026, year2027]

    /// A national calendar of government offices in a zone.
    public static func government(in zone: Zone) -> WorkCalendar {
        WorkCalendar(zone: zone, hours: .government, years: years)
    }

    static let year2024 = decreed(
        2024, basis: "SKB 3 Menteri 855/2023, 3/2023, 4/2023", leave: "Keppres 7/2024",
        national: [
            (1, 1, newYear), (2, 8, ascent), (2, 10, lunar), (3, 11, nyepi), (3, 29, goodFriday), (3, 31, easter),
            (4, 10, fitri), (4, 11, fitri), (5, 1, labour), (5, 9, ascension), (5, 23, waisak), (6, 1, pancasila),
            (6, 17, adha), (7, 7, hijri), (8, 17, independence), (9, 16, maulid), (12, 25, christmas),
        ],
        joint: [
            (2, 9, lunar), (3, 12, nyepi), (4, 8, fitri), (4, 9, fitri), (4, 12, fitri), (4, 15, fitri),
            (5, 10, ascension), (5, 24, waisak), (6, 18, adha), (12, 26, christmas),
        ],
        others: [
            (2, 14, "Pemungutan Suara Pemilihan Umum", "Keppres 10/2024"),
            (11, 27, "Pemungutan Suara Pemilihan Kepala Daerah", "Keppres 33/2024"),
        ])

    static let year2025 = decreed(
        2025, basis: "SKB 3 Menteri 1017/2024, 2/2024, 2/2024", leave: "Keppres 2/2025",
        national: [
            (1, 1, newYear), (1, 27, ascent), (1, 29, lunar), (3, 29, nyepi), (3, 31, fitri), (4, 1, fitri),
            (4, 18, goodFriday), (4, 20, easter), (5, 1, labour), (5, 12, waisak), (5, 29, ascension),
            (6, 1, pancasila), (6, 6, adha), (6, 27, hijri), (8, 17, independence), (9, 5, maulid), (12, 25, christmas),
        ],
        joint: [
            (1, 28, lunar), (3, 28, nyepi), (4, 2, fitri), (4, 3, fitri), (4, 4, fitri), (4, 7, fitri),
            (5, 13, waisak), (5, 30, ascension), (6, 9, adha), (12, 26, christmas),
        ],
        jointLater: [(8, 18, independence, "SKB 3 Menteri 933/2025, 1/2025, 3/2025")])

    static let year2026 = decreed(
        2026, basis: "SKB 3 Menteri 1497/2025, 2/2025, 5/2025", leave: "Keppres 42/2025",
        national: [
            (1, 1, newYear), (1, 16, ascent), (2, 17, lunar), (3, 19, nyepi), (3, 21, fitri), (3, 22, fitri),
            (4, 3, goodFriday), (4, 5, easter), (5, 1, labour), (5, 14, ascension), (5, 27, adha), (5, 31, waisak),
            (6, 1, pancasila), (6, 16, hijri), (8, 17, independence), (8, 25, maulid), (12, 25, christmas),
        ],
        joint: [
            (2, 16, lunar), (3, 18, nyepi), (3, 20, fitri), (3, 23, fitri), (3, 24, fitri), (5, 15, ascension),
            (5, 28, adha), (12, 24, christmas),
        ])

    /// No decree yet: days fixed by date, and moveable feasts by their own calendars. Joint leave is not guessed.
    static let year2027 = CalendarYear(
        year: 2027, isEstimated: true,
        entries: entries(
            2027, .national,
            [
                (1, 1, newYear), (1, 5, ascent), (2, 6, lunar), (3, 8, nyepi), (3, 10, fitri), (3, 11, fitri),
                (3, 26, goodFriday), (3, 28, easter), (5, 1, labour), (5, 6, ascension), (5, 17, adha), (5, 20, waisak),
                (6, 1, pancasila), (6, 6, hijri), (8, 15, maulid), (8, 17, independence), (12, 25, christmas),
            ], basis: "Perkiraan, belum ditetapkan"))

    private static let newYear = "Tahun Baru Masehi"
    private static let ascent = "Isra Mikraj Nabi Muhammad"
    private static let lunar = "Tahun Baru Imlek"
    private static let nyepi = "Hari Suci Nyepi"
    private static let goodFriday = "Wafat Yesus Kristus"
    private static let easter = "Kebangkitan Yesus Kristus"
    private static let fitri = "Idulfitri"
    private static let labour = "Hari Buruh Internasional"
    private static let ascension = "Kenaikan Yesus Kristus"
    private static let waisak = "Hari Raya Waisak"
    private static let pancasila = "Hari Lahir Pancasila"
    private static let adha = "Iduladha"
    private static let hijri = "Tahun Baru Islam"
    private static let independence = "Hari Kemerdekaan"
    private static let maulid = "Maulid Nabi Muhammad"
    private static let christmas = "Hari Natal"

    private typealias Named = (month: Int, day: Int, name: String)

    private static func decreed(
        _ year: Int, basis: String, leave: String, national: [Named], joint: [Named],
        others: [(month: Int, day: Int, name: String, basis: String)] = [],
        jointLater: [(month: Int, day: Int, name: String, basis: String)] = []
    ) -> CalendarYear {
        let parts =
            entries(year, .national, national, basis: basis)
            + entries(year, .joint, joint.map { ($0.month, $0.day, "Cuti bersama \($0.name)") }, basis: leave)
            + others.flatMap { entries(year, .national, [($0.month, $0.day, $0.name)], basis: $0.basis) }
            + jointLater.flatMap {
                entries(year, .joint, [($0.month, $0.day, "Cuti bersama \($0.name)")], basis: $0.basis)
            }
        return CalendarYear(year: year, isEstimated: false, entries: parts.sorted { $0.day < $1.day })
    }

    private static func entries(
        _ year: Int, _ kind: CalendarYear.Entry.Kind, _ named: [Named], basis: String
    ) -> [CalendarYear.Entry] {
        named.compactMap { entry in
            Day(year, entry.month, entry.day).map { .init(day: $0, kind: kind, name: entry.name, legalBasis: basis) }
        }
    }
}
