import Foundation
import Logging
import Metrics
import Postgres
import RoutingClassifier
import RoutingLearning
import ServiceLifecycle
import Synchronization
import Tenancy

/// The active models of a process's agencies, kept in memory and looked after in the background.
///
/// A model that cannot be read is an alarm and changes nothing: the last good one stays, or rules and duties go on alone.
final class ModelShelf: Service {
    private static let pause: Duration = .seconds(3)

    private struct Loaded {
        var version: Int
        var classifier: Classifier
        var earned: Set<String>
    }

    private let database: AgencyDatabase
    private let agencies: [AgencyScope]
    private let logger: Logger
    private let loaded = Mutex<[Int: Loaded]>([:])
    /// Version and revision of models that could not be read, by agency: said once.
    private let broken = Mutex<[Int: [Int]]>([:])
    /// `nil` only when the program's own language files are missing.
    private let data = try? LanguageData.bundled()

    init(database: AgencyDatabase, agencies: [AgencyScope], logger: Logger) {
        self.database = database
        self.agencies = agencies
        self.logger = logger
    }

    func run() async throws {
        await AgencyRounds(agencies, pause: Self.pause, failure: "model not looked for", logger: logger).run {
            try await self.refresh($0)
        }
    }

    /// Takes over what the tables say now.
    func refresh(_ scope: AgencyScope) async throws {
        let agency = AgencyQueries(database: database, scope: scope)
        guard let stored = try await StoredModel.active(of: scope.number, in: agency) else {
            return loaded.withLock { $0[scope.number] = nil }
        }
        let earned = try await agency.query(
            "SELECT office FROM casework.model_office WHERE agency = \(Int32(scope.number)) AND state = 'automatic'")
        let offices = Set(try earned.map { try $0.decode("office", as: String.self) })
        loaded.withLock { $0[scope.number]?.earned = offices }
        guard loaded.withLock({ $0[scope.number]?.version }) != stored.version, let data,
            broken.withLock({ $0[scope.number] }) != [stored.version, stored.revision]
        else { return }
        do {
            let model = try await StoredModel.load(stored.version, of: scope.number, in: agency)
            let fresh = Loaded(
                version: stored.version, classifier: Classifier(model: model, data: data), earned: offices)
            loaded.withLock { $0[scope.number] = fresh }
            broken.withLock { $0[scope.number] = nil }
            Gauge(label: "sinergi_routing_model_version", dimensions: [("agency", scope.code)]).record(stored.version)
            logger.info("model in use", metadata: ["agency": "\(scope.code)", "version": "\(stored.version)"])
        } catch let error as ClassifierError {
            broken.withLock { $0[scope.number] = [stored.version, stored.revision] }
            Counter(label: "sinergi_routing_broken_models_total", dimensions: [("agency", scope.code)]).increment()
            logger.error(
                "the active model cannot be used",
                metadata: ["agency": "\(scope.code)", "version": "\(stored.version)", "error": "\(error)"])
        }
    }

    /// `nil` where the agency has no model that can be used.
    func opinion(of complaint: Complaint, agency: Int, directory: Directory) -> ModelOpinion? {
        guard let model = loaded.withLock({ $0[agency] }) else { return nil }
        let said = model.classifier.classify(complaint)
        // An office that was dissolved since the model learnt it takes no case.
        let ranked = said.ranked.filter { directory.office(code: $0.office)?.active == true }
        guard let first = ranked.first, (0...1).contains(first.probability) else { return nil }
        let isFirst = first.office == said.ranked.first?.office
        return ModelOpinion(
            version: model.version, ranked: Array(ranked.prefix(8)), isCertain: said.isAutomatic && isFirst,
            isEarned: model.earned.contains(first.office),
            evidence: model.classifier.evidence(for: first.office, in: complaint))
    }
}

/// An agency's statements, each in a transaction of its own.
struct AgencyQueries: PostgresQueryable {
    let database: AgencyDatabase
    let scope: AgencyScope

    func query(_ sql: SQL) async throws -> PostgresRows { try await database.query(scope, sql) }
}
