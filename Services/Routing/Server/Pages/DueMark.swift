import Foundation
import SinergiCore

/// A due time as people read it: how urgent it is, how long is left, and the very moment in the holder's zone.
struct DueMark: Sendable {
    /// Class of the mark in the style sheet: red when late, amber when it must be looked at today.
    let level: String
    /// "Terlambat 2 hari", "Sisa 3 jam".
    let short: String
    /// "Kamis, 10 Desember 2026 pukul 16.00 WITA".
    let exact: String

    init(_ due: Date, zone: String?, language: Language, now: Date = Date()) {
        let left = due.timeIntervalSince(now)
        let amount = Self.amount(abs(left), language)
        if left < 0 {
            level = "overdue"
            short = Localized(id: "Terlambat \(amount)", en: "\(amount) late")[language]
        } else {
            // Less than a working day and a night: must be looked at today.
            level = left < 24 * 3600 ? "offered" : ""
            short = Localized(id: "Sisa \(amount)", en: "\(amount) left")[language]
        }
        exact = Self.moment(due, zone: zone, language: language)
    }

    var model: [String: Any] { ["level": level, "short": short, "exact": exact] }

    /// A moment in words, in an office's zone.
    static func moment(_ time: Date, zone: String?, language: Language) -> String {
        (zone.flatMap(Zone.init(rawValue:)) ?? .makassar).words(time, in: language)
    }

    private static func amount(_ seconds: TimeInterval, _ language: Language) -> String {
        let minutes = Int(seconds / 60)
        if minutes < 60 { return language == .id ? "\(minutes) menit" : "\(minutes) min" }
        let hours = minutes / 60
        if hours < 48 { return language == .id ? "\(hours) jam" : "\(hours) h" }
        return language == .id ? "\(hours / 24) hari" : "\(hours / 24) days"
    }
}
