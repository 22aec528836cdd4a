import Foundation
import Logging
import Metrics
import Postgres
import ServiceLifecycle
import Synchronization
import Tenancy

/// Looks through the rules in force again and again: a rule breaks without anybody touching it, when an office is dissolved.
///
/// What is broken is a figure, an error in the log when it begins, and a sentence beside the process's readiness. The process
/// stays ready: cases are routed without the rule, or wait for a person.
final class RuleWatch: Service {
    private static let pause: Duration = .seconds(5)

    private let database: AgencyDatabase
    private let agencies: [AgencyScope]
    private let directory: DirectoryStore
    private let logger: Logger
    /// Names of broken rules with the reasons, by code of the agency.
    private let broken = Mutex<[String: [String]]>([:])

    init(database: AgencyDatabase, agencies: [AgencyScope], directory: DirectoryStore, logger: Logger) {
        self.database = database
        self.agencies = agencies
        self.directory = directory
        self.logger = logger
    }

    func run() async throws {
        await AgencyRounds(agencies, pause: Self.pause, failure: "rules not looked through", logger: logger).run {
            try await self.look($0)
        }
    }

    private func look(_ scope: AgencyScope) async throws {
        let table = try RuleTable(try await database.query(scope, RuleStore.active))
        let directory = try await directory.current()
        let found = table.rules.compactMap { rule -> String? in
            let faults = rule.faults(in: directory)
            return faults.isEmpty ? nil : "\(rule.name): \(faults.joined(separator: " "))"
        }.sorted()
        Gauge(label: "sinergi_routing_broken_rules", dimensions: [("agency", scope.code)]).record(found.count)
        let before = broken.withLock { known in
            let before = known[scope.code] ?? []
            known[scope.code] = found.isEmpty ? nil : found
            return before
        }
        guard found != before else { return }
        if found.isEmpty {
            logger.info("routing rules are sound again", metadata: ["agency": "\(scope.code)"])
        } else {
            logger.error(
                "routing rules are broken",
                metadata: ["agency": "\(scope.code)", "rules": "\(found.joined(separator: "; "))"])
        }
    }

    /// For operators, beside readiness; `nil` while all rules are sound.
    var report: String? {
        let counts = broken.withLock { $0.mapValues(\.count) }
        guard !counts.isEmpty else { return nil }
        return "broken routing rules: "
            + counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }
}
