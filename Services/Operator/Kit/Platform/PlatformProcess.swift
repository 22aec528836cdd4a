private import Metrics
private import Foundation
private import HTTPTypes
private import Hummingbird
public import Logging
private import Postgres
private import ServiceKit
private import ServiceLifecycle
private import SinergiCore

/// The platform operator's process: migrations at start, then partitions, pruning, sweep and watchdog.
///
/// Any number of copies may run; one lease makes them act as one. No agency's work needs it to be up.
public struct PlatformProcess: Sendable {
    private let configuration: PlatformConfiguration
    private let logger: Logger

    public init(configuration: PlatformConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
    }

    /// Runs until the process is told to stop.
    /// - Throws: When migrations fail; everything later is tried again.
    public func run() async throws {
        try await migrate()
        let registry = PrometheusRegistry()
        MetricsSystem.bootstrap(registry)
        var database = try PostgresClient.Configuration(
            url: configuration.databaseURL, allowsPlaintext: configuration.allowsPlaintext)
        database.maximumConnections = 2
        database.applicationName = "sinergi platform"
        let client = PostgresClient(configuration: database, logger: logger)
        let worker = PlatformWorker(
            database: client, duties: PlatformDuty.all(configuration), lease: PlatformLease(holder: UUID.v7().text),
            logger: logger)
        try await application(services: [client, worker], isWell: { worker.isWell }, metrics: registry).runService()
    }

    /// Several copies may start at the same time and before the database is up.
    private func migrate() async throws {
        guard let url = configuration.migratorURL, !url.isEmpty else {
            logger.notice("platform.migrator.url is not set: migrations are left to `sinergi migrate`")
            return
        }
        for attempt in 1... {
            do {
                let steps = try await DatabaseSession.with(
                    url, connections: 2, allowsPlaintext: configuration.allowsPlaintext, logger: logger
                ) { try await DatabaseSetup.migrate(with: $0, logger: logger) }
                return logger.info("schema is current", metadata: ["applied": "\(steps.count)"])
            } catch let error as PostgresError where attempt < 60 && Self.mayPass(error) {
                logger.notice("waiting for the database", metadata: ["error": "\(error)"])
                try await Task.sleep(for: .seconds(1))
            }
        }
    }

    private static func mayPass(_ error: PostgresError) -> Bool {
        [.connectionFailed, .connectionLost, .leaseTimeout].contains(error.code)
    }

    private func application(
        services: [any Service], isWell: @escaping @Sendable () -> Bool, metrics: PrometheusRegistry
    ) -> some ApplicationProtocol {
        let router = Router()
        router.get("/healthz") { _, _ in HTTPResponse.Status.ok }
        router.get("/readyz") { _, _ in isWell() ? HTTPResponse.Status.ok : .serviceUnavailable }
        router.get("/metrics") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: .init(byteBuffer: .init(string: metrics.text())))
        }
        return Application(
            router: router,
            configuration: .init(
                address: .hostname(configuration.host, port: configuration.port), serverName: "sinergi-platform"),
            services: services, logger: logger)
    }
}
