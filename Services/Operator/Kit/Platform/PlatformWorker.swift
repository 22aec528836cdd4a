import Foundation
import Logging
import Metrics
import Postgres
import ServiceLifecycle
import Synchronization

/// Does the duties while it holds the lease; waits otherwise.
final class PlatformWorker: Service {
    private let database: any PostgresQueryable
    private let duties: [PlatformDuty]
    private let lease: PlatformLease
    private let logger: Logger
    private let lastRound = Mutex<Date?>(nil)
    private let leads = Gauge(label: "sinergi_platform_leader")

    init(database: any PostgresQueryable, duties: [PlatformDuty], lease: PlatformLease, logger: Logger) {
        self.database = database
        self.duties = duties
        self.lease = lease
        self.logger = logger
    }

    /// Whether the database answered within the last ten seconds.
    var isWell: Bool {
        lastRound.withLock { $0.map { $0.timeIntervalSinceNow > -10 } ?? false }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            var due: [String: ContinuousClock.Instant] = [:]
            while !Task.isCancelled {
                await round(&due)
                try? await Task.sleep(for: .seconds(1))  // cancelled: the loop ends
            }
        }
        do {
            try await lease.release(in: database)
        } catch {
            logger.info("the lease runs out by itself", metadata: ["error": "\(error)"])
        }
    }

    private func round(_ due: inout [String: ContinuousClock.Instant]) async {
        do {
            let holds = try await lease.renew(in: database)
            leads.record(holds ? 1 : 0)
            lastRound.withLock { $0 = Date() }
            guard holds else { return }
        } catch {
            leads.record(0)
            logger.warning("the database does not answer", metadata: ["error": "\(error)"])
            return
        }
        for duty in duties where due[duty.name].map({ $0 <= .now }) ?? true {
            due[duty.name] = .now + duty.interval
            do {
                if let done = try await duty.work(database, logger) {
                    logger.info("\(duty.name)", metadata: ["done": "\(done)"])
                }
                Counter(label: "sinergi_platform_duties_total", dimensions: [("duty", duty.name), ("result", "done")])
                    .increment()
            } catch {
                // Tried again in its next round; one failing duty must not keep the others from their work.
                logger.error("\(duty.name) failed", metadata: ["error": "\(String(reflecting: error))"])
                Counter(
                    label: "sinergi_platform_duties_total", dimensions: [("duty", duty.name), ("result", "failed")]
                ).increment()
            }
        }
    }
}
