public import AsyncHTTPClient
public import Identity
public import Logging
public import Postgres
public import Tenancy

extension ServiceEnvironment {
    /// Reads the directory and finds out under which roles the process works.
    /// - Parameters:
    ///   - client: Logged in as the service and running.
    ///   - issuers: Signers by agency code; `nil` makes them from `keys`.
    /// - Throws: The database's error, or one that says which agency this login cannot serve.
    public static func make(
        service: ServiceName, configuration: NodeConfiguration, keys: NodeKeys, issuers: [String: TokenIssuer]? = nil,
        client: PostgresClient, http: HTTPClient, metrics: PrometheusRegistry, logger: Logger
    ) async throws -> ServiceEnvironment {
        let issuers = try issuers ?? keys.issuers()
        let roles = configuration.isHosted ? try await NodeAgencies(client: client, service: service).roles() : nil
        let directory = DirectoryStore(client: client, role: roles?.min { $0.key < $1.key }?.value, logger: logger)
        let agencies = try NodeAgencies.scopes(
            codes: configuration.agencies, roles: roles, directory: await directory.reload(), service: service)
        return ServiceEnvironment(
            configuration: configuration, database: AgencyDatabase(client: client, service: service), client: client,
            directory: directory, agencies: agencies, logger: logger, metrics: metrics,
            siblings: ServiceClient(http: http, configuration: configuration, service: service, issuers: issuers),
            verifier: TokenVerifier(directory: directory), issuers: issuers, keys: keys)
    }

    /// As `make`, from a directory that a file kept: the database is away.
    ///
    /// Which roles a host's login may take is not known then; the database itself says no to others.
    static func keeping(
        _ kept: Directory, service: ServiceName, configuration: NodeConfiguration, keys: NodeKeys,
        issuers: [String: TokenIssuer], client: PostgresClient, http: HTTPClient, metrics: PrometheusRegistry,
        logger: Logger
    ) throws -> ServiceEnvironment {
        let roles =
            configuration.isHosted
            ? Dictionary(
                kept.agencies.keys.map { ($0, AgencyScope.role(number: $0, service: service)) },
                uniquingKeysWith: { $1 })
            : nil
        let agencies = try NodeAgencies.scopes(
            codes: configuration.agencies, roles: roles, directory: kept, service: service)
        let directory = DirectoryStore(client: client, role: agencies.first?.role, logger: logger, kept: kept)
        return ServiceEnvironment(
            configuration: configuration, database: AgencyDatabase(client: client, service: service), client: client,
            directory: directory, agencies: agencies, logger: logger, metrics: metrics,
            siblings: ServiceClient(http: http, configuration: configuration, service: service, issuers: issuers),
            verifier: TokenVerifier(directory: directory), issuers: issuers, keys: keys, startsWithoutDatabase: true)
    }
}
