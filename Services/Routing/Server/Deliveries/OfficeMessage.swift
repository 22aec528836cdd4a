import Foundation
import Identity
import NotificationAPI
import ServiceKit
import SinergiCore
import Tenancy

/// What an office without login is sent: the link, its PIN by another way, a reminder. Words, number and address are
/// sealed to the own agency, for a link is a key: neither the exchange nor notification's table shows it (ADR 0022).
struct OfficeMessage: Sendable {
    enum Kind: String {
        case link = "link_sent"
        case pin = "link_pin"
        case reminder = "link_reminder"
    }

    let kind: Kind
    let channel: DeliveryBody.Channel
    let address: String
    /// What fills the wording's places: `from`, `link`, `until`, `pin`, `sent`.
    let values: [String: String]

    /// Looks like a telephone number or a mail address; the gateway or the mail server has the last word.
    static func isAddress(_ text: String, _ channel: DeliveryBody.Channel? = nil) -> Bool {
        switch channel ?? self.channel(of: text) {
        case .mail:
            let parts = text.split(separator: "@", omittingEmptySubsequences: false)
            return parts.count == 2 && !parts[0].isEmpty && parts[1].contains(".")
                && !text.contains(where: \.isWhitespace)
        case .sms, .whatsapp:
            let digits = text.filter(\.isNumber)
            return (8...15).contains(digits.count) && text.allSatisfy { $0.isNumber || "+- ()".contains($0) }
        }
    }

    /// How something is sent to an address that says nothing of its way.
    static func channel(of address: String) -> DeliveryBody.Channel { address.contains("@") ? .mail : .sms }

    /// The data of `channel.reply`.
    /// - Throws: 503 while the directory has no sealing key of the agency.
    func event(delivery: UUID, agency: Int, _ directory: Directory) throws -> JSONValue {
        guard let key = directory.sealingKey(of: agency, at: Date()), let raw = Data(base64Encoded: key.publicKey)
        else { throw Problem.databaseUnavailable }
        let words = Dictionary(uniqueKeysWithValues: values.map { ($0, JSONValue.string($1)) })
        let contents: JSONValue = [
            "email": channel == .mail ? .string(address) : .null,
            "phone": .string(channel == .mail ? "" : address),
            "values": .object(words.reduce(into: JSONObject()) { $0[$1.key] = $1.value }),
        ]
        let event = ChannelReply(
            messageID: .v7(), conversation: delivery, channel: channel.rawValue, template: kind.rawValue,
            language: Language.id.rawValue,
            sealed: Data(try Sealer.seal(Array(JSONWriter.text(of: contents).utf8), to: Array(raw)))
                .base64EncodedString())
        return try JSONParser.parse(Array(JSONWriter.text(of: event).utf8))
    }
}
