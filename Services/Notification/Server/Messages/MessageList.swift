import Foundation
import NotificationAPI
import Postgres
import ServiceKit
import Tenancy

/// Which messages a list shows.
struct MessageFilter: Sendable, Hashable {
    var state: String?
    var channel: String?
    var trackingCode: String?
    /// Only messages written down before this one.
    var before: UUID?
}

extension MessageStore {
    /// The newest messages first.
    func list(_ filter: MessageFilter, limit: Int, in scope: AgencyScope) async throws -> [MessageView] {
        try await database.query(
            scope,
            """
            SELECT id, step_id, tracking_code, event, recipient, channel, language, reference, state, attempts, created_at,
                CASE WHEN state IN ('queued', 'sending') THEN available_at END AS next_attempt_at, sent_at, expires_at,
                last_error
            FROM notification.message
            WHERE agency = \(Int32(scope.number))
                AND (\(filter.state)::text IS NULL OR state = \(filter.state))
                AND (\(filter.channel)::text IS NULL OR channel = \(filter.channel))
                AND (\(filter.trackingCode)::text IS NULL OR tracking_code = \(filter.trackingCode))
                -- Who of an agency may know of a secret case is not known here.
                AND NOT confidential
                AND (\(filter.before)::uuid IS NULL OR id < \(filter.before))
            ORDER BY id DESC
            LIMIT \(limit)
            """
        ).map { try MessageView(row: $0) }
    }

    /// Gives a dead message another week.
    /// - Returns: The message as it is then; `nil` where the agency has no such message that is dead.
    func requeue(_ id: UUID, in scope: AgencyScope) async throws -> MessageView? {
        try await database.query(
            scope,
            """
            UPDATE notification.message
            SET state = 'queued', available_at = clock_timestamp(), expires_at = clock_timestamp() + interval '7 days'
            WHERE agency = \(Int32(scope.number)) AND id = \(id) AND state = 'dead'
            RETURNING id, step_id, tracking_code, event, recipient, channel, language, reference, state, attempts, created_at,
                available_at AS next_attempt_at, sent_at, expires_at, last_error
            """
        ).first.map { try MessageView(row: $0) }
    }

    /// The state of a message of the agency; `nil` where there is none.
    func state(of id: UUID, in scope: AgencyScope) async throws -> String? {
        try await database.query(
            scope, "SELECT state FROM notification.message WHERE agency = \(Int32(scope.number)) AND id = \(id)"
        ).first.map { try $0.decode("state", as: String.self) }
    }
}

extension MessageView {
    init(row: PostgresRow) throws {
        self.init(
            messageID: try row.decode("id", as: UUID.self), stepID: try row.decode("step_id", as: UUID.self),
            trackingCode: try row.decode("tracking_code", as: String.self),
            event: try row.decode("event", as: String.self),
            recipient: try row.decode("recipient", as: String.self),
            channel: try row.decode("channel", as: String.self),
            language: try row.decode("language", as: String.self),
            reference: try row.decode("reference", as: String.self),
            state: try row.decode("state", as: String.self), attempts: Int(try row.decode("attempts", as: Int32.self)),
            createdAt: try row.decode("created_at", as: Date.self),
            nextAttemptAt: try row.decodeIfPresent("next_attempt_at", as: Date.self),
            sentAt: try row.decodeIfPresent("sent_at", as: Date.self),
            expiresAt: try row.decode("expires_at", as: Date.self),
            lastError: try row.decodeIfPresent("last_error", as: String.self))
    }
}
