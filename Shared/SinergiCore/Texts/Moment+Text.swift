public import Foundation

extension Zone {
    /// An instant in words: "Kamis, 10 Desember 2026 pukul 16.00 WITA", "Thursday, 10 December 2026 at 16:00 WITA".
    public func words(_ time: Date, in language: Language) -> String {
        let (day, seconds) = local(time)
        let hour = Self.padded(seconds / 3600)
        let minute = Self.padded(seconds / 60 % 60)
        switch language {
        case .id: return "\(words(day, in: .id)) pukul \(hour).\(minute) \(abbreviation)"
        case .en: return "\(words(day, in: .en)) at \(hour):\(minute) \(abbreviation)"
        }
    }

    /// A day in words: "Kamis, 10 Desember 2026".
    public func words(_ day: Day, in language: Language) -> String {
        let weekday = Self.weekdays[day.weekday - 1][language]
        return "\(weekday), \(day.day) \(Self.months[day.month - 1][language]) \(day.year)"
    }

    private static func padded(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }

    private static let weekdays = pairs(
        "Senin Selasa Rabu Kamis Jumat Sabtu Minggu", "Monday Tuesday Wednesday Thursday Friday Saturday Sunday")

    private static let months = pairs(
        "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
        "January February March April May June July August September October November December")

    private static func pairs(_ id: String, _ en: String) -> [Localized] {
        zip(id.split(separator: " "), en.split(separator: " ")).map { Localized(id: String($0), en: String($1)) }
    }
}
