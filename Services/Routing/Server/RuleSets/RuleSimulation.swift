import Foundation
import Postgres
import RoutingAPI
import ServiceKit
import SinergiCore
import Tenancy

/// What two decision tables make of the same past cases, case by case.
///
/// Only rules and places are compared: what the learnt model does where no rule decides is the same on both sides. A case
/// counts as judged once an office has accepted the lead; the office that holds the lead now is the truth. Units of other
/// agencies count as their agency: who does it there is their own affair.
struct RuleSimulation: Sendable {
    /// Cases shown of those that would change.
    static let mostExamples = 20
    private static let mostRules = 200

    private struct Side {
        let engine: DecisionEngine
        var automatic = 0
        var toPeople = 0
        var right = 0
        var wrong = 0
        var undecided = 0

        mutating func count(_ outcome: Outcome, _ truth: String?) {
            if outcome.isAutomatic { automatic += 1 } else { toPeople += 1 }
            guard let truth else { return }
            if !outcome.isAutomatic { undecided += 1 } else if outcome.lead == truth { right += 1 } else { wrong += 1 }
        }

        var json: JSONValue {
            let decided = right + wrong
            return [
                "automatic": .integer(automatic), "to_people": .integer(toPeople), "right": .integer(right),
                "wrong": .integer(wrong), "undecided": .integer(undecided),
                "precision": decided == 0 ? .null : .number(Double(right) / Double(decided)),
            ]
        }
    }

    private struct Outcome: Equatable {
        let isAutomatic: Bool
        let rule: String?
        /// Of an automatic decision.
        let lead: String?
        let contributors: [String]
        let casePriority: String?

        /// Whether the case would fare alike; by which rule is no matter.
        func isLike(_ other: Outcome) -> Bool {
            isAutomatic == other.isAutomatic && lead == other.lead && contributors == other.contributors
                && casePriority == other.casePriority
        }

        var json: JSONValue {
            [
                "mode": isAutomatic ? "automatic" : "suggested", "rule": rule.map { .string($0) } ?? .null,
                "lead": lead.map { .string($0) } ?? .null, "contributors": .array(contributors.map { .string($0) }),
                "case_priority": casePriority.map { .string($0) } ?? .null,
            ]
        }
    }

    private struct RuleScore {
        var decided = 0
        var right = 0
        var wrong = 0
    }

    private enum Verdict: String {
        case worse, better, neutral, unknown
    }

    private let directory: Directory
    private let draftRules: [RoutingRule]
    private var active: Side
    private var draft: Side
    private var scores: [UUID: RuleScore] = [:]
    private var examples: [Verdict: [JSONValue]] = [:]
    private var changes: [Verdict: Int] = [:]
    private(set) var cases = 0
    private var judged = 0
    private var newest: Date?
    private var oldest: Date?

    init(active: [RoutingRule], draft: [RoutingRule], directory: Directory) {
        self.directory = directory
        draftRules = draft
        self.active = Side(engine: DecisionEngine(rules: active, directory: directory))
        self.draft = Side(engine: DecisionEngine(rules: draft, directory: directory))
    }

    mutating func add(_ past: PastCase) {
        let before = outcome(active.engine.decide(past.facts), past)
        let decision = draft.engine.decide(past.facts)
        let after = outcome(decision, past)
        cases += 1
        if past.truth != nil { judged += 1 }
        newest = newest ?? past.receivedAt
        oldest = past.receivedAt
        active.count(before, past.truth)
        draft.count(after, past.truth)
        score(decision, after, past.truth)
        guard !before.isLike(after) else { return }
        let verdict = Self.verdict(before, after, past.truth)
        changes[verdict, default: 0] += 1
        guard examples[verdict, default: []].count < Self.mostExamples else { return }
        examples[verdict, default: []].append([
            "case_id": .string(past.id.text), "tracking_code": .string(past.trackingCode),
            "received_at": .string(Timestamp.text(past.receivedAt)),
            "category": past.facts.category.map { .string($0) } ?? .null,
            "area_code": past.facts.area.map { .string($0) } ?? .null,
            "outcome": past.truth.map { .string($0) } ?? .null, "verdict": .string(verdict.rawValue),
            "active": before.json, "draft": after.json,
        ])
    }

    private func outcome(_ decision: RoutingDecision, _ past: PastCase) -> Outcome {
        let isAutomatic = decision.mode == .automatic
        let parts = isAutomatic ? decision.suggestions : []
        return Outcome(
            isAutomatic: isAutomatic, rule: decision.rule,
            lead: parts.first { $0.role == "lead" }.map { directory.holder($0.office, seenFrom: past.facts.agency) },
            contributors: parts.filter { $0.role != "lead" }.map(\.office).sorted(),
            casePriority: decision.casePriority)
    }

    private mutating func score(_ decision: RoutingDecision, _ outcome: Outcome, _ truth: String?) {
        guard
            let id = decision.trace.first(where: { $0.matched && $0.rule != nil })?.rule.flatMap(UUID.init(uuidString:))
        else { return }
        var score = scores[id] ?? RuleScore()
        score.decided += 1
        if let truth, outcome.isAutomatic {
            if outcome.lead == truth { score.right += 1 } else { score.wrong += 1 }
        }
        scores[id] = score
    }

    private static func verdict(_ before: Outcome, _ after: Outcome, _ truth: String?) -> Verdict {
        guard let truth else { return .unknown }
        switch (before.isAutomatic && before.lead == truth, after.isAutomatic && after.lead == truth) {
        case (true, false): return .worse
        case (false, true): return .better
        // Wrong before, and now at least a person looks; or the other way round.
        case (false, false):
            return before.isAutomatic == after.isAutomatic ? .neutral : after.isAutomatic ? .worse : .better
        case (true, true): return .neutral
        }
    }

    /// - Parameter complete: All cases that were asked for were looked at.
    func result(complete: Bool) -> JSONValue {
        let order: [Verdict] = [.worse, .better, .neutral, .unknown]
        return [
            "cases": .integer(cases), "judged": .integer(judged), "complete": .bool(complete),
            "oldest": oldest.map { .string(Timestamp.text($0)) } ?? .null,
            "newest": newest.map { .string(Timestamp.text($0)) } ?? .null,
            "changed": .integer(changes.values.reduce(0, +)), "better": .integer(changes[.better] ?? 0),
            "worse": .integer(changes[.worse] ?? 0), "active": active.json, "draft": draft.json,
            "rules": .array(rules),
            "examples": .array(Array(order.flatMap { examples[$0] ?? [] }.prefix(Self.mostExamples))),
        ]
    }

    /// What each rule of the draft decided, the busiest first.
    private var rules: [JSONValue] {
        draftRules.map { (rule: $0, score: scores[$0.id] ?? RuleScore()) }
            .sorted { ($1.score.decided, $0.rule.name) < ($0.score.decided, $1.rule.name) }
            .prefix(Self.mostRules)
            .map { rule, score in
                [
                    "rule_id": .string(rule.id.text), "name": .string(rule.name), "decided": .integer(score.decided),
                    "right": .integer(score.right), "wrong": .integer(score.wrong),
                ]
            }
    }

    /// A trial as it is kept, with who made it and whether it is of what stands now.
    static func stored(_ row: PostgresRow) throws -> JSONValue {
        var object = JSONValue.stored(try row.decode("result", as: String.self)).object ?? JSONObject()
        object["simulation_id"] = .string(try row.decode("id", as: UUID.self).text)
        object["revision"] = .integer(try row.decode("revision", as: Int.self))
        object["against_version"] = try row.decodeIfPresent("against", as: Int.self).map { .integer($0) } ?? .null
        object["current"] = .bool(try row.decode("is_current", as: Bool.self))
        object["by"] = .string(try row.decode("by", as: String.self))
        object["at"] = .string(Timestamp.text(try row.decode("at", as: Date.self)))
        return .object(object)
    }
}

extension Directory {
    /// An office as an outcome names it: another agency counts as one.
    func holder(_ code: String, seenFrom agency: Int) -> String {
        guard let office = office(code: code), office.agency != agency else { return code }
        return office.agencyCode
    }
}
