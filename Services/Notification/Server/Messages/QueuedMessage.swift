import Foundation
import Postgres
import SinergiCore

/// A message that this process has taken to send.
struct QueuedMessage: Sendable, Hashable {
    var id: UUID
    var recipient: String
    var channel: Channel
    var reference: String
    var trackingCode: String
    var event: String
    var language: Language
    var confidential: Bool
    var content: Content
    var sealed: [UInt8]?
    /// This attempt included.
    var attempts: Int
    var createdAt: Date
    var expiresAt: Date
}

extension QueuedMessage: PostgresRecord {
    init(row: PostgresRow) throws {
        self.init(
            id: try row.decode("id", as: UUID.self), recipient: try row.decode("recipient", as: String.self),
            channel: Channel(rawValue: try row.decode("channel", as: String.self)) ?? .mail,
            reference: try row.decode("reference", as: String.self),
            trackingCode: try row.decode("tracking_code", as: String.self),
            event: try row.decode("event", as: String.self),
            language: Language(rawValue: try row.decode("language", as: String.self)) ?? .id,
            confidential: try row.decode("confidential", as: Bool.self),
            content: try row.decode("content", as: PostgresJSON<Content>.self).value,
            sealed: try row.decodeIfPresent("sealed", as: [UInt8].self),
            attempts: Int(try row.decode("attempts", as: Int32.self)),
            createdAt: try row.decode("created_at", as: Date.self),
            expiresAt: try row.decode("expires_at", as: Date.self))
    }
}
