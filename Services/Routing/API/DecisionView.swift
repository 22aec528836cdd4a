public import Foundation

/// Where a case was sent by machine, or what the machine proposes, and why.
public struct DecisionView: Codable, Sendable, Equatable {
    public var decisionID: String
    @Nullable public var caseID: String?
    @Nullable public var at: Date?
    /// `automatic`, `suggested`, `manual` or `arbitrated`.
    public var mode: String
    /// The rule that decided, in words.
    @Nullable public var rule: String?
    /// Version of the agency's rules that were tried (`GET /v1/rules/versions/{version}`); none for what people decided.
    @Nullable public var rulesVersion: Int?
    /// Best first.
    public var suggestions: [SuggestionView]
    /// Every rule that was tried; only in `GET /v1/decisions/{id}`.
    @Nullable public var trace: [RuleTrial]?

    public init(
        decisionID: String, caseID: String?, at: Date?, mode: String, rule: String?, rulesVersion: Int? = nil,
        suggestions: [SuggestionView], trace: [RuleTrial]?
    ) {
        self.decisionID = decisionID
        self.caseID = caseID
        self.at = at
        self.mode = mode
        self.rule = rule
        self.rulesVersion = rulesVersion
        self.suggestions = suggestions
        self.trace = trace
    }

    enum CodingKeys: String, CodingKey {
        case at, mode, rule, suggestions, trace
        case decisionID = "decision_id"
        case caseID = "case_id"
        case rulesVersion = "rules_version"
    }
}

/// An office proposed for a part.
public struct SuggestionView: Codable, Sendable, Equatable {
    @Nullable public var office: OfficeRef?
    public var role: String
    /// 1 where a rule or a person decides; else the share of what speaks for this office, not measured on outcomes.
    @Nullable public var probability: Double?
    /// Sentences that a citizen understands.
    public var reasons: [String]

    public init(office: OfficeRef?, role: String, probability: Double?, reasons: [String]) {
        self.office = office
        self.role = role
        self.probability = probability
        self.reasons = reasons
    }
}

/// One rule that was tried, and why it did or did not apply.
public struct RuleTrial: Codable, Sendable, Equatable {
    /// The rule's id; `nil` for what is built in.
    @Nullable public var rule: String?
    @Nullable public var version: Int?
    public var name: String
    public var matched: Bool
    /// The rule cannot be used as it stands and needs its author.
    public var broken: Bool
    public var why: [String]

    public init(rule: String?, version: Int?, name: String, matched: Bool, broken: Bool, why: [String]) {
        self.rule = rule
        self.version = version
        self.name = name
        self.matched = matched
        self.broken = broken
        self.why = why
    }
}
