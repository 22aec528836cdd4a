import AsyncHTTPClient
import Configuration
import CoreMetrics
import Foundation
import Hummingbird
import Logging
import Metrics
import NIOCore
import NIOPosix
import Postgres
import ServiceLifecycle
import Tenancy
import UnixSignals

/// The whole `main` of a service: `<service> serve` (default) and `<service> check`.
///
/// Status 0: stopped as asked. 64: unknown command. 78: the configuration or the database's schema does not allow a
/// start; trying again changes nothing. 1: anything else.
public enum ServiceMain {
    /// Runs the command that the process was started with and ends the process.
    public static func run<Definition: ServiceDefinition>(_: Definition.Type) async {
        // Tasks run on the threads that read the sockets: a request changes threads only for the database.
        // Where it cannot be installed, tasks keep the pool that they have.
        NIOSingletons.unsafeTryInstallSingletonPosixEventLoopGroupAsConcurrencyGlobalExecutor()
        exit(await status(Definition.self, CommandLine.arguments, ProcessInfo.processInfo.environment))
    }

    static func status<Definition: ServiceDefinition>(
        _: Definition.Type, _ arguments: [String], _ environment: [String: String]
    ) async -> Int32 {
        let command = arguments.dropFirst().first { !$0.hasPrefix("--") && $0 == arguments[1] } ?? "serve"
        guard ["serve", "check"].contains(command) else {
            printError("usage: \(Definition.name.rawValue) [serve | check] [--key value …]")
            return 64
        }
        do {
            let reader = try ConfigurationSources.reader(arguments: arguments, environment: environment)
            let configuration = try NodeConfiguration(reader: reader, service: Definition.name)
            let keys = try NodeKeys(directory: configuration.keyDirectory, agencies: configuration.agencies)
            if command == "check" {
                for (key, value) in configuration.listing(service: Definition.name) { print("\(key) = \(value)") }
                return 0
            }
            return await serve(Definition.self, configuration, keys)
        } catch {
            printError("\(Definition.name.rawValue): \(error)")
            return command == "check" ? 1 : 78
        }
    }

    private static func serve<Definition: ServiceDefinition>(
        _: Definition.Type, _ configuration: NodeConfiguration, _ keys: NodeKeys
    ) async -> Int32 {
        let registry = PrometheusRegistry()
        MetricsSystem.bootstrap(registry)
        let metadata: Logger.Metadata = [
            "service": .string(Definition.name.rawValue), "node": .string(configuration.node),
        ]
        LoggingSystem.bootstrap { label in
            JSONLogHandler(label: label, sink: .standardError, metadata: metadata, level: configuration.logLevel)
        }
        let logger = Logger(label: "sinergi." + Definition.name.rawValue)
        do {
            try await serve(Definition.self, configuration, keys, registry, logger)
            return 0
        } catch let error as StartupError {
            logger.critical("cannot start", metadata: ["error": "\(error)"])
            return 78
        } catch let error as ConfigurationError {
            logger.critical("cannot start", metadata: ["error": "\(error)"])
            return 78
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            logger.critical("port is taken", metadata: ["port": "\(configuration.port)"])
            return 1
        } catch {
            logger.critical("stopped by an error", metadata: ["error": "\(String(reflecting: error))"])
            return 1
        }
    }

    private static func serve<Definition: ServiceDefinition>(
        _: Definition.Type, _ configuration: NodeConfiguration, _ keys: NodeKeys, _ registry: PrometheusRegistry,
        _ logger: Logger
    ) async throws {
        let database = try configuration.database(
            connections: configuration.poolMaximum, name: "sinergi-\(configuration.node)-\(Definition.name.rawValue)")
        let client = PostgresClient(configuration: database, logger: logger)
        let readiness = Readiness()
        let parts = try ServiceParts(
            Definition.self, configuration: configuration, registry: registry, readiness: readiness)
        try await withClient { http in
            let run = ServiceRun<Definition>(
                configuration: configuration, client: client, http: http, keys: keys, issuers: try keys.issuers(),
                registry: registry, parts: parts, readiness: readiness, logger: logger)
            let server = Application(
                responder: parts.responder,
                server: .http1(
                    configuration: .init(
                        additionalChannelHandlers: [SmallReads()], idleTimeout: .seconds(configuration.idleTimeout))),
                configuration: .init(address: .hostname(configuration.host, port: configuration.port), backlog: 1024),
                logger: logger)
            // Stopped in reverse: no longer ready, then the last requests, then background work, then the database.
            var group = ServiceGroupConfiguration(
                services: [client, parts.host.bodyWatch, run, server, ReadinessEnd(readiness: readiness)],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
            group.maximumGracefulShutdownDuration = configuration.shutdownGrace
            try await ServiceGroup(configuration: group).run()
        }
    }

    /// One client of HTTP for the whole process, so that connections are used again.
    private static func withClient(_ body: (HTTPClient) async throws -> Void) async throws {
        var configuration = HTTPClient.Configuration()
        configuration.timeout.connect = .seconds(2)
        configuration.redirectConfiguration = .disallow
        configuration.connectionPool.idleTimeout = .seconds(60)
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            try await body(http)
        } catch {
            // The error that ended the service matters more than one of closing.
            try? await http.shutdown()
            throw error
        }
        try await http.shutdown()
    }

    private static func printError(_ text: String) {
        LogSink.standardError.write(Array((text + "\n").utf8))
    }
}

/// The last service to start and the first to hear that the process stops.
private struct ReadinessEnd: Service {
    let readiness: Readiness

    func run() async throws {
        // Thrown only when the task is cancelled, which also ends the service.
        try? await gracefulShutdown()
        readiness.hold("shutting down")
    }
}
