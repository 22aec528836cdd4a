import Foundation
public import Logging
import Postgres
public import Tenancy

/// Applies batches of events, each once.
///
/// A chunk shares one transaction and so one commit. If anything in it fails, nothing of it is kept, and its events are
/// applied one by one; so a bad event costs its neighbours time, never their result.
public struct InboxProcessor: Sendable {
    /// Events that share a transaction: enough to spread the cost of a commit, few enough to hold locks shortly.
    static let chunk = 25

    private let database: AgencyDatabase
    private let waker: Waker
    private let logger: Logger
    private let committed: @Sendable (AgencyScope) -> Void
    private let handler: EventHandler

    /// - Parameter committed: Hears, after each commit that applied something new, whose it was.
    public init(
        database: AgencyDatabase, waker: Waker, logger: Logger,
        committed: @escaping @Sendable (AgencyScope) -> Void = { _ in }, handler: @escaping EventHandler
    ) {
        self.database = database
        self.waker = waker
        self.logger = logger
        self.committed = committed
        self.handler = handler
    }

    /// Applies the events in their order and says, after commit, what became of each.
    public func process(_ events: [CloudEvent], in scope: AgencyScope) async -> [InboxAnswer.Result] {
        var results: [InboxAnswer.Result] = []
        var rest = events[...]
        while !rest.isEmpty {
            let chunk = Array(rest.prefix(Self.chunk))
            rest = rest.dropFirst(Self.chunk)
            if chunk.count > 1, let together = try? await apply(chunk, in: scope, attempts: 1) {
                results += together
                continue
            }
            for event in chunk { results.append(await applyAlone(event, in: scope)) }
        }
        return results
    }

    private func applyAlone(_ event: CloudEvent, in scope: AgencyScope) async -> InboxAnswer.Result {
        do {
            let results = try await apply([event], in: scope, attempts: 4)
            return results.first ?? InboxAnswer.Result(id: event.id, status: 200)
        } catch {
            let problem = Refusal.problem(for: error)
            logger.log(
                level: problem.status >= 500 ? .warning : .error, "event not applied",
                metadata: [
                    "event": "\(event.id.uuidString.lowercased())", "type": "\(event.type)", "lane": "\(event.lane)",
                    "agency": "\(scope.code)", "error": "\(String(reflecting: error))",
                ])
            return InboxAnswer.Result(id: event.id, status: problem.status, problem: problem)
        }
    }

    private func apply(
        _ events: [CloudEvent], in scope: AgencyScope, attempts: Int
    ) async throws -> [InboxAnswer.Result] {
        let (results, wake) = try await database.withAgencyRetrying(scope, attempts: attempts) { transaction in
            var wake: Set<Int> = [scope.number]
            let fresh = try await Self.record(events.map(\.id), in: transaction)
            var results: [InboxAnswer.Result] = []
            var applied: Set<UUID> = []
            for event in events {
                if fresh.contains(event.id), applied.insert(event.id).inserted {
                    wake.formUnion(try await handler(event, transaction, scope))
                    results.append(InboxAnswer.Result(id: event.id, status: 202))
                } else {
                    results.append(InboxAnswer.Result(id: event.id, status: 200))
                }
            }
            return (results, wake)
        }
        waker.wake(wake)
        if results.contains(where: { $0.status == 202 }) { committed(scope) }
        return results
    }

    /// Records ids and returns those that were not seen before. Sorted, so that two batches cannot wait for each other.
    private static func record(_ ids: [UUID], in transaction: PostgresTransaction) async throws -> Set<UUID> {
        let sorted = Set(ids).sorted { $0.uuidString < $1.uuidString }
        let rows = try await transaction.query(
            """
            INSERT INTO exchange.inbox (agency, service, id)
            SELECT directory.me(), directory.my_service(), given.id FROM unnest(\(sorted)::uuid[]) AS given(id)
            ON CONFLICT DO NOTHING
            RETURNING id
            """)
        return Set(try rows.map { try $0.decode("id", as: UUID.self) })
    }
}
