import Foundation

/// A line of an agency's decision table: conditions, all of which must hold, and where the case goes then.
///
/// A rule that names something unknown is *broken*: it never matches, every decision's trace says so and an alarm is
/// raised. It is never silently off.
struct RoutingRule: Sendable, Hashable {
    let id: UUID
    let version: Int
    /// Lower numbers are tried first.
    let priority: Int
    let name: String
    let conditions: [RuleCondition]
    /// Code of the office that is to lead; `nil` only where a person decides.
    let lead: String?
    let contributors: [String]
    /// A person decides; `lead` is only proposed.
    let hold: Bool
    /// Why the rule cannot be used; empty for a sound one.
    let faults: [String]

    init(
        id: UUID, version: Int = 1, priority: Int, name: String, conditions: [RuleCondition], lead: String?,
        contributors: [String] = [], hold: Bool = false, faults: [String] = []
    ) {
        self.id = id
        self.version = version
        self.priority = priority
        self.name = name
        self.conditions = conditions
        self.lead = lead
        self.contributors = contributors
        self.hold = hold
        self.faults = faults
    }

    /// The order in which rules are tried: priority, then the more specific ones, then the older ones. Total, so that
    /// two processes decide alike.
    static func order(_ left: RoutingRule, _ right: RoutingRule) -> Bool {
        if left.priority != right.priority { return left.priority < right.priority }
        let (a, b) = (left.specificity, right.specificity)
        if a != b { return a > b }
        return left.id.uuidString < right.id.uuidString
    }

    private var specificity: Int { conditions.reduce(0) { $0 + $1.specificity } }
}
