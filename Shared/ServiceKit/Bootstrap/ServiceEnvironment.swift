public import Identity
public import Logging
public import Postgres
public import Tenancy

/// What a service is given to work with; made by the bootstrap, and by tests.
public struct ServiceEnvironment: Sendable {
    public let configuration: NodeConfiguration
    /// The only door to agencies' data.
    public let database: AgencyDatabase
    /// For LISTEN, NOTIFY and what belongs to no agency; logged in as the service.
    public let client: PostgresClient
    /// Offices, categories, areas, calendars.
    public let directory: DirectoryStore
    /// The agencies of this node.
    public let agencies: [AgencyScope]
    public let logger: Logger
    /// The text behind `/metrics`; record through swift-metrics (`Counter`, `Timer`, …).
    public let metrics: PrometheusRegistry
    /// The node's other services.
    public let siblings: ServiceClient
    /// Verifies tokens of officers, API clients and services.
    public let verifier: TokenVerifier
    /// Signs tokens, by agency code.
    public let issuers: [String: TokenIssuer]
    public let keys: NodeKeys
    /// Nothing has been heard of the database yet: the directory is the copy that a file kept.
    public let startsWithoutDatabase: Bool

    public init(
        configuration: NodeConfiguration, database: AgencyDatabase, client: PostgresClient, directory: DirectoryStore,
        agencies: [AgencyScope], logger: Logger, metrics: PrometheusRegistry, siblings: ServiceClient,
        verifier: TokenVerifier, issuers: [String: TokenIssuer], keys: NodeKeys,
        startsWithoutDatabase: Bool = false
    ) {
        self.configuration = configuration
        self.database = database
        self.client = client
        self.directory = directory
        self.agencies = agencies
        self.logger = logger
        self.metrics = metrics
        self.siblings = siblings
        self.verifier = verifier
        self.issuers = issuers
        self.keys = keys
        self.startsWithoutDatabase = startsWithoutDatabase
    }

    /// The node's agency of a code.
    public func agency(_ code: String) -> AgencyScope? { agencies.first { $0.code == code } }
}
