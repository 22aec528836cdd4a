import Foundation
import ServiceKit
import SinergiCore
import Tenancy

/// What a trial of a draft on past cases found, for the page: how many would fare otherwise, which way, and examples.
struct RuleTrialWords: Sendable {
    let words: RuleWords
    let caller: Caller

    private var language: Language { words.language }

    func model(_ trial: JSONValue) -> [String: Any] {
        let examples = trial["examples"]?.array ?? []
        let changed = number(trial, "changed")
        return [
            "is_current": trial["current"]?.bool ?? false, "by": trial["by"]?.string ?? "",
            "at": moment(trial["at"]) ?? "", "cases": number(trial, "cases"), "judged": number(trial, "judged"),
            "complete": trial["complete"]?.bool ?? true, "changed": changed, "is_changed": changed > 0,
            "better": number(trial, "better"), "worse": number(trial, "worse"), "is_worse": number(trial, "worse") > 0,
            "oldest": moment(trial["oldest"]) as Any? ?? false, "sides": [side(trial, "active"), side(trial, "draft")],
            "has_examples": !examples.isEmpty, "examples": examples.map(example),
        ]
    }

    private func side(_ trial: JSONValue, _ name: String) -> [String: Any] {
        let side = trial[name] ?? .null
        return [
            "name": name == "active"
                ? Localized(id: "Aturan sekarang", en: "Rules now")[language]
                : Localized(id: "Rancangan ini", en: "This draft")[language],
            "automatic": number(side, "automatic"), "to_people": number(side, "to_people"),
            "right": number(side, "right"), "wrong": number(side, "wrong"),
        ]
    }

    private func example(_ example: JSONValue) -> [String: Any] {
        let verdict = example["verdict"]?.string ?? ""
        let badge = ["better": "closed", "worse": "overdue"][verdict] ?? ""
        return [
            "case": caller.may(.read) ? example["case_id"]?.string as Any? ?? false : false,
            "code": example["tracking_code"]?.string ?? "", "at": moment(example["received_at"]) ?? "",
            "category": example["category"]?.string.map { words.directory.name(ofCategory: $0, language) } ?? "",
            "verdict": Self.verdicts[verdict]?[language] ?? verdict, "badge": badge,
            "before": outcome(example["active"]), "after": outcome(example["draft"]),
            "truth": example["outcome"]?.string.map(office) as Any? ?? false,
        ]
    }

    private func outcome(_ outcome: JSONValue?) -> String {
        let helpers = (outcome?["contributors"]?.array ?? []).compactMap(\.string).map(office)
        let lead =
            outcome?["lead"]?.string.map(office) ?? Localized(id: "petugas memilih", en: "an officer chooses")[language]
        return ([lead] + helpers).joined(separator: " + ")
    }

    private func office(_ code: String) -> String { words.directory.office(code: code)?.name ?? code }

    private func number(_ value: JSONValue, _ name: String) -> Int { value[name]?.integer ?? 0 }

    private func moment(_ value: JSONValue?) -> String? {
        value?.string.flatMap { Timestamp.date($0) }
            .map { DueMark.moment($0, zone: caller.office?.zone, language: language) }
    }

    private static let verdicts = [
        "better": Localized(id: "lebih tepat", en: "better"), "worse": Localized(id: "lebih buruk", en: "worse"),
        "neutral": Localized(id: "sama tepatnya", en: "as right as before"),
        "unknown": Localized(id: "belum diketahui", en: "not known yet"),
    ]
}
