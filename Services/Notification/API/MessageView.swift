public import Foundation

/// A message as `GET /v1/messages` shows it: never its text, never an address.
public struct MessageView: Codable, Sendable, Hashable {
    public var messageID: UUID
    /// The step that it tells of.
    public var stepID: UUID
    public var trackingCode: String
    public var event: String
    /// `reporter`, or the code of an office.
    public var recipient: String
    /// `mail`, `sms` or `whatsapp`.
    public var channel: String
    public var language: String
    /// Left part of the mail's `Message-ID`; idempotency key at the gateway.
    public var reference: String
    /// `queued`, `sending`, `sent` or `dead`.
    public var state: String
    public var attempts: Int
    public var createdAt: Date
    /// When the next attempt is due; `nil` once it is sent or dead.
    public var nextAttemptAt: Date?
    public var sentAt: Date?
    /// After this no attempt is made.
    public var expiresAt: Date
    /// What the channel last said, without the address.
    public var lastError: String?

    public init(
        messageID: UUID, stepID: UUID, trackingCode: String, event: String, recipient: String, channel: String,
        language: String, reference: String, state: String, attempts: Int, createdAt: Date, nextAttemptAt: Date?,
        sentAt: Date?, expiresAt: Date, lastError: String?
    ) {
        self.messageID = messageID
        self.stepID = stepID
        self.trackingCode = trackingCode
        self.event = event
        self.recipient = recipient
        self.channel = channel
        self.language = language
        self.reference = reference
        self.state = state
        self.attempts = attempts
        self.createdAt = createdAt
        self.nextAttemptAt = nextAttemptAt
        self.sentAt = sentAt
        self.expiresAt = expiresAt
        self.lastError = lastError
    }

    private enum CodingKeys: String, CodingKey {
        case event, recipient, channel, language, reference, state, attempts
        case messageID = "message_id"
        case stepID = "step_id"
        case trackingCode = "tracking_code"
        case createdAt = "created_at"
        case nextAttemptAt = "next_attempt_at"
        case sentAt = "sent_at"
        case expiresAt = "expires_at"
        case lastError = "last_error"
    }

    /// Writes `null` for what is absent, as everywhere on the wire.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(messageID, forKey: .messageID)
        try fields.encode(stepID, forKey: .stepID)
        try fields.encode(trackingCode, forKey: .trackingCode)
        try fields.encode(event, forKey: .event)
        try fields.encode(recipient, forKey: .recipient)
        try fields.encode(channel, forKey: .channel)
        try fields.encode(language, forKey: .language)
        try fields.encode(reference, forKey: .reference)
        try fields.encode(state, forKey: .state)
        try fields.encode(attempts, forKey: .attempts)
        try fields.encode(createdAt, forKey: .createdAt)
        try fields.encode(nextAttemptAt, forKey: .nextAttemptAt)
        try fields.encode(sentAt, forKey: .sentAt)
        try fields.encode(expiresAt, forKey: .expiresAt)
        try fields.encode(lastError, forKey: .lastError)
    }
}
