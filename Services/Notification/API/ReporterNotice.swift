public import Foundation

/// One step of a complaint that its reporter is to hear of: the data of the event `reporter.notice`, intake → notification.
///
/// It carries no address in the clear: `sealedContact` can be opened only with the agency's private sealing key, which
/// notification does at the moment of sending.
public struct ReporterNotice: Codable, Sendable, Hashable {
    /// The event's name on the wire.
    public static let eventType = "reporter.notice"

    /// Id of the step. With the channel it identifies the message, so a second notice of a step is no second message.
    public var messageID: UUID
    public var trackingCode: String
    /// A word of the contract's event vocabulary, such as `handoff_accepted`.
    public var event: String
    /// `id` or `en`.
    public var language: String
    /// A `ReporterContact` as JSON, sealed to the agency's public key, in base64.
    public var sealedContact: String
    public var hasEmail: Bool
    public var hasPhone: Bool
    /// Code of the office that holds the case after the step.
    public var office: String?
    /// Name of that office; notification looks it up by code where it is missing.
    public var officeName: String?
    /// The case's status after the step.
    public var status: String
    /// What comes next: `verify`, `accept_handoff`, `arbitrate`, `answer`, `confirm`, `reply`; derived from the status if missing.
    public var nextStep: String?
    /// When the next step is due.
    public var expectedAt: Date?
    /// Where the reporter follows the case; never holds the access key.
    public var link: String?
    /// What the office wrote to the reporter with this step.
    public var note: String?
    /// The channel that the complaint came by, where news goes back the same way: `sms` or `whatsapp`.
    public var channel: String?
    /// A confidential complaint: the message says only that there is news about its code.
    public var confidential: Bool?

    public init(
        messageID: UUID, trackingCode: String, event: String, language: String, sealedContact: String, hasEmail: Bool,
        hasPhone: Bool, office: String?, officeName: String? = nil, status: String, nextStep: String? = nil,
        expectedAt: Date?, link: String?, note: String?, confidential: Bool, channel: String? = nil
    ) {
        self.messageID = messageID
        self.trackingCode = trackingCode
        self.event = event
        self.language = language
        self.sealedContact = sealedContact
        self.hasEmail = hasEmail
        self.hasPhone = hasPhone
        self.office = office
        self.officeName = officeName
        self.status = status
        self.nextStep = nextStep
        self.expectedAt = expectedAt
        self.link = link
        self.note = note
        self.confidential = confidential
        self.channel = channel
    }

    private enum CodingKeys: String, CodingKey {
        case event, language, office, status, link, note, confidential, channel
        case messageID = "message_id"
        case trackingCode = "tracking_code"
        case sealedContact = "sealed_contact"
        case hasEmail = "has_email"
        case hasPhone = "has_phone"
        case officeName = "office_name"
        case nextStep = "next_step"
        case expectedAt = "expected_at"
    }
}
