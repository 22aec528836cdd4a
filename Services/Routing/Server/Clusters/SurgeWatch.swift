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
        await AgencyRounds(agencies, pause: Self.pause, failure: "surges not gathered", logger: logger).run { agency in
            if bell.isDue(agency.number) { try await gather(agency) }
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

/// Which agencies are to be looked at: those whose reports have come in lately in every round, all others now and then.
///
/// Rung before the report is committed, so it goes on for a few rounds: by then it is, or it never will be.
final class SurgeBell: Sendable {
    private static let rounds = 5
    private static let otherwise = 30

    private struct Agency {
        /// Rounds that the last ring is still good for.
        var rung = 0
        /// Rounds until it is looked at without a ring.
        var waits = 0
    }

    private let agencies = Mutex<[Int: Agency]>([:])

    func ring(_ agency: Int) { agencies.withLock { $0[agency, default: Agency()].rung = Self.rounds } }

    /// Asked once a round for each agency.
    func isDue(_ agency: Int) -> Bool {
        agencies.withLock { agencies in
            var known = agencies[agency] ?? Agency()
            defer { agencies[agency] = known }
            let isDue = known.rung > 0 || known.waits == 0
            known.rung = max(0, known.rung - 1)
            known.waits = isDue ? Self.otherwise : known.waits - 1
            return isDue
        }
    }
}
