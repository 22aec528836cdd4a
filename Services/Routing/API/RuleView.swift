public import Foundation

/// A routing rule of one agency. Conditions that are `nil` match everything; all given ones must hold.
public struct RuleView: Codable, Sendable, Equatable {
    public var ruleID: String
    /// A rule's text is never changed: a new text is a new version.
    public var version: Int
    /// Lower numbers are tried first.
    public var priority: Int
    public var name: String
    /// A category; an upper one matches those below it.
    @Nullable public var category: String?
    /// An area; areas inside it match too.
    @Nullable public var areaCode: String?
    @Nullable public var kind: String?
    /// Words or phrases of which the text must hold at least one.
    public var words: [String]
    @Nullable public var lead: OfficeRef?
    public var contributors: [OfficeRef]
    /// A person decides; `lead` is only proposed.
    public var hold: Bool
    /// `draft`, `active` or `retired`.
    public var state: String
    public var validFrom: Date
    @Nullable public var validTo: Date?
    public var createdBy: String
    public var createdAt: Date

    public init(
        ruleID: String, version: Int, priority: Int, name: String, category: String?, areaCode: String?, kind: String?,
        words: [String], lead: OfficeRef?, contributors: [OfficeRef], hold: Bool, state: String, validFrom: Date,
        validTo: Date?, createdBy: String, createdAt: Date
    ) {
        self.ruleID = ruleID
        self.version = version
        self.priority = priority
        self.name = name
        self.category = category
        self.areaCode = areaCode
        self.kind = kind
        self.words = words
        self.lead = lead
        self.contributors = contributors
        self.hold = hold
        self.state = state
        self.validFrom = validFrom
        self.validTo = validTo
        self.createdBy = createdBy
        self.createdAt = createdAt
    }

    enum CodingKeys: String, CodingKey {
        case version, priority, name, category, kind, words, lead, contributors, hold, state
        case ruleID = "rule_id"
        case areaCode = "area_code"
        case validFrom = "valid_from"
        case validTo = "valid_to"
        case createdBy = "created_by"
        case createdAt = "created_at"
    }
}
