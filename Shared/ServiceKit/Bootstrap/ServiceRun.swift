import AsyncHTTPClient
import Identity
import Logging
import Postgres
import PostgresMigrations
import ServiceLifecycle
import Tenancy
import HTTPTypes

/// Brings a service to life once the database is there: checks the schema, reads the directory, opens the routes, and
/// then runs the service's background work until the process is told to stop.
///
/// Until then the HTTP server already answers, `/healthz` with yes and everything else with 503: a database that is away
/// is no reason for a process to die and be started again and again.
struct ServiceRun<Definition: ServiceDefinition>: Service {
    let configuration: NodeConfiguration
    let client: PostgresClient
    let http: HTTPClient
    let keys: NodeKeys
    let issuers: [String: TokenIssuer]
    let registry: PrometheusRegistry
    let parts: ServiceParts
    let readiness: Readiness
    let logger: Logger

    func run() async throws {
        guard let (definition, environment) = try await started() else { return }
        parts.activate(definition, environment.agencies)
        let client = client
        readiness.open {
            if Definition.needsDatabase { _ = try await client.query("SELECT 1 AS one") }
            return try await definition.ready()
        }
        logger.info("ready", metadata: ["agencies": "\(configuration.agencies.joined(separator: ","))"])
        let heartbeat = Heartbeat(
            database: environment.database, agencies: environment.agencies, node: configuration.node, logger: logger)
        let services: [any Service] = [environment.directory, heartbeat] + definition.background
        try await ServiceGroup(configuration: .init(services: services, logger: logger)).run()
    }

    /// `nil` when the process was told to stop while it still waited.
    private func started() async throws -> (Definition, ServiceEnvironment)? {
        let groups = try Definition.requiredMigrations
        return try await cancelWhenGracefulShutdown {
            var wait = Duration.milliseconds(100)
            while !Task.isCancelled {
                do {
                    return try await attempt(groups)
                } catch let error as PostgresError where Problem(error)?.status == .serviceUnavailable {
                    readiness.hold("database unavailable")
                    logger.warning("waiting for the database", metadata: ["error": "\(String(reflecting: error))"])
                    // Cancelled by shutdown: the loop ends.
                    try? await Task.sleep(for: wait)
                    wait = min(wait * 2, .seconds(2))
                }
            }
            return nil
        }
    }

    private func attempt(_ groups: [MigrationGroup]) async throws -> (Definition, ServiceEnvironment) {
        let pending = try await Migrator.pending(groups, in: client)
        guard pending.isEmpty else { throw StartupError.schemaOlder(pending) }
        let environment = try await ServiceEnvironment.make(
            service: Definition.name, configuration: configuration, keys: keys, issuers: issuers, client: client,
            http: http, metrics: registry, logger: logger)
        return (try await Definition(environment: environment), environment)
    }
}
