public import Foundation
public import Hummingbird
public import Logging
public import PostgresMigrations
public import ServiceLifecycle
public import Tenancy

/// What distinguishes one service from the other three; everything else is the same bootstrap.
///
/// ```swift
/// @main enum Main { static func main() async { await ServiceMain.run(IntakeService.self) } }
/// ```
public protocol ServiceDefinition: Sendable {
    /// Which of the four it is; names configuration keys, roles and log lines.
    static var name: ServiceName { get }
    /// What the database must have before this code may serve. The process never migrates by itself.
    static var requiredMigrations: [MigrationGroup] { get throws }
    /// The service's OpenAPI 3.1 document, served as `/openapi.json`.
    static var openAPI: URL { get }

    /// Media types besides JSON that routes of the API answer in: `["/v1/exports/{id}": ["text/csv"]]`.
    static var otherMediaTypes: [String: [String]] { get }

    /// Whether the bodies sent to an address are read with `AppContext.stream` and so may be larger than `http.max.body`.
    static func streamsBody(path: String) -> Bool

    /// What the service begins with while the database is away: it then takes requests before it has seen the database, but
    /// does no background work. `nil` where it must wait.
    static func keptDirectory(_ configuration: NodeConfiguration, _ keys: NodeKeys, _ logger: Logger) -> Directory?

    /// Called once the database answers and is new enough, or with what `keptDirectory` gave while it is away.
    init(environment: ServiceEnvironment) async throws
    /// Adds the service's routes. `/healthz`, `/readyz`, `/metrics`, `/openapi.json` and `/assets` are there already.
    func routes(_ router: Router<AppContext>)
    /// Work beside requests: relays, clocks, caches. Started in this order, stopped in reverse after the last request.
    var background: [any Service] { get }
    /// Whether it cannot be ready without a reachable database. One that answers `false` asks in `ready()` for itself.
    static var needsDatabase: Bool { get }
    /// Whether the service can do its work now, beyond a reachable database. Throwing means not ready.
    /// - Returns: What operators should know although it is ready.
    func ready() async throws -> String?
}

extension ServiceDefinition {
    public static var otherMediaTypes: [String: [String]] { [:] }
    public static func streamsBody(path: String) -> Bool { false }
    public var background: [any Service] { [] }
    public static var needsDatabase: Bool { true }
    public static func keptDirectory(_: NodeConfiguration, _: NodeKeys, _: Logger) -> Directory? { nil }
    public func ready() async throws -> String? { nil }
}
