import Foundation
import RoutingAPI
import Tenancy

/// One rule held against one case.
struct RuleTrialRun: Sendable {
    let result: RuleTrial
    /// Why it holds, without the conditions that every case meets.
    let reasons: [String]

    init(rule: RoutingRule, facts: CaseFacts, isOutside: Bool) {
        let target = rule.lead.flatMap(facts.directory.office(code:))
        var faults = rule.faults
        if let lead = rule.lead, target == nil { faults.append("Kantor \(lead) tidak ada dalam direktori.") }
        for code in rule.contributors where facts.directory.office(code: code) == nil {
            faults.append("Kantor \(code) tidak ada dalam direktori.")
        }
        guard faults.isEmpty else {
            reasons = []
            result = Self.trial(rule, matched: false, broken: true, why: faults)
            return
        }
        let outcomes = rule.conditions.map { $0.evaluate(facts) }
        if let failed = outcomes.first(where: { !$0.holds }) {
            reasons = []
            result = Self.trial(rule, matched: false, why: [failed.why])
        } else if facts.isSensitive, !rule.conditions.contains(where: \.namesKind) {
            reasons = []
            result = Self.trial(rule, matched: false, why: ["Laporan peka hanya mengikuti aturan untuk jenisnya."])
        } else if isOutside, !rule.hold, target?.agency == facts.agency {
            reasons = []
            result = Self.trial(rule, matched: false, why: ["Tempat kejadian di luar wilayah kami."])
        } else {
            let destination = target.map { "\($0.name) menangani urusan seperti ini." }
            reasons = outcomes.map(\.why) + [destination].compactMap { $0 }
            result = Self.trial(rule, matched: true, why: reasons)
        }
    }

    private static func trial(_ rule: RoutingRule, matched: Bool, broken: Bool = false, why: [String]) -> RuleTrial {
        RuleTrial(
            rule: rule.id.uuidString.lowercased(), version: rule.version, name: rule.name, matched: matched,
            broken: broken, why: why)
    }
}
