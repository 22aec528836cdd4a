public import Configuration
public import Logging
public import Tenancy

/// Everything that a process of a node is configured with. One file serves the four services of a node.
///
/// Sources in order: command line (`--http-max-body 2000000`), environment (`HTTP_MAX_BODY`), then the JSON file named
/// by `SINERGI_CONFIG` (`{"http": {"max": {"body": 2000000}}}`).
///
/// Configuration keys:
/// - `node.name` (string, required): name of the node, such as `ppu`.
/// - `node.hosted` (bool, default false): several agencies, each under its base path `/<CODE>`.
/// - `node.agencies` (string, required): codes of its agencies, comma separated; exactly one unless hosted.
/// - `node.demo` (bool, default false): every page says that its data are samples.
/// - `node.key.directory` (path, required): `<CODE>.signing.pem`, `<CODE>.sealing.key`, `<CODE>.door.key`.
/// - `database.<service>.url` (secret, required for the own service): libpq connection string.
/// - `database.plaintext` (bool, default false): accept a database on a private network without TLS; otherwise a host that
///   is not this machine needs `sslmode=verify-full`.
/// - `database.pool.max` (1 to 100, default 4): connections of this process.
/// - `http.host` (string, default 127.0.0.1), `http.<service>.port` (default 8081 to 8084).
/// - `services.<service>.url` (URL, required): the node's four services, no slash at the end, no agency code.
/// - `http.public.url` (URL, default `services.intake.url`): where reporters find intake.
/// - `http.max.body` (bytes, default 1048576), `http.body.timeout` (seconds, default 20).
/// - `http.idle.timeout` (seconds, default 75): a connection whose next request is not there by then is closed, however slowly
///   its headers trickle in.
/// - `http.max.concurrent` (default 512): requests at the same time; more are answered 503.
/// - `http.rate.limit` (per minute and address, default 0 = off), `http.rate.principal` (per minute and officer, 0).
/// - `http.trusted.peers` (addresses and networks, default none): gateways whose `X-Forwarded-For` counts.
/// - `http.shutdown.seconds` (default 10): how long requests under way may take once the process is told to stop.
/// - `notification.smtp.url` (`smtp://host:port`), `notification.mail.from`, `notification.gateway.url`: required for
///   notification.
/// - `log.level` (`trace` to `critical`, default `info`).
public struct NodeConfiguration: Sendable {
    public var node: String
    public var isHosted: Bool
    public var agencies: [String]
    public var isDemo: Bool
    public var keyDirectory: String
    /// The own service's; other services' logins are none of this process's business.
    public var databaseURL: String
    public var allowsPlaintextDatabase: Bool
    public var poolMaximum: Int
    public var host: String
    /// 0 = any free port.
    public var port: Int
    public var serviceURLs: [ServiceName: String]
    public var publicURL: String
    public var maximumBody: Int
    public var bodyTimeout: Duration
    /// Seconds that a connection may wait between answers and the next complete head: a head that trickles in counts as none.
    public var idleTimeout: Int64
    public var maximumConcurrent: Int
    public var rateLimit: Int
    public var principalRateLimit: Int
    public var trustedPeers: TrustedPeers
    public var shutdownGrace: Duration
    public var smtpURL: String?
    public var mailFrom: String?
    public var gatewayURL: String?
    public var logLevel: Logger.Level
    /// For keys of a single service that stand in no list here. Read relative keys and document them there.
    public let reader: ConfigReader

    /// - Throws: `ConfigurationError` that names the first bad key.
    public init(reader: ConfigReader, service: ServiceName) throws(ConfigurationError) {
        let keys = ConfigurationKeys(reader: reader)
        self.reader = reader
        node = try keys.text("node.name")
        isHosted = try keys.flag("node.hosted", default: false)
        agencies = try keys.text("node.agencies").split(separator: ",").map { $0.filter { $0 != " " } }.filter {
            !$0.isEmpty
        }
        isDemo = try keys.flag("node.demo", default: false)
        keyDirectory = try keys.text("node.key.directory")
        databaseURL = try keys.text("database.\(service.rawValue).url", isSecret: true)
        allowsPlaintextDatabase = try keys.flag("database.plaintext", default: false)
        poolMaximum = try keys.number("database.pool.max", default: 4, in: 1...100)
        host = try keys.text("http.host", default: "127.0.0.1")
        port = try keys.number("http.\(service.rawValue).port", default: service.defaultPort, in: 0...65_535)
        var serviceURLs: [ServiceName: String] = [:]
        for name in ServiceName.allCases { serviceURLs[name] = try keys.address("services.\(name.rawValue).url") }
        self.serviceURLs = serviceURLs
        publicURL = try keys.address("http.public.url", default: serviceURLs[.intake])
        maximumBody = try keys.number("http.max.body", default: 1_048_576, in: 1024...1_073_741_824)
        bodyTimeout = .seconds(try keys.number("http.body.timeout", default: 20, in: 1...600))
        idleTimeout = Int64(try keys.number("http.idle.timeout", default: 75, in: 1...3600))
        maximumConcurrent = try keys.number("http.max.concurrent", default: 512, in: 1...100_000)
        rateLimit = try keys.number("http.rate.limit", default: 0, in: 0...1_000_000)
        principalRateLimit = try keys.number("http.rate.principal", default: 0, in: 0...1_000_000)
        trustedPeers = try TrustedPeers(keys.text("http.trusted.peers", default: ""))
        shutdownGrace = .seconds(try keys.number("http.shutdown.seconds", default: 10, in: 0...600))
        let sends = service == .notification
        smtpURL = sends ? try keys.address("notification.smtp.url", schemes: ["smtp", "smtps"]) : nil
        mailFrom = sends ? try keys.text("notification.mail.from") : nil
        gatewayURL = sends ? try keys.address("notification.gateway.url") : nil
        let level = try keys.text("log.level", default: "info")
        guard let logLevel = Logger.Level(rawValue: level) else {
            throw ConfigurationError(key: "log.level", reason: "“\(level)” is none of \(Logger.Level.allCases)")
        }
        self.logLevel = logLevel
        guard isHosted ? !agencies.isEmpty : agencies.count == 1 else {
            throw ConfigurationError(
                key: "node.agencies",
                reason: isHosted ? "names no agency" : "a node that is no host has exactly one agency")
        }
    }

    /// The base address of one of the node's services for one agency.
    public func address(of service: ServiceName, agency: String) -> String {
        (serviceURLs[service] ?? "") + (isHosted ? "/" + agency : "")
    }
}

extension ServiceName {
    /// 8081 to 8084, as contract.md has them for the first node.
    var defaultPort: Int {
        switch self {
        case .intake: 8081
        case .routing: 8082
        case .notification: 8083
        case .analytics: 8084
        }
    }
}
