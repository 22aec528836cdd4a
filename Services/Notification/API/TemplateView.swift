/// A wording as `GET /v1/templates` shows it.
public struct TemplateView: Codable, Sendable, Hashable {
    /// `reporter` or `office`.
    public var audience: String
    /// A step of the contract's vocabulary, or `news`: the wording for confidential cases.
    public var event: String
    public var channel: String
    public var language: String
    /// First day on which it counts, `YYYY-MM-DD`.
    public var validFrom: String
    /// Whether it is everybody's wording and not the agency's own.
    public var common: Bool
    /// Only with mail.
    public var subject: String?
    public var body: String

    public init(
        audience: String, event: String, channel: String, language: String, validFrom: String, common: Bool,
        subject: String?, body: String
    ) {
        self.audience = audience
        self.event = event
        self.channel = channel
        self.language = language
        self.validFrom = validFrom
        self.common = common
        self.subject = subject
        self.body = body
    }

    private enum CodingKeys: String, CodingKey {
        case audience, event, channel, language, common, subject, body
        case validFrom = "valid_from"
    }

    /// Writes `null` for what is absent, as everywhere on the wire.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(audience, forKey: .audience)
        try fields.encode(event, forKey: .event)
        try fields.encode(channel, forKey: .channel)
        try fields.encode(language, forKey: .language)
        try fields.encode(validFrom, forKey: .validFrom)
        try fields.encode(common, forKey: .common)
        try fields.encode(subject, forKey: .subject)
        try fields.encode(body, forKey: .body)
    }
}
