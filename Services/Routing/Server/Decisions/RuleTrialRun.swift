import Foundation
import RoutingAPI
import Tenancy

/// One rule held against one case.
struct RuleTrialRun: Sendable {
    let result: RuleTrial
    /// Why it holds, without the conditions that every case meets.
    let reasons: [String]
    /// It is broken, and by what can be read of it it would have decided this case.
    let wouldHaveMatched: Bool

    init(rule: RoutingRule, facts: CaseFacts, isOutside: Bool) {
        let faults = rule.faults(in: facts.directory)
        let target = rule.lead.flatMap(facts.directory.office(code:))
        let outcomes = rule.conditions.map { $0.evaluate(facts) }
        let refusals = Self.refusals(rule, outcomes, facts, isOutside)
        guard faults.isEmpty else {
            reasons = []
            // Of a rule whose conditions are all unreadable nobody can say what it was for; the alarm is all there is.
            wouldHaveMatched = refusals.isEmpty && !(rule.hasUnreadConditions && rule.conditions.isEmpty)
            let consequence = wouldHaveMatched ? ["Laporan ini menunggu petugas karena aturan ini rusak."] : refusals
            result = Self.trial(rule, matched: false, broken: true, why: faults + consequence)
            return
        }
        wouldHaveMatched = false
        guard refusals.isEmpty else {
            reasons = []
            result = Self.trial(rule, matched: false, why: refusals)
            return
        }
        let destination = target.map { "\($0.name) menangani urusan seperti ini." }
        reasons = outcomes.map(\.why) + [destination].compactMap { $0 }
        result = Self.trial(rule, matched: true, why: reasons)
    }

    /// Why the rule does not hold; empty where it does.
    private static func refusals(
        _ rule: RoutingRule, _ outcomes: [(holds: Bool, why: String)], _ facts: CaseFacts, _ isOutside: Bool
    ) -> [String] {
        let failed = outcomes.filter { !$0.holds }.map(\.why)
        guard failed.isEmpty else { return failed }
        if facts.isSensitive, !rule.conditions.contains(where: \.namesKind) {
            return ["Laporan peka hanya mengikuti aturan untuk jenisnya."]
        }
        if isOutside, !rule.hold, let lead = rule.lead, facts.isOwnOffice(lead) {
            return ["Tempat kejadian di luar wilayah kami."]
        }
        return []
    }

    private static func trial(_ rule: RoutingRule, matched: Bool, broken: Bool = false, why: [String]) -> RuleTrial {
        RuleTrial(
            rule: rule.id.uuidString.lowercased(), version: rule.version, name: rule.name, matched: matched,
            broken: broken, why: why)
    }
}
