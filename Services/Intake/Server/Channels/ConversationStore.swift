import Foundation
import Postgres
import SinergiCore
import Tenancy

/// A message as it came from a provider.
struct InboundMessage: Sendable {
    let channel: ChatChannel
    /// The provider's own id: the same message comes again under it.
    let providerID: String
    /// International form, `+62…`.
    let phone: String
    /// What the sender calls themselves.
    let name: String?
    let input: ChannelInput
    /// What is kept for an officer's eyes.
    let original: String
    /// The regional word that was taken off the beginning.
    var word: String?
    /// The file in it, where there is one.
    var media: ChannelMedia?
}

/// A conversation's row.
struct StoredConversation: Sendable {
    let id: UUID
    let contact: [UInt8]
    /// The sender, sealed to the agency: `ReporterContact`.
    let sealed: [UInt8]
    let version: Int
    /// The draft, sealed.
    let draft: [UInt8]?
    let state: Conversation
}

/// Conversations and their messages in the database. All of it runs in the caller's transaction.
struct ConversationStore: Sendable {
    /// - Returns: `false` for a message that came before.
    func record(
        _ message: InboundMessage, conversation: UUID, flags: Set<MessageFlag>, sealed: [UInt8],
        in transaction: PostgresTransaction
    ) async throws -> Bool {
        try await transaction.query(
            """
            INSERT INTO intake.channel_message (agency, channel, provider_id, conversation, kind, flags, sealed)
            VALUES (directory.me(), \(message.channel.rawValue), \(message.providerID), \(conversation), \(message.input.kind),
                \(flags.map(\.rawValue).sorted()), \(sealed))
            ON CONFLICT DO NOTHING RETURNING true
            """
        ).isEmpty == false
    }

    /// The conversation of a contact, locked; it is begun where there is none.
    func open(
        _ channel: ChatChannel, contact: [UInt8], sealed: [UInt8], in transaction: PostgresTransaction
    ) async throws -> StoredConversation {
        _ = try await transaction.query(
            """
            INSERT INTO intake.conversation (agency, id, channel, contact, sealed, language, state)
            VALUES (directory.me(), \(UUID.v7()), \(channel.rawValue), \(contact), \(sealed), 'id', 'idle')
            ON CONFLICT DO NOTHING
            """)
        let row = try await transaction.query(
            """
            \(Self.columns) WHERE agency = directory.me() AND channel = \(channel.rawValue) AND contact = \(contact)
            FOR NO KEY UPDATE
            """
        ).first
        guard let row else { throw TenancyError.noResult }
        return try StoredConversation(row: row)
    }

    func lock(_ id: UUID, in transaction: PostgresTransaction) async throws -> StoredConversation? {
        try await transaction.query(
            "\(Self.columns) WHERE agency = directory.me() AND id = \(id) FOR NO KEY UPDATE"
        ).first.map(StoredConversation.init(row:))
    }

    /// - Parameter wait: Seconds until silence is answered; `nil`: never.
    func save(
        _ state: Conversation, draft: [UInt8]?, replies: Int, wait: Double?, to id: UUID,
        in transaction: PostgresTransaction
    ) async throws {
        _ = try await transaction.query(
            """
            UPDATE intake.conversation
            SET state = \(state.state.rawValue), language = \(state.language.rawValue), draft = \(draft),
                flags = \(state.draft?.flags.map(\.rawValue).sorted() ?? []), reminded = \(state.reminded),
                stopped = \(state.stopped), version = version + \(replies), updated_at = clock_timestamp(),
                due_at = clock_timestamp() + make_interval(secs => \(wait)::float8)
            WHERE agency = directory.me() AND id = \(id)
            """)
    }

    /// News of this complaint goes back through the conversation.
    func link(_ code: String, to id: UUID, in transaction: PostgresTransaction) async throws {
        _ = try await transaction.query(
            """
            INSERT INTO intake.channel_complaint (agency, tracking_code, conversation) VALUES (directory.me(), \(code), \(id))
            ON CONFLICT DO NOTHING
            """)
    }

    static let columns: SQL = """
        SELECT id, channel, contact, sealed, language, state, draft, reminded, stopped, version FROM intake.conversation
        """
}

extension StoredConversation {
    init(row: PostgresRow) throws {
        id = try row.decode("id", as: UUID.self)
        contact = try row.decode("contact", as: [UInt8].self)
        sealed = try row.decode("sealed", as: [UInt8].self)
        version = try row.decode("version", as: Int.self)
        draft = try row.decodeIfPresent("draft", as: [UInt8].self)
        state = Conversation(
            channel: ChatChannel(rawValue: try row.decode("channel", as: String.self)) ?? .sms,
            state: Conversation.State(rawValue: try row.decode("state", as: String.self)) ?? .idle,
            language: Language(rawValue: try row.decode("language", as: String.self)) ?? .id, draft: nil,
            reminded: try row.decode("reminded", as: Bool.self), stopped: try row.decode("stopped", as: Bool.self))
    }
}
