import Foundation
import ServiceKit

/// A rule as data, in the shape in which the API takes it, a rule set keeps it and the database tells it; read as far as it
/// can be.
///
/// Nothing throws here: a rule that was spoilt by hand must be seen and repaired, and must stop nobody's complaint.
struct RuleDocument: Sendable {
    let json: JSONValue
    /// What could be read of it, in the same shape.
    let readable: JSONValue
    /// The same as a rule; its `faults` say what could not be read.
    let rule: RoutingRule

    /// Members that say what happens and not when.
    private static let effects: Set<String> = [
        "rule_id", "priority", "lead", "contributors", "hold", "case_priority", "valid_from", "valid_to",
    ]

    init(_ json: JSONValue, version: Int = 1) {
        self.json = json
        var fields = FieldReader(json)
        let body = RuleBody(fields: &fields)
        readable = body.json
        var faults: [String] = []
        var hasUnreadConditions = false
        do throws(Problem) { try fields.finish() } catch {
            for problem in error.errors {
                let member = String(problem.pointer.dropFirst(2).prefix { $0 != "/" })
                // A name that is too short harms nobody.
                if member == "name" { continue }
                if !Self.effects.contains(member) { hasUnreadConditions = true }
                let fault =
                    switch (member, problem.code) {
                    case ("lead", "required"): "Aturan ini tidak menyebut kantor tujuan."
                    case (_, "unknown_field"): "Syarat “\(member)” tidak dikenal."
                    default: member.isEmpty ? "Aturan ini tidak terbaca." : "Isian “\(member)” tidak terbaca."
                    }
                if !faults.contains(fault) { faults.append(fault) }
            }
        }
        rule = RoutingRule(body, version: version, faults: faults, hasUnreadConditions: hasUnreadConditions)
    }

    init(_ body: RuleBody) {
        self.init(json: body.json, rule: RoutingRule(body))
    }

    init(json: JSONValue, rule: RoutingRule) {
        self.json = json
        readable = json
        self.rule = rule
    }

    /// Whether it says the same as another text of the same rule; the order of members does not count.
    func isSame(as other: RuleDocument) -> Bool {
        if rule.faults.isEmpty, other.rule.faults.isEmpty { return rule.isSame(as: other.rule) }
        return json == other.json
    }
}

extension RoutingRule {
    /// A rule as somebody writes it.
    init(_ body: RuleBody, version: Int = 1, faults: [String] = [], hasUnreadConditions: Bool = false) {
        var conditions: [RuleCondition] = []
        if let category = body.category { conditions.append(.category(category)) }
        if let area = body.area { conditions.append(.area(area)) }
        if let kind = body.kind { conditions.append(.kind(kind)) }
        self.init(
            id: body.id, version: version, priority: body.priority,
            name: body.name.isEmpty ? "Aturan tanpa nama" : body.name,
            conditions: conditions + body.conditions.list, lead: body.lead, contributors: body.contributors,
            hold: body.hold, casePriority: body.casePriority?.rawValue, validFrom: body.validFrom,
            validTo: body.validTo, faults: faults, hasUnreadConditions: hasUnreadConditions)
    }

    fileprivate func isSame(as other: RoutingRule) -> Bool {
        id == other.id && priority == other.priority && name == other.name
            && Set(conditions) == Set(other.conditions) && decidesLike(other)
            && validTo.map(Timestamp.text) == other.validTo.map(Timestamp.text)
    }
}
