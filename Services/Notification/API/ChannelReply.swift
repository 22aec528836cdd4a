public import Foundation

/// A reply in a conversation: the data of the event `channel.reply`, intake → notification.
///
/// What is said, and to whom, is sealed to the agency; in the clear stands only which wording it takes.
public struct ChannelReply: Codable, Sendable, Hashable {
    /// The event's name on the wire.
    public static let eventType = "channel.reply"

    /// Identifies the reply, so that a second delivery is no second message.
    public var messageID: UUID
    /// Replies of one conversation are sent in order.
    public var conversation: UUID
    /// `sms` or `whatsapp`; `mail` for a one-time code.
    public var channel: String
    /// The wording's event in `notification.template`, such as `chat_welcome`.
    public var template: String
    /// `id` or `en`.
    public var language: String
    /// `Contents` as JSON, sealed to the agency's public key, in base64.
    public var sealed: String

    /// What is sealed.
    public struct Contents: Codable, Sendable, Hashable {
        /// In international form.
        public var phone: String
        /// What fills the wording's places.
        public var values: [String: String]
        /// Where it goes by mail.
        public var email: String?

        public init(phone: String, values: [String: String], email: String? = nil) {
            self.phone = phone
            self.values = values
            self.email = email
        }
    }

    public init(
        messageID: UUID, conversation: UUID, channel: String, template: String, language: String, sealed: String
    ) {
        self.messageID = messageID
        self.conversation = conversation
        self.channel = channel
        self.template = template
        self.language = language
        self.sealed = sealed
    }

    private enum CodingKeys: String, CodingKey {
        case conversation, channel, template, language, sealed
        case messageID = "message_id"
    }
}
