import Foundation
import Postgres
import Tenancy

/// A file that came with a message, by the provider's name for it.
struct ChannelMedia: Sendable, Hashable {
    /// Ours: of the attachment that it becomes.
    let id: UUID
    let kind: MediaKind
    let source: Source

    /// What is kept sealed until it is fetched.
    struct Source: Codable, Sendable, Hashable {
        /// The provider's id of the file.
        let reference: String
        /// What it is called on the attachment.
        let name: String
    }
}

/// Files of conversations between their message and their report.
struct ChannelMediaStore: Sendable {
    /// A file whose turn it is.
    struct Wanted: Sendable {
        let id: UUID
        let sealed: [UInt8]
        let attempts: Int
        /// Of its report; `nil` while that lies in the spool.
        let complaint: UUID?
        /// Whether the provider may still have it.
        let isFresh: Bool
    }

    func note(
        _ media: ChannelMedia, sealed: [UInt8], conversation: UUID, in transaction: PostgresTransaction
    ) async throws {
        _ = try await transaction.query(
            """
            INSERT INTO intake.channel_media (agency, id, conversation, kind, sealed)
            VALUES (directory.me(), \(media.id), \(conversation), \(media.kind.rawValue), \(sealed)) ON CONFLICT DO NOTHING
            """)
    }

    /// The report that the files belong to is filed: now they are fetched.
    func want(_ ids: [UUID], for code: String, in transaction: PostgresTransaction) async throws {
        guard !ids.isEmpty else { return }
        _ = try await transaction.query(
            """
            UPDATE intake.channel_media SET tracking_code = \(code), due_at = clock_timestamp()
            WHERE agency = directory.me() AND id = ANY (\(ids)) AND tracking_code IS NULL
            """)
    }

    /// The next one that is due; nobody else takes it for two minutes.
    func claim(in database: AgencyDatabase, _ scope: AgencyScope) async throws -> Wanted? {
        try await database.query(
            scope,
            """
            UPDATE intake.channel_media m
            SET attempts = attempts + 1, due_at = clock_timestamp() + interval '2 minutes'
            WHERE agency = directory.me() AND id = (
                SELECT id FROM intake.channel_media WHERE agency = directory.me() AND due_at <= clock_timestamp()
                ORDER BY due_at LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED)
            RETURNING id, sealed, attempts, received_at > clock_timestamp() - interval '7 days' AS is_fresh,
                (SELECT c.id FROM intake.complaint c WHERE c.agency = m.agency AND c.tracking_code = m.tracking_code) AS complaint
            """
        ).first.map { row in
            Wanted(
                id: try row.decode("id"), sealed: try row.decode("sealed"),
                attempts: Int(try row.decode("attempts", as: Int32.self)),
                complaint: try row.decodeIfPresent("complaint"),
                isFresh: try row.decode("is_fresh"))
        }
    }

    /// - Parameter wait: Seconds until it is tried again; `nil`: it is settled.
    func settle(
        _ id: UUID, _ outcome: String, wait: Double?, in database: AgencyDatabase, _ scope: AgencyScope
    ) async throws {
        _ = try await database.query(
            scope,
            """
            UPDATE intake.channel_media
            SET outcome = \(String(outcome.prefix(100))), due_at = clock_timestamp() + make_interval(secs => \(wait)::float8)
            WHERE agency = directory.me() AND id = \(id)
            """)
    }
}
