import Exchange
import Foundation
import Logging
import Metrics
import Postgres
import ServiceKit
import ServiceLifecycle
import SinergiCore
import Tenancy

/// Settles clocks that ran out, most overdue first.
///
/// Every party, every coordinator and the platform do this; the database decides whether there is anything to do, so a
/// clock that two sweeps find is settled once.
struct ClockSweep: Service {
    private static let batch = 100
    private static let pause: Duration = .seconds(3)

    private let database: AgencyDatabase
    private let agencies: [AgencyScope]
    private let directory: DirectoryStore
    private let waker: Waker
    private let logger: Logger
    private let settled = Counter(label: "sinergi_routing_clocks_settled_total")

    init(
        database: AgencyDatabase, agencies: [AgencyScope], directory: DirectoryStore, waker: Waker, logger: Logger
    ) {
        self.database = database
        self.agencies = agencies
        self.directory = directory
        self.waker = waker
        self.logger = logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            while !Task.isCancelled {
                var found = 0
                for agency in agencies {
                    do {
                        found = max(found, try await sweep(agency))
                    } catch {
                        logger.warning("clocks not swept", metadata: ["agency": "\(agency.code)", "error": "\(error)"])
                    }
                }
                // A full batch means that more is waiting. Cancelled by shutdown: the loop ends.
                if found < Self.batch { try? await Task.sleep(for: Self.pause * Double.random(in: 0.8...1.2)) }
            }
        }
    }

    /// Rings duty officers again who have not taken a danger yet.
    private func ringAgain(_ scope: AgencyScope) async throws {
        for row in try await database.query(scope, "SELECT case_id FROM casework.alarms_due(50::int4)") {
            let id = try row.decode("case_id", as: UUID.self)
            let results = try await database.query(
                scope,
                """
                SELECT ARRAY(SELECT w::int8 FROM jsonb_array_elements_text(r -> 'wake') w) AS wake
                FROM casework.ring_again(\(id)) AS r
                WHERE r IS NOT NULL
                """)
            if let result = results.first { waker.wake(try result.decode("wake", as: [Int].self) + [scope.number]) }
        }
    }

    /// Reminds offices without login of links that they have not opened, once, and tells whoever watches their part.
    private func recallLinks(_ scope: AgencyScope) async throws {
        let rows = try await database.query(
            scope, "SELECT delivery, channel, sent_to, sent_at, monitor FROM casework.deliveries_to_recall(50::int4)")
        guard !rows.isEmpty else { return }
        let directory = try await directory.current()
        for row in rows {
            let delivery = try row.decode("delivery", as: UUID.self)
            guard let channel = try DeliveryBody.Channel(rawValue: row.decode("channel", as: String.self)),
                let address = try row.decodeIfPresent("sent_to", as: String.self)
            else { continue }
            let monitor = directory.office(code: try row.decode("monitor", as: String.self))
            let sent = try row.decode("sent_at", as: Date.self)
            let message = OfficeMessage(
                kind: .reminder, channel: channel, address: address,
                values: [
                    "from": monitor?.name ?? scope.code, "sent": sent.formatted(.iso8601.year().month().day()),
                ])
            let event = try message.event(delivery: delivery, agency: scope.number, directory)
            let messages = try JSONWriter.text(of: JSONValue.array([event]))
            let results = try await database.query(
                scope,
                """
                SELECT ARRAY(SELECT w::int8 FROM jsonb_array_elements_text(r -> 'wake') w) AS wake
                FROM casework.recall_delivery(\(delivery), \(messages)::jsonb) AS r WHERE r IS NOT NULL
                """)
            if let result = results.first { waker.wake(try result.decode("wake", as: [Int].self) + [scope.number]) }
        }
    }

    /// One batch. Each clock has a transaction of its own, so that one that fails holds up no other.
    /// - Returns: How many clocks had run out.
    func sweep(_ scope: AgencyScope) async throws -> Int {
        let rows = try await database.query(
            scope,
            """
            SELECT clock, false AS rung FROM casework.overdue(\(Int32(Self.batch))::int4)
            UNION ALL SELECT clock, true FROM casework.rungs_due(\(Int32(Self.batch))::int4)
            """)
        var failed = 0
        for row in rows {
            let clock = try row.decode("clock", as: UUID.self)
            let settle: SQL = try row.decode("rung", as: Bool.self) ? "climb" : "expire"
            do {
                let results = try await database.query(
                    scope,
                    """
                    SELECT ARRAY(SELECT w::int8 FROM jsonb_array_elements_text(r -> 'wake') w) AS wake
                    FROM casework.\(settle)(\(clock)) AS r
                    WHERE r IS NOT NULL
                    """)
                guard let result = results.first else { continue }
                settled.increment()
                waker.wake(try result.decode("wake", as: [Int].self) + [scope.number])
            } catch let error as PostgresError where error.code == .server {
                failed += 1
                logger.error(
                    "clock not settled",
                    metadata: ["clock": "\(clock.uuidString.lowercased())", "error": "\(String(reflecting: error))"])
            }
        }
        try await ringAgain(scope)
        try await recallLinks(scope)
        // What cannot be settled must not make the loop spin.
        return rows.count - failed
    }
}
