/// One message that the simulator got, as it lists and keeps it.
struct GatewayMessage: Codable, Sendable, Hashable {
    let id: String
    /// The idempotency key; the notification service gives the step's id.
    let key: String
    let to: String
    let channel: String
    let text: String
    let reference: String?
    let trackingCode: String?
    let event: String?
    /// RFC 3339, UTC.
    let receivedAt: String

    enum CodingKeys: String, CodingKey {
        case id, key, to, channel, text, reference, event
        case trackingCode = "tracking_code"
        case receivedAt = "received_at"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(key, forKey: .key)
        try container.encode(to, forKey: .to)
        try container.encode(channel, forKey: .channel)
        try container.encode(text, forKey: .text)
        try container.encode(reference, forKey: .reference)
        try container.encode(trackingCode, forKey: .trackingCode)
        try container.encode(event, forKey: .event)
        try container.encode(receivedAt, forKey: .receivedAt)
    }
}

/// What the notification service posts.
struct GatewayRequest: Decodable, Sendable {
    let to: String
    let channel: String
    let text: String
    let reference: String?
    let trackingCode: String?
    let event: String?

    enum CodingKeys: String, CodingKey {
        case to, channel, text, reference, event
        case trackingCode = "tracking_code"
    }
}
