import Foundation
import Tenancy

/// A line of an agency's decision table: conditions, all of which must hold, and where the case goes then.
///
/// A rule that names something unknown, or that cannot be read, is *broken*: it never decides, every decision's trace says
/// so, a case that it would have decided waits for a person, and an alarm is raised. It is never silently off.
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
    /// How urgent a case of it is; `nil` leaves that as it is.
    let casePriority: String?
    let validFrom: Date?
    let validTo: Date?
    /// Why the rule cannot be used; empty for a sound one.
    let faults: [String]
    /// It has conditions beside `conditions`, which could not be read.
    let hasUnreadConditions: Bool

    init(
        id: UUID, version: Int = 1, priority: Int, name: String, conditions: [RuleCondition], lead: String?,
        contributors: [String] = [], hold: Bool = false, casePriority: String? = nil, validFrom: Date? = nil,
        validTo: Date? = nil, faults: [String] = [], hasUnreadConditions: Bool = false
    ) {
        self.id = id
        self.version = version
        self.priority = priority
        self.name = name
        self.conditions = conditions
        self.lead = lead
        self.contributors = contributors
        self.hold = hold
        self.casePriority = casePriority
        self.validFrom = validFrom
        self.validTo = validTo
        self.faults = faults
        self.hasUnreadConditions = hasUnreadConditions
    }

    /// The order in which rules are tried: priority, then the more specific ones, then the older ones. Total, so that
    /// two processes decide alike.
    static func order(_ left: RoutingRule, _ right: RoutingRule) -> Bool {
        if left.priority != right.priority { return left.priority < right.priority }
        let (a, b) = (left.specificity, right.specificity)
        if a != b { return a > b }
        return left.id.uuidString < right.id.uuidString
    }

    /// Why it cannot be used with this directory: what it cannot say by itself, such as that an office is gone.
    func faults(in directory: Directory) -> [String] {
        faults + offices.compactMap { Self.fault(of: $0, in: directory) }
    }

    /// Why an office cannot be given work; `nil` for one that exists today.
    static func fault(of code: String, in directory: Directory) -> String? {
        guard let office = directory.office(code: code) else { return "Kantor \(code) tidak ada dalam direktori." }
        return office.active ? nil : "Kantor \(code) sudah dibubarkan atau habis masa berlakunya."
    }

    /// Codes of all offices that it names.
    var offices: [String] { [lead].compactMap { $0 } + contributors }

    /// Whether it says the same about a case as another one.
    func decidesLike(_ other: RoutingRule) -> Bool {
        lead == other.lead && Set(contributors) == Set(other.contributors) && hold == other.hold
            && casePriority == other.casePriority
    }

    private var specificity: Int { conditions.reduce(0) { $0 + $1.specificity } }
}
