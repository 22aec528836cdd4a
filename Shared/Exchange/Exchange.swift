public import Postgres
import Tenancy

/// Puts messages into the outbox, in the transaction of the work that they announce.
public enum Exchange {
    /// Enqueues messages; they exist if and only if the transaction commits. Ids enqueued before are left alone.
    /// - Throws: `PostgresError`, for one `insufficientPrivilege` when the destination is not the caller's own agency.
    public static func enqueue(_ messages: [OutgoingMessage], in transaction: PostgresTransaction) async throws {
        for statement in enqueueSQL(messages) { _ = try await transaction.query(statement) }
    }

    /// The same as statements, for a pipeline; none for no messages.
    public static func enqueueSQL(_ messages: [OutgoingMessage]) -> [SQL] {
        guard !messages.isEmpty else { return [] }
        return [
            """
            WITH given AS (
                SELECT * FROM unnest(
                    \(messages.map(\.id))::uuid[], \(messages.map(\.destination))::int8[],
                    \(messages.map(\.service.rawValue))::text[], \(messages.map(\.lane))::text[],
                    \(messages.map(\.number))::int8[], \(messages.map(\.type))::text[],
                    \(messages.map(\.data))::text[], \(messages.map(\.trace))::text[]
                ) AS g(id, destination, service, lane, number, type, data, trace)
            ), kept AS (
                INSERT INTO exchange.message (id, source, producer, destination, service, lane, number, type, data, trace)
                SELECT id, directory.me(), directory.my_service(), destination::int, service, lane, number, type,
                    data::jsonb, trace
                FROM given
                ON CONFLICT DO NOTHING
                RETURNING id, source, producer, destination, service, lane, number
            )
            INSERT INTO exchange.pending (id, source, producer, destination, service, lane, number)
            SELECT id, source, producer, destination, service, lane, number FROM kept
            """
        ]
    }
}
