/// How a message travels.
enum Channel: String, Sendable, Hashable, CaseIterable, Codable {
    case mail, sms, whatsapp

    /// Channels of the gateway.
    static let short: [Channel] = [.sms, .whatsapp]
}
