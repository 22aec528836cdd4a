import Foundation
import Postgres
import ServiceKit
import SinergiCore

/// The projection of a case beside its complaint.
struct ProjectionStore: Sendable {
    /// What is known before a change is applied.
    struct Known: Sendable {
        let trackingCode: String
        let language: String
        let confidential: Bool
        let viewVersion: Int
        let notifiedSeq: Int
    }

    /// The reporter's sealed contact, where there is a way to reach them.
    struct Contact: Sendable {
        let sealed: [UInt8]
        let hasEmail: Bool
        let hasPhone: Bool
        /// The channel of the conversation that the complaint came by.
        let channel: String?
    }

    /// Locks the complaint.
    /// - Returns: What is known of it, and how to reach its reporter; `nil` when there is no such complaint.
    func lock(_ id: UUID, in transaction: PostgresTransaction) async throws -> (Known, Contact?)? {
        let results = try await transaction.pipeline(
            """
            SELECT tracking_code, language, confidential, view_version::int8 AS view_version, notified_seq::int8 AS notified_seq
            FROM intake.complaint WHERE agency = directory.me() AND id = \(id) FOR NO KEY UPDATE
            """,
            """
            SELECT r.sealed, r.has_email, r.has_phone, v.channel FROM intake.reporter r
            JOIN intake.complaint c ON c.agency = r.agency AND c.id = r.complaint
            LEFT JOIN intake.channel_complaint l ON l.agency = r.agency AND l.tracking_code = c.tracking_code
            LEFT JOIN intake.conversation v ON v.agency = l.agency AND v.id = l.conversation
            WHERE r.agency = directory.me() AND r.complaint = \(id) AND (r.has_email OR r.has_phone)
                AND v.stopped IS NOT TRUE
            """)
        guard results.count == 2, let row = results[0].first else { return nil }
        let known = Known(
            trackingCode: try row.decode("tracking_code"), language: try row.decode("language"),
            confidential: try row.decode("confidential"), viewVersion: try row.decode("view_version"),
            notifiedSeq: try row.decode("notified_seq"))
        let contact = try results[1].first.map { row in
            Contact(
                sealed: try row.decode("sealed"), hasEmail: try row.decode("has_email"),
                hasPhone: try row.decode("has_phone"), channel: try row.decodeIfPresent("channel"))
        }
        return (known, contact)
    }

    /// Stores the view as it came, and draws numbers for messages in the complaint's lane.
    ///
    /// What an officer has checked becomes public; what turned confidential is withdrawn from the public.
    /// - Returns: The first number drawn, and whether everybody may see it now.
    func save(
        _ change: CaseChanged, data: String, messages: Int, notifiedSeq: Int, in transaction: PostgresTransaction
    ) async throws -> (first: Int, isPublic: Bool) {
        let row = try await transaction.query(
            """
            UPDATE intake.complaint
            SET view = \(JSONText(data))::jsonb -> 'view', view_version = \(Int32(change.version)),
                notified_seq = \(Int32(notifiedSeq)), version = version + \(messages), updated_at = \(change.view.updatedAt),
                published = NOT confidential AND sealed IS NULL AND \(change.view.mayBePublished)
            WHERE agency = directory.me() AND id = \(change.caseID)
            RETURNING version, published
            """
        ).first
        guard let row else { throw FollowingError.vanished }
        return (try row.decode("version", as: Int.self) - messages + 1, try row.decode("published"))
    }
}

extension CaseProjection {
    /// Whether an officer has checked a text for the public and nothing speaks against showing it.
    var mayBePublished: Bool {
        confidential != true && descriptionPublished != nil && !(Kind(rawValue: kind)?.isConfidentialByDefault ?? false)
    }
}
