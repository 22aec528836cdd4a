import Foundation
import RoutingAPI

/// Where a case goes, or what is proposed to a person, with reasons and with every rule that was tried.
struct RoutingDecision: Sendable, Equatable {
    /// `suggested` leaves the case in the triage queue.
    enum Mode: String, Sendable {
        case automatic, suggested
    }

    /// An office for a part.
    struct Suggestion: Sendable, Equatable, Codable {
        var office: String
        var role: String
        /// 1 where a rule decides, else the share of what speaks for this office.
        var probability: Double
        /// Sentences that a citizen understands.
        var reasons: [String]

        init(office: String, role: String = "lead", probability: Double, reasons: [String]) {
            self.office = office
            self.role = role
            self.probability = probability
            self.reasons = reasons
        }
    }

    var mode: Mode
    /// What decided, in words.
    var rule: String?
    /// Best first; of an automatic decision exactly the parts that are offered.
    var suggestions: [Suggestion]
    var trace: [RuleTrial]
    /// How urgent the rule says that the case is; `nil` leaves that as it is.
    var casePriority: String?

    /// Version of the agency's rules that were tried; `nil` where it is not on record.
    var rulesVersion: Int?

    /// The decision about one of a flood: nothing is dropped, and a person looks before it is passed on. What only its supervisors
    /// may see goes straight to them all the same.
    func heldForFlood(isSensitive: Bool) -> RoutingDecision {
        var held = self
        if !isSensitive { held.mode = .suggested }
        held.trace.append(
            RuleTrial(
                rule: nil, version: nil, name: Self.floodRule, matched: true, broken: false,
                why: ["Satu sumber mengirim tulisan yang sama atau hampir sama berkali-kali."]))
        return held
    }

    /// Name of the built-in rule in decisions.
    static let floodRule = "Kiriman berulang dari satu sumber"

    /// Names of rules that cannot be used as they stand.
    var brokenRules: [String] { trace.filter(\.broken).map(\.name) }
}
