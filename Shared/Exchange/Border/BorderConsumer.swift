import Foundation
public import Logging
import Metrics
public import Postgres
public import ServiceLifecycle
import Synchronization
public import Tenancy

/// Applies what other agencies sent to this node's agencies.
///
/// Claim, work and removal are one transaction, so a crash at any point leaves the message where it was, and there is
/// nothing to deduplicate. Order in a lane holds because only heads are claimed.
public struct BorderConsumer: Service {
    /// Applies one message; nothing but database work, because it may run again.
    ///
    /// Returns numbers of agencies to wake after the commit. Throws as `EventHandler` does.
    public typealias Handler =
        @Sendable (_ message: BorderMessage, _ transaction: PostgresTransaction, _ scope: AgencyScope) async throws ->
        [Int]

    /// Messages that share a transaction, when all is well.
    private static let chunk = 20

    private let database: AgencyDatabase
    private let outbox: OutboxStore
    private let agencies: [AgencyScope]
    private let byNumber: [Int: AgencyScope]
    private let waker: Waker
    private let logger: Logger
    private let handler: Handler
    /// Agencies whose next messages are taken one at a time, because a chunk of them failed; and how many.
    private let cautious = CautionBook()
    private let applied = Counter(label: "sinergi_exchange_border_applied_total")
    private let parked = Counter(label: "sinergi_exchange_border_parked_total")
    private let retried = Counter(label: "sinergi_exchange_border_retries_total")

    public init(
        database: AgencyDatabase, agencies: [AgencyScope], waker: Waker, logger: Logger, handler: @escaping Handler
    ) {
        self.database = database
        outbox = OutboxStore(database: database)
        self.agencies = agencies
        byNumber = Dictionary(agencies.map { ($0.number, $0) }, uniquingKeysWith: { $1 })
        self.waker = waker
        self.logger = logger
        self.handler = handler
    }

    /// Consumes until the process shuts down; the transaction that is open then is finished.
    public func run() async throws {
        await Dispatcher<Int>(
            name: "border consumer", bell: waker.borderBell, logger: logger,
            find: { Set(try await outbox.waiting(agencies).filter(\.across).map(\.agency)).sorted() },
            step: { try await consume(agency: $0) }
        ).run()
    }

    /// One transaction of work; `false` when there was none.
    func consume(agency: Int) async throws -> Bool {
        guard let scope = byNumber[agency] else { return false }
        let limit = cautious.takeOne(agency) ? 1 : Self.chunk
        var claimed: [BorderMessage] = []
        do {
            let (count, wake) = try await database.withAgencyRetrying(scope) { transaction in
                claimed = try await Self.claim(limit, in: transaction)
                guard !claimed.isEmpty else { return (0, Set<Int>()) }
                var wake: Set<Int> = [agency]
                for message in claimed { wake.formUnion(try await handler(message, transaction, scope)) }
                _ = try await transaction.query("SELECT exchange.done(\(claimed.map(\.id))::uuid[])")
                return (claimed.count, wake)
            }
            if count > 0 {
                applied.increment(by: count)
                waker.wake(wake)
            }
            return count > 0
        } catch {
            guard let first = claimed.first else { throw error }
            guard claimed.count == 1 else {
                cautious.beCareful(agency, messages: claimed.count)
                return true
            }
            try await settle(first, error, in: scope)
            return true
        }
    }

    private static func claim(_ limit: Int, in transaction: PostgresTransaction) async throws -> [BorderMessage] {
        try await transaction.query(
            """
            SELECT id, source::int8 AS source, lane, number, type, data::text AS data, trace, attempt::int8 AS attempt,
                created_at
            FROM exchange.claim(\(Int32(limit))::int4)
            """
        ).map { row in
            BorderMessage(
                id: try row.decode("id", as: UUID.self), source: try row.decode("source", as: Int.self),
                lane: try row.decode("lane", as: String.self), number: try row.decode("number", as: Int.self),
                type: try row.decode("type", as: String.self), data: try row.decode("data", as: String.self),
                trace: try row.decodeIfPresent("trace", as: String.self),
                attempt: try row.decode("attempt", as: Int.self) + 1,
                createdAt: try row.decode("created_at", as: Date.self))
        }
    }

    /// A message that failed alone: refused for good it is parked, otherwise its lane waits.
    private func settle(_ message: BorderMessage, _ error: any Error, in scope: AgencyScope) async throws {
        let problem = Refusal.problem(for: error)
        let leased = LeasedMessage(
            event: CloudEvent(
                id: message.id, source: "", type: message.type, lane: message.lane, number: message.number,
                time: message.createdAt, data: message.data, attempt: message.attempt),
            createdAt: message.createdAt)
        let answer = InboxAnswer(results: [.init(id: message.id, status: problem.status, problem: problem)])
        let verdicts = try Verdicts([leased], answer: answer, now: Date())
        try await outbox.settle(verdicts, in: scope)
        parked.increment(by: verdicts.park.count)
        retried.increment(by: verdicts.retry.count)
        logger.log(
            level: verdicts.park.isEmpty ? .warning : .error,
            verdicts.park.isEmpty ? "border message waits" : "border message parked",
            metadata: [
                "message": "\(message.id.uuidString.lowercased())", "type": "\(message.type)",
                "lane": "\(message.lane)",
                "agency": "\(scope.code)", "error": "\(String(reflecting: error))",
            ])
    }
}

/// Counts down, per agency, the messages to be taken one at a time.
private final class CautionBook: Sendable {
    private let left = Mutex<[Int: Int]>([:])

    func beCareful(_ agency: Int, messages: Int) { left.withLock { $0[agency] = messages } }

    func takeOne(_ agency: Int) -> Bool {
        left.withLock { left in
            guard let count = left[agency] else { return false }
            left[agency] = count > 1 ? count - 1 : nil
            return true
        }
    }
}
