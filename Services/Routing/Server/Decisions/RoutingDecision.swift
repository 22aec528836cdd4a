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

    /// Names of rules that cannot be used as they stand.
    var brokenRules: [String] { trace.filter(\.broken).map(\.name) }
}
