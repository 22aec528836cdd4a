import Foundation
import Postgres
import SinergiCore
import Tenancy

/// The queue of messages in the database. Every process copy works on it; leases keep them apart.
struct MessageStore: Sendable {
    let database: AgencyDatabase
    /// This process, for its leases.
    let holder: UUID
    /// How long a message belongs to the process that took it, unless renewed. Short: after a crash others wait for it.
    var lease: Duration = .seconds(10)

    /// Writes messages down; one that is there already stays as it is.
    func add(_ messages: [NewMessage], in transaction: PostgresTransaction) async throws {
        for message in messages {
            _ = try await transaction.query(
                """
                INSERT INTO notification.message (agency, id, step_id, recipient, channel, reference, tracking_code, event,
                    language, confidential, content, sealed)
                VALUES (\(Int32(message.agency)), \(UUID.ordered()), \(message.step), \(message.recipient),
                    \(message.channel.rawValue), \(message.reference), \(message.trackingCode), \(message.event),
                    \(message.language.rawValue), \(message.confidential), \(PostgresJSON(message.content)), \(message.sealed))
                ON CONFLICT ON CONSTRAINT message_once DO NOTHING
                """)
        }
    }

    /// Takes messages that are due, and those whose sender has died.
    ///
    /// A reporter reads in order: a message waits for an earlier one of the same case, channel and recipient that is
    /// under way or was not tried yet. One that failed holds up nobody.
    func take(_ limit: Int, of channels: [Channel], except held: [UUID], in scope: AgencyScope) async throws
        -> [QueuedMessage]
    {
        try await database.query(
            scope,
            """
            WITH due AS (
                SELECT m.id FROM notification.message m
                WHERE m.agency = \(Int32(scope.number)) AND m.state IN ('queued', 'sending')
                    AND m.available_at <= clock_timestamp()
                    AND (m.state = 'queued' OR m.leased_until < clock_timestamp())
                    AND m.channel = ANY (\(channels.map(\.rawValue))) AND m.id <> ALL (\(held))
                    AND NOT EXISTS (
                        SELECT FROM notification.message e
                        WHERE e.agency = m.agency AND e.tracking_code = m.tracking_code AND e.id < m.id
                            AND e.channel = m.channel AND e.recipient = m.recipient
                            AND (e.state = 'sending' OR (e.state = 'queued' AND e.attempts = 0)))
                ORDER BY m.available_at
                LIMIT \(limit)
                FOR UPDATE SKIP LOCKED
            )
            UPDATE notification.message m
            SET state = 'sending', attempts = m.attempts + 1, holder = \(holder),
                leased_until = clock_timestamp() + make_interval(secs => \(lease.inSeconds))
            FROM due
            WHERE m.agency = \(Int32(scope.number)) AND m.id = due.id
            RETURNING m.id, m.recipient, m.channel, m.reference, m.tracking_code, m.event, m.language, m.confidential,
                m.content, m.sealed, m.attempts, m.created_at, m.expires_at
            """
        ).map { try QueuedMessage(row: $0) }.sorted { $0.id.uuidString < $1.id.uuidString }
    }

    /// Says that this process is still at work on them.
    func renew(_ ids: [UUID], in scope: AgencyScope) async throws {
        _ = try await database.query(
            scope,
            """
            UPDATE notification.message
            SET leased_until = clock_timestamp() + make_interval(secs => \(lease.inSeconds))
            WHERE agency = \(Int32(scope.number)) AND id = ANY (\(ids)) AND state = 'sending' AND holder = \(holder)
            """)
    }

    /// Writes down what became of attempts, in one transaction and one round trip.
    func record(_ results: [AttemptResult], in scope: AgencyScope) async throws {
        let agency = Int32(scope.number)
        let tried = results.filter(\.counts)
        let accepted = results.filter { $0.outcome == .accepted }
        let open = results.filter { $0.outcome != .accepted }
        var statements: [SQL] = [
            """
            INSERT INTO notification.attempt (agency, id, message, outcome, detail, duration_ms)
            SELECT \(agency), r.id, r.message, r.outcome, r.detail, r.duration
            FROM unnest(\(tried.map(\.id)), \(tried.map(\.message)), \(tried.map(\.outcome.word)),
                \(tried.map(\.outcome.detail)), \(tried.map { Int32($0.milliseconds) }))
                AS r(id, message, outcome, detail, duration)
            ON CONFLICT DO NOTHING
            """
        ]
        if !accepted.isEmpty {
            // Sent is sent, whoever holds the lease by now. The address has done its duty.
            statements.append(
                """
                UPDATE notification.message
                SET state = 'sent', sent_at = clock_timestamp(), holder = NULL, leased_until = NULL, sealed = NULL, last_error = NULL
                WHERE agency = \(agency) AND id = ANY (\(accepted.map(\.message))) AND state <> 'sent'
                """)
        }
        if !open.isEmpty {
            statements.append(
                """
                UPDATE notification.message m
                SET state = CASE WHEN r.wait IS NULL OR clock_timestamp() + make_interval(secs => r.wait) > m.expires_at
                        THEN 'dead' ELSE 'queued' END,
                    available_at = clock_timestamp() + make_interval(secs => coalesce(r.wait, 0)),
                    attempts = m.attempts - CASE WHEN r.counts THEN 0 ELSE 1 END,
                    holder = NULL, leased_until = NULL, last_error = r.detail
                FROM unnest(\(open.map(\.message)), \(open.map(\.wait)), \(open.map(\.outcome.detail)), \(open.map(\.counts)))
                    AS r(id, wait, detail, counts)
                WHERE m.agency = \(agency) AND m.id = r.id AND m.state = 'sending' AND m.holder = \(holder)
                """)
        }
        _ = try await database.once(scope, statements)
    }
}

extension Duration {
    /// Seconds with their fraction.
    var inSeconds: Double { self / .seconds(1) }
}
