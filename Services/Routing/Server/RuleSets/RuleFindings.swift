import Foundation
import ServiceKit
import SinergiCore
import Tenancy

/// Something about a decision table that its author should look at.
struct RuleFinding: Sendable, Hashable {
    enum Code: String, Sendable {
        /// Two rules of the same priority that can match the same case, and say different things about it.
        case samePriority = "same_priority"
        /// An earlier rule takes every case that this one is for.
        case neverFires = "never_fires"
        case unknownOffice = "unknown_office"
        case dissolvedOffice = "dissolved_office"
        case unknownCategory = "unknown_category"
        case unknownArea = "unknown_area"
        case unknownQuestion = "unknown_question"
        /// It was valid once, or cannot be read.
        case expired, unreadable
    }

    let code: Code
    let rule: RoutingRule
    /// The rule that it collides with.
    var other: RoutingRule?
    /// Code of what it names and should not.
    var subject: String?
    let detail: Localized
    /// The draft brings it in; what stands in the table already is only pointed out.
    let isBlocking: Bool

    func json(_ language: Language) -> JSONValue {
        [
            "code": .string(code.rawValue), "blocking": .bool(isBlocking), "rule_id": .string(rule.id.text),
            "name": .string(rule.name), "other_rule_id": other.map { .string($0.id.text) } ?? .null,
            "other_name": other.map { .string($0.name) } ?? .null, "detail": .string(detail[language]),
        ]
    }
}

/// Looks through a decision table before it goes in force.
struct RuleFindings: Sendable {
    /// More would not be read.
    static let most = 200

    let agency: Int
    let directory: Directory
    /// Those of the table's areas that exist.
    let areas: Set<String>
    /// Rules that the draft adds or changes.
    let changed: Set<UUID>
    let now: Date

    /// What is wrong with each rule, then what is wrong between them; what blocks comes first.
    func of(_ table: [RuleDocument]) -> [RuleFinding] {
        let rules = table.map(\.rule).sorted(by: RoutingRule.order)
        let found = rules.flatMap(faults) + collisions(rules)
        return Array((found.filter(\.isBlocking) + found.filter { !$0.isBlocking }).prefix(Self.most))
    }

    private func faults(_ rule: RoutingRule) -> [RuleFinding] {
        var found: [RuleFinding] = []
        func note(_ code: RuleFinding.Code, _ id: String, _ en: String, about subject: String? = nil) {
            found.append(
                RuleFinding(
                    code: code, rule: rule, subject: subject, detail: Localized(id: id, en: en),
                    isBlocking: changed.contains(rule.id)))
        }
        for fault in rule.faults { note(.unreadable, fault, "This rule cannot be read: \(fault)") }
        for code in rule.offices {
            guard let office = directory.office(code: code) else {
                note(
                    .unknownOffice, "Kantor \(code) tidak ada dalam direktori.", "There is no office \(code).",
                    about: code)
                continue
            }
            if !office.active {
                note(
                    .dissolvedOffice, "Kantor \(code) sudah dibubarkan atau habis masa berlakunya.",
                    "Office \(code) is dissolved or no longer valid.", about: code)
            }
        }
        for condition in rule.conditions {
            switch condition {
            case .category(let code) where directory.categories[code] == nil:
                note(.unknownCategory, "Kategori \(code) tidak dikenal.", "There is no category \(code).")
            case .area(let code) where !areas.contains(code):
                note(.unknownArea, "Wilayah \(code) tidak dikenal.", "There is no area \(code).")
            case .answer(let question, _) where !directory.questions.values.joined().contains { $0.code == question }:
                note(.unknownQuestion, "Pertanyaan \(question) tidak dikenal.", "No category asks \(question).")
            default: break
            }
        }
        if let end = rule.validTo, end <= now {
            note(.expired, "Masa berlaku aturan ini sudah lewat.", "The time of this rule is over.")
        }
        return found
    }

    /// - Parameter rules: In the order in which they are tried.
    private func collisions(_ rules: [RoutingRule]) -> [RuleFinding] {
        let overlap = RuleOverlap(agency: agency, directory: directory, now: now)
        let sound = rules.filter { $0.faults(in: directory).isEmpty && ($0.validTo ?? .distantFuture) > now }
        var found: [RuleFinding] = []
        for (place, rule) in sound.enumerated() where found.count < Self.most {
            let earlier = sound[..<place]
            let cover = earlier.first { overlap.covers($0, rule) }
            // Two for exactly the same cases: which of them goes first is chance.
            if let cover, cover.decidesLike(rule) || cover.priority < rule.priority || !overlap.covers(rule, cover) {
                found.append(neverFires(rule, behind: cover))
                continue
            }
            // The narrower of two is tried first; that is what its author means.
            for other in earlier
            where other.priority == rule.priority && !other.decidesLike(rule) && overlap.mayMeet(other, rule)
                && (!overlap.covers(rule, other) || other == cover)
            {
                found.append(samePriority(rule, as: other))
            }
        }
        return found
    }

    private func neverFires(_ rule: RoutingRule, behind cover: RoutingRule) -> RuleFinding {
        RuleFinding(
            code: .neverFires, rule: rule, other: cover,
            detail: Localized(
                id: "Aturan ini tidak pernah terpakai: “\(cover.name)” lebih dulu mengambil semua kasusnya.",
                en: "This rule never decides: “\(cover.name)” takes all its cases first."),
            isBlocking: changed.contains(rule.id))
    }

    private func samePriority(_ rule: RoutingRule, as other: RoutingRule) -> RuleFinding {
        RuleFinding(
            code: .samePriority, rule: rule, other: other,
            detail: Localized(
                id:
                    "Prioritasnya sama dengan “\(other.name)” (\(rule.priority)), keduanya dapat cocok dengan satu kasus, dan "
                    + "keputusannya berbeda. Beri prioritas berbeda.",
                en:
                    "It has the same priority as “\(other.name)” (\(rule.priority)), both can match one case, and they decide "
                    + "differently. Give them different priorities."),
            isBlocking: changed.contains(rule.id) || changed.contains(other.id))
    }
}
