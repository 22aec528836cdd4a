public import Foundation

/// The part of a complaint's view that may become public: what it is about, who holds it and what comes next.
public struct ComplaintSummary: Codable, Sendable, Equatable {
    public var trackingCode: String
    public var status: String
    /// How it ended; `nil` until then.
    public var outcome: String?
    public var kind: String
    public var category: String?
    public var title: String
    /// The reporter's words for the reporter, the checked text for the public.
    public var description: String
    public var areaCode: String?
    public var createdAt: Date
    public var updatedAt: Date
    /// The office that must act next.
    public var holder: OfficeReference?
    public var heldSince: Date?
    /// `verify`, `accept_handoff`, `arbitrate`, `answer`, `confirm`, `reply` or `nil`.
    public var nextStep: String?
    /// When `nextStep` is due.
    public var expectedAt: Date?
    public var clocks: ReporterClocks
    public var steps: [ReporterStep]

    public init(
        trackingCode: String, status: String, outcome: String?, kind: String, category: String?, title: String,
        description: String, areaCode: String?, createdAt: Date, updatedAt: Date, holder: OfficeReference?,
        heldSince: Date?, nextStep: String?, expectedAt: Date?, clocks: ReporterClocks, steps: [ReporterStep]
    ) {
        self.trackingCode = trackingCode
        self.status = status
        self.outcome = outcome
        self.kind = kind
        self.category = category
        self.title = title
        self.description = description
        self.areaCode = areaCode
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.holder = holder
        self.heldSince = heldSince
        self.nextStep = nextStep
        self.expectedAt = expectedAt
        self.clocks = clocks
        self.steps = steps
    }

    enum CodingKeys: String, CodingKey {
        case status, outcome, kind, category, title, description, holder, clocks, steps
        case trackingCode = "tracking_code"
        case areaCode = "area_code"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case heldSince = "held_since"
        case nextStep = "next_step"
        case expectedAt = "expected_at"
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: ViewKey.self)
        try encode(into: &fields)
    }

    func encode(into fields: inout KeyedEncodingContainer<ViewKey>) throws {
        try fields.encode(trackingCode, forKey: "tracking_code")
        try fields.encode(status, forKey: "status")
        try fields.encode(outcome, forKey: "outcome")
        try fields.encode(kind, forKey: "kind")
        try fields.encode(category, forKey: "category")
        try fields.encode(title, forKey: "title")
        try fields.encode(description, forKey: "description")
        try fields.encode(areaCode, forKey: "area_code")
        try fields.encode(createdAt, forKey: "created_at")
        try fields.encode(updatedAt, forKey: "updated_at")
        try fields.encode(holder, forKey: "holder")
        try fields.encode(heldSince, forKey: "held_since")
        try fields.encode(nextStep, forKey: "next_step")
        try fields.encode(expectedAt, forKey: "expected_at")
        try fields.encode(clocks, forKey: "clocks")
        try fields.encode(steps, forKey: "steps")
    }
}
