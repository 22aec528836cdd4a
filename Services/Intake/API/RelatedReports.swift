/// The report that others follow; told to those who follow it.
public struct MainReport: Codable, Sendable, Equatable {
    public var trackingCode: String
    public var status: String
    /// `nil` until it has ended.
    public var outcome: String?
    /// Whether it has a final answer.
    public var answered: Bool

    public init(trackingCode: String, status: String, outcome: String?, answered: Bool) {
        self.trackingCode = trackingCode
        self.status = status
        self.outcome = outcome
        self.answered = answered
    }

    private enum CodingKeys: String, CodingKey {
        case status, outcome, answered
        case trackingCode = "tracking_code"
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(trackingCode, forKey: .trackingCode)
        try fields.encode(status, forKey: .status)
        // Null, not absent.
        try fields.encode(outcome, forKey: .outcome)
        try fields.encode(answered, forKey: .answered)
    }
}

/// A report that was a part of another one.
public struct SplitReport: Codable, Sendable, Equatable {
    public var trackingCode: String
    public var title: String
    public var status: String
    /// Name of the office that must act next; `nil` until routing has opened the case.
    public var holder: String?

    public init(trackingCode: String, title: String, status: String, holder: String?) {
        self.trackingCode = trackingCode
        self.title = title
        self.status = status
        self.holder = holder
    }

    private enum CodingKeys: String, CodingKey {
        case title, status, holder
        case trackingCode = "tracking_code"
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(trackingCode, forKey: .trackingCode)
        try fields.encode(title, forKey: .title)
        try fields.encode(status, forKey: .status)
        // Null, not absent.
        try fields.encode(holder, forKey: .holder)
    }
}
