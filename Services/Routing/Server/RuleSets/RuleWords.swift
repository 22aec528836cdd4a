import Foundation
import ServiceKit
import SinergiCore
import Tenancy

/// A rule as a sentence that somebody understands who never saw its JSON.
struct RuleWords: Sendable {
    let directory: Directory
    let language: Language
    /// Names of the areas that rules name, by code.
    let areas: [String: String]

    /// "Laporan tentang sampah, di Petung: kirim ke Dinas Lingkungan Hidup."
    func sentence(_ rule: RoutingRule) -> String {
        let conditions = rule.conditions.map(words)
        let subject = say("Laporan ", "A report ")
        let whom =
            conditions.isEmpty ? say("Semua laporan", "Every report") : subject + conditions.joined(separator: ", ")
        return whom + ": " + effect(rule) + "."
    }

    private func effect(_ rule: RoutingRule) -> String {
        var parts: [String] = []
        if rule.hold {
            parts.append(say("tunggu petugas", "wait for an officer"))
            if let lead = rule.lead { parts.append(say("usulkan ", "propose ") + office(lead)) }
        } else if let lead = rule.lead {
            parts.append(say("kirim ke ", "send to ") + office(lead))
        }
        if !rule.contributors.isEmpty {
            parts.append(say("bersama ", "together with ") + rule.contributors.map(office).joined(separator: ", "))
        }
        if let priority = rule.casePriority {
            parts.append(say("prioritas ", "priority ") + Self.name(ofPriority: priority)[language])
        }
        return parts.joined(separator: ", ")
    }

    private func words(_ condition: RuleCondition) -> String {
        switch condition {
        case .category(let code): return say("tentang ", "about ") + directory.name(ofCategory: code, language)
        case .area(let code): return say("di wilayah ", "in ") + (areas[code] ?? code)
        case .kind(let kind): return say("berjenis ", "of the kind ") + kind.label[language]
        case .words(let phrases): return say("yang menyebut ", "that mentions ") + oneOf(phrases)
        case .channels(let channels):
            return say("yang masuk lewat ", "that came by ") + channels.joined(separator: ", ")
        case .polygon: return say("di dalam batas yang digambar di peta", "inside a border drawn on the map")
        case .time(let weekdays, let hours):
            let days = weekdays.compactMap { (1...7).contains($0) ? Self.days[$0 - 1][language] : nil }
            let clock = hours.map { say("pukul ", "at ") + $0.bounds.from + "–" + $0.bounds.to }
            return say("yang masuk ", "received ")
                + ([days.isEmpty ? nil : days.joined(separator: ", "), clock].compactMap { $0 }.joined(separator: " "))
        case .answer(let code, let wanted):
            let question = directory.questions.values.joined().first { $0.code == code }
            let name = (language == .id ? question?.nameID : question?.nameEN) ?? code
            return say("dengan jawaban ", "with the answer ") + oneOf(wanted) + say(" atas “", " to “") + name + "”"
        }
    }

    private func oneOf(_ words: [String]) -> String {
        words.map { "“\($0)”" }.joined(separator: say(" atau ", " or "))
    }

    private func office(_ code: String) -> String {
        directory.office(code: code).map { "\($0.name) (\(code))" } ?? code
    }

    private func say(_ id: String, _ en: String) -> String { language == .id ? id : en }

    static func name(ofPriority priority: String) -> Localized {
        switch priority {
        case "low": Localized(id: "rendah", en: "low")
        case "high": Localized(id: "tinggi", en: "high")
        case "urgent": Localized(id: "mendesak", en: "urgent")
        default: Localized(id: "biasa", en: "normal")
        }
    }

    private static let days = [
        Localized(id: "Senin", en: "Monday"), Localized(id: "Selasa", en: "Tuesday"),
        Localized(id: "Rabu", en: "Wednesday"), Localized(id: "Kamis", en: "Thursday"),
        Localized(id: "Jumat", en: "Friday"), Localized(id: "Sabtu", en: "Saturday"),
        Localized(id: "Minggu", en: "Sunday"),
    ]
}
