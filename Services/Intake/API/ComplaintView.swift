public import Foundation

/// What the holder of the access key sees at `GET /v1/complaints/{tracking_code}`: one flat object on the wire.
public struct ComplaintView: Codable, Sendable, Equatable {
    /// The part that the public sees too once an officer has checked the text; it ends with `steps`.
    public var summary: ComplaintSummary
    public var answers: [ReporterAnswer]
    public var messages: [ReporterMessage]
    public var anonymous: Bool
    public var confidential: Bool
    public var lat: Double?
    public var long: Double?
    public var address: String?
    /// What the reporter may do now: `confirm`, `dispute`, `withdraw`, `reply`, `rate`.
    public var actions: [String]
    /// The report that this one follows, where an officer found that both are the same.
    public var mergedInto: MainReport?
    /// Parts that an officer made reports of their own; the same access key opens them.
    public var splitInto: [SplitReport] = []
    /// Code of the report that this one was a part of.
    public var splitFrom: String?

    public init(
        summary: ComplaintSummary, answers: [ReporterAnswer], messages: [ReporterMessage], anonymous: Bool,
        confidential: Bool, lat: Double?, long: Double?, address: String?, actions: [String]
    ) {
        self.summary = summary
        self.answers = answers
        self.messages = messages
        self.anonymous = anonymous
        self.confidential = confidential
        self.lat = lat
        self.long = long
        self.address = address
        self.actions = actions
    }

    private enum CodingKeys: String, CodingKey {
        case answers, messages, anonymous, confidential, lat, long, address, actions
        case mergedInto = "merged_into"
        case splitInto = "split_into"
        case splitFrom = "split_from"
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            summary: try ComplaintSummary(from: decoder),
            answers: try fields.decode([ReporterAnswer].self, forKey: .answers),
            messages: try fields.decode([ReporterMessage].self, forKey: .messages),
            anonymous: try fields.decode(Bool.self, forKey: .anonymous),
            confidential: try fields.decode(Bool.self, forKey: .confidential),
            lat: try fields.decodeIfPresent(Double.self, forKey: .lat),
            long: try fields.decodeIfPresent(Double.self, forKey: .long),
            address: try fields.decodeIfPresent(String.self, forKey: .address),
            actions: try fields.decode([String].self, forKey: .actions))
        mergedInto = try fields.decodeIfPresent(MainReport.self, forKey: .mergedInto)
        splitInto = try fields.decodeIfPresent([SplitReport].self, forKey: .splitInto) ?? []
        splitFrom = try fields.decodeIfPresent(String.self, forKey: .splitFrom)
    }

    public func encode(to encoder: any Encoder) throws {
        // One container for both parts: a streaming encoder cannot open a second one for the same object.
        var fields = encoder.container(keyedBy: ViewKey.self)
        try summary.encode(into: &fields)
        try fields.encode(answers, forKey: "answers")
        try fields.encode(messages, forKey: "messages")
        try fields.encode(anonymous, forKey: "anonymous")
        try fields.encode(confidential, forKey: "confidential")
        try fields.encode(lat, forKey: "lat")
        try fields.encode(long, forKey: "long")
        try fields.encode(address, forKey: "address")
        try fields.encode(actions, forKey: "actions")
        try fields.encode(mergedInto, forKey: "merged_into")
        try fields.encode(splitInto, forKey: "split_into")
        try fields.encode(splitFrom, forKey: "split_from")
    }
}

/// A published answer.
public struct ReporterAnswer: Codable, Sendable, Equatable {
    public var answerID: UUID
    public var office: OfficeReference
    public var body: String
    /// An interim answer never starts the clock of silence.
    public var interim: Bool
    public var publishedAt: Date
    /// The earlier answer that this one replaces; that one stays, marked by `correctedBy`.
    public var corrects: UUID?
    public var correctedBy: UUID?

    public init(
        answerID: UUID, office: OfficeReference, body: String, interim: Bool, publishedAt: Date, corrects: UUID? = nil,
        correctedBy: UUID? = nil
    ) {
        self.answerID = answerID
        self.office = office
        self.body = body
        self.interim = interim
        self.publishedAt = publishedAt
        self.corrects = corrects
        self.correctedBy = correctedBy
    }

    private enum CodingKeys: String, CodingKey {
        case answerID = "answer_id"
        case office, body, interim, corrects
        case correctedBy = "corrected_by"
        case publishedAt = "published_at"
    }
}

/// A message between the reporter and the office that handles the complaint.
public struct ReporterMessage: Codable, Sendable, Equatable {
    public var messageID: UUID
    public var at: Date
    /// `reporter` or `office`.
    public var from: String
    public var office: OfficeReference?
    public var body: String

    public init(messageID: UUID, at: Date, from: String, office: OfficeReference?, body: String) {
        self.messageID = messageID
        self.at = at
        self.from = from
        self.office = office
        self.body = body
    }

    private enum CodingKeys: String, CodingKey {
        case messageID = "message_id"
        case at, from, office, body
    }
}

/// A key written as a literal.
struct ViewKey: CodingKey, ExpressibleByStringLiteral {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init(stringLiteral value: String) { stringValue = value }
    init?(intValue: Int) { return nil }
}
