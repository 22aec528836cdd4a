import Exchange
import Foundation
import Logging
import Metrics
import Postgres
import ServiceLifecycle
import SinergiCore
import Synchronization
import Tenancy

/// Gathers like reports into clusters, and has the duty officers rung when one opens.
///
/// Beside the complaints' own way, so that no surge slows any of them down. Any number of copies may do it.
struct SurgeWatch: Service {
    private static let pause: Duration = .seconds(1)
    /// Every agency is looked at after so many rounds; those with new reports in every one.
    private static let allRounds = 30

    let database: AgencyDatabase
    let agencies: [AgencyScope]
    let waker: Waker
    let bell: SurgeBell
    let logger: Logger
    private let surges = Counter(label: "sinergi_routing_surges_total")
    private let reports = Counter(label: "sinergi_routing_surge_reports_total")

    init(database: AgencyDatabase, agencies: [AgencyScope], waker: Waker, bell: SurgeBell, logger: Logger) {
        self.database = database
        self.agencies = agencies
        self.waker = waker
        self.bell = bell
        self.logger = logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            var round = 0
            while !Task.isCancelled {
                let rung = bell.rung()
                for agency in agencies where round.isMultiple(of: Self.allRounds) || rung.contains(agency.number) {
                    do {
                        try await gather(agency)
                    } catch {
                        logger.warning(
                            "surges not gathered",
                            metadata: ["agency": "\(agency.code)", "error": "\(String(reflecting: error))"])
                    }
                }
                round += 1
                // Cancelled by shutdown: the loop ends.
                try? await Task.sleep(for: Self.pause * Double.random(in: 0.8...1.2))
            }
        }
    }

    func gather(_ scope: AgencyScope) async throws {
        let rows = try await database.query(
            scope,
            """
            SELECT g.cluster, g.opened, g.reports::int8 AS reports, ARRAY(SELECT w::int8 FROM unnest(g.wake) w) AS wake
            FROM casework.gather_surges() g
            """)
        for row in rows where try row.decode("opened", as: Bool.self) {
            let cluster = try row.decode("cluster", as: UUID.self)
            let count = try row.decode("reports", as: Int.self)
            surges.increment()
            reports.increment(by: count)
            logger.notice(
                "surge of like reports",
                metadata: [
                    "agency": "\(scope.code)", "cluster": "\(cluster.text)",
                    "reports": "\(count)",
                ])
            waker.wake(try row.decode("wake", as: [Int].self) + [scope.number])
        }
    }
}

/// Agencies whose reports have come in lately.
///
/// Rung before the report is committed, so it goes on for a few rounds: by then it is, or it never will be.
final class SurgeBell: Sendable {
    private static let rounds = 5
    private let left = Mutex<[Int: Int]>([:])

    func ring(_ agency: Int) { left.withLock { $0[agency] = Self.rounds } }

    /// The agencies to look at in this round.
    func rung() -> Set<Int> {
        left.withLock { left in
            let now = Set(left.keys)
            left = left.mapValues { $0 - 1 }.filter { $0.value > 0 }
            return now
        }
    }
}
