import Foundation
import SinergiCore

/// A message to be written down; the row is what will be sent, however often it is tried.
struct NewMessage: Sendable, Hashable {
    /// The recipient's name in the table where it is the reporter; offices stand there by their code.
    static let reporter = "reporter"

    var agency: Int
    var step: UUID
    var recipient: String
    var channel: Channel
    var trackingCode: String
    var event: String
    var language: Language
    var confidential: Bool
    var content: Content
    /// Where to send it, sealed; `nil` for offices, whose addresses are public.
    var sealed: [UInt8]?

    /// What the message is called towards its channel.
    var reference: String { Reference.text(agency: agency, step: step, channel: channel, recipient: recipient) }
}

extension UUID {
    /// A UUIDv7 whose random part begins with the fraction of the millisecond (RFC 9562 §6.2, method 3), so that
    /// messages written down in one transaction keep their order.
    static func ordered(at time: Date = Date()) -> UUID {
        let milliseconds = time.timeIntervalSince1970 * 1000
        let whole = milliseconds.rounded(.down)
        return .v7(
            milliseconds: Int64(whole),
            random: (UInt64((milliseconds - whole) * 4096), UInt64.random(in: .min ... .max)))
    }
}
