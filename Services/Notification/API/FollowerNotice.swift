public import Foundation

/// News of a published complaint for somebody who follows it without being its reporter: the data of the event
/// `follower.notice`, intake → notification.
public struct FollowerNotice: Codable, Sendable, Hashable {
    /// The event's name on the wire.
    public static let eventType = "follower.notice"

    /// Identifies the message, so that a second delivery is no second message.
    public var messageID: UUID
    public var trackingCode: String
    /// The wording's event in `notification.template`: `follow_confirm` or `follow_news`.
    public var template: String
    /// `mail` or `sms`.
    public var channel: String
    /// `id` or `en`.
    public var language: String
    /// `Contents` as JSON, sealed to the agency's public key, in base64.
    public var sealed: String

    /// What is sealed: the address, and the link by which its owner confirms and stops.
    public struct Contents: Codable, Sendable, Hashable {
        public var email: String?
        /// In international form.
        public var phone: String?
        /// What fills the wording's places.
        public var values: [String: String]

        public init(email: String?, phone: String?, values: [String: String]) {
            self.email = email
            self.phone = phone
            self.values = values
        }
    }

    public init(
        messageID: UUID, trackingCode: String, template: String, channel: String, language: String, sealed: String
    ) {
        self.messageID = messageID
        self.trackingCode = trackingCode
        self.template = template
        self.channel = channel
        self.language = language
        self.sealed = sealed
    }

    private enum CodingKeys: String, CodingKey {
        case template, channel, language, sealed
        case messageID = "message_id"
        case trackingCode = "tracking_code"
    }
}
