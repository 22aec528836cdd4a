import Foundation
import Postgres
import SinergiCore

/// The wording of one event on one channel in one language: a row of `notification.template`.
struct Template: Sendable, Hashable {
    /// Whom a text is for.
    enum Audience: String, Sendable, Hashable, Codable {
        case reporter, office
    }

    /// What identifies a wording, apart from agency and day.
    struct Key: Sendable, Hashable {
        var audience: Audience
        var event: String
        var channel: Channel
        var language: Language
    }

    /// The event under which the wording for confidential cases stands.
    static let news = "news"

    /// The same of a danger, which an office is rung for.
    static let urgent = "urgent"

    var key: Key
    /// 0 for the common wording.
    var agency: Int
    /// First day on which it counts, `2026-01-01`.
    var validFrom: String
    /// Only with mail.
    var subject: String?
    /// Mustache, without escaping: the result is plain text.
    var body: String
}

extension Template: PostgresRecord {
    init(row: PostgresRow) throws(PostgresDecodingError) {
        let audience = Audience(rawValue: try row.decode("audience", as: String.self)) ?? .reporter
        let channel = Channel(rawValue: try row.decode("channel", as: String.self)) ?? .mail
        let language = Language(rawValue: try row.decode("language", as: String.self)) ?? .id
        self.init(
            key: Key(
                audience: audience, event: try row.decode("event", as: String.self), channel: channel,
                language: language),
            agency: Int(try row.decode("agency", as: Int32.self)),
            validFrom: try row.decode("valid_from", as: String.self),
            subject: try row.decodeIfPresent("subject", as: String.self), body: try row.decode("body", as: String.self))
    }
}
