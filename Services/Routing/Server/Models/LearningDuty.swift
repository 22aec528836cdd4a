import Foundation
import Logging
import Metrics
import Postgres
import RoutingLearning
import ServiceLifecycle
import Tenancy

/// Measures which offices have earned automation, and trains at night.
///
/// Any number of copies may do it: measuring is one statement, training has a lease in the agency's row.
struct LearningDuty: Service {
    private static let pause: Duration = .seconds(60)

    let database: AgencyDatabase
    let agencies: [AgencyScope]
    let directory: DirectoryStore
    let logger: Logger

    func run() async throws {
        await AgencyRounds(agencies, pause: Self.pause, failure: "learning put off", logger: logger).run { agency in
            try await measure(agency)
            try await trainIfNight(agency)
        }
    }

    /// Which offices the model acts for from now on.
    func measure(_ scope: AgencyScope) async throws {
        _ = try await database.query(
            scope, "SELECT casework.measure_offices(\(Int32(scope.number)))::int8 AS changed")
    }

    /// Once a night, between midnight and five in the agency's own time.
    private func trainIfNight(_ scope: AgencyScope) async throws {
        guard let zone = try await directory.current().frontOffice(of: scope.number)?.zone else { return }
        let rows = try await database.query(
            scope,
            """
            SELECT extract(hour FROM clock_timestamp() AT TIME ZONE \(zone)) < 5
                AND NOT EXISTS (SELECT FROM casework.model_training t
                                WHERE t.agency = directory.me()
                                    AND (t.lease_until > clock_timestamp()
                                         OR t.finished_at > clock_timestamp() - interval '20 hours')) AS due
            """)
        guard try rows.first?.decode("due", as: Bool.self) == true else { return }
        let learning = ModelLearning(
            database: AgencyQueries(database: database, scope: scope), agency: scope.number, trainer: "Sinergi",
            logger: logger)
        guard let result = try await learning.run() else { return }
        Counter(label: "sinergi_routing_trainings_total", dimensions: [("result", result.status ?? "none")]).increment()
        logger.info(
            "training", metadata: ["agency": "\(scope.code)", "rows": "\(result.rows)", "result": "\(result.note)"])
    }
}
