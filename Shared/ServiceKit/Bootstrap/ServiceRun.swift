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

    /// A service that can answer requests.
    private struct Started: Sendable {
        let definition: Definition
        let environment: ServiceEnvironment
    }

    func run() async throws {
        guard let started = try await started() else { return }
        logger.info("ready", metadata: ["agencies": "\(configuration.agencies.joined(separator: ","))"])
        let environment = started.environment
        let heartbeat = Heartbeat(
            database: environment.database, agencies: environment.agencies, node: configuration.node, logger: logger)
        let services: [any Service] = [environment.directory, heartbeat] + started.definition.background
        try await ServiceGroup(configuration: .init(services: services, logger: logger)).run()
    }

    /// Returns once the database has answered; a service that has a copy of the directory takes requests before.
    /// - Returns: `nil` when the process was told to stop while it still waited.
    private func started() async throws -> Started? {
        let groups = try Definition.requiredMigrations
        return try await cancelWhenGracefulShutdown {
            var early: Started?
            var wait = Duration.milliseconds(100)
            while !Task.isCancelled {
                do {
                    return try await attempt(groups, early)
                } catch let error as PostgresError where Problem(error)?.status == .serviceUnavailable {
                    if early == nil { early = try await startedEarly() }
                    if early == nil { readiness.hold("database unavailable") }
                    logger.warning("waiting for the database", metadata: ["error": "\(String(reflecting: error))"])
                    // Cancelled by shutdown: the loop ends.
                    try? await Task.sleep(for: wait)
                    wait = min(wait * 2, .seconds(2))
                }
            }
            return nil
        }
    }

    /// Schema, agencies and logins are checked either way; what has started already goes on with what it has.
    private func attempt(_ groups: [MigrationGroup], _ early: Started?) async throws -> Started {
        let pending = try await Migrator.pending(groups, in: client)
        guard pending.isEmpty else { throw StartupError.schemaOlder(pending) }
        let environment = try await ServiceEnvironment.make(
            service: Definition.name, configuration: configuration, keys: keys, issuers: issuers, client: client,
            http: http, metrics: registry, logger: logger)
        if let early {
            try await early.environment.directory.reload()
            return early
        }
        return try await open(environment)
    }

    private func startedEarly() async throws -> Started? {
        guard let kept = Definition.keptDirectory(configuration, keys, logger) else { return nil }
        logger.warning("starting without the database", metadata: ["directory_of": "\(kept.readAt)"])
        return try await open(
            try ServiceEnvironment.keeping(
                kept, service: Definition.name, configuration: configuration, keys: keys, issuers: issuers,
                client: client, http: http, metrics: registry, logger: logger))
    }

    private func open(_ environment: ServiceEnvironment) async throws -> Started {
        let definition = try await Definition(environment: environment)
        parts.activate(definition, environment.agencies)
        let client = client
        readiness.open {
            if Definition.needsDatabase { _ = try await client.query("SELECT 1 AS one") }
            return try await definition.ready()
        }
        return Started(definition: definition, environment: environment)
    }
}
