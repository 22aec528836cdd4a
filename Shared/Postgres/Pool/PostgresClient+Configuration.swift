extension PostgresClient {
    /// Where the database is and how many connections to it may be open.
    public struct Configuration: Sendable, CustomStringConvertible {
        /// Connections kept open even when idle; opened by `run()`.
        public var minimumConnections = 0
        /// Connections open at most; each notifications scope has one of its own on top.
        public var maximumConnections = 4
        /// How long a connection above the minimum stays open without work.
        public var idleTimeout: Duration = .seconds(60)
        /// The age at which a connection is replaced once idle; each gets up to a tenth less, so they don't all go at
        /// once.
        public var lifetime: Duration = .seconds(1800)
        /// How long a caller waits for a connection.
        public var leaseTimeout: Duration = .seconds(5)
        /// How long a cancelled statement or a rollback may take before its connection is closed.
        public var drainTimeout: Duration = .seconds(5)
        /// How long shutdown waits for leases to come back.
        public var shutdownTimeout: Duration = .seconds(10)
        /// Limit of every statement; the server stops it then. A transaction's own timeout takes its place in it.
        public var statementTimeout: Duration?
        /// Shown in `pg_stat_activity`.
        public var applicationName = ""
        /// Threads that wait for sockets; connections are spread over them.
        public var loops = 1
        /// Prepared statements kept per connection; 0 prepares none.
        public var statementCacheSize = 256
        /// How often an idle notifications connection is asked whether it is alive.
        public var pingInterval: Duration = .seconds(5)

        private var base: ConnectionParameters

        /// - Parameters:
        ///   - url: libpq's URI or keyword string; several hosts and `target_session_attrs` are allowed. What it does not
        ///     say comes from libpq's environment variables.
        ///   - allowsPlaintext: Accept less than `sslmode=verify-full` to a host that is not this machine. Only for
        ///     private networks between containers.
        /// - Throws: `PostgresError`, `.invalidConfiguration` or `.insecureConnection`.
        public init(url: String, allowsPlaintext: Bool = false) throws {
            base = try ConnectionParameters(url: url, allowsPlaintext: allowsPlaintext)
        }

        /// Hosts, database and user; no password.
        public var description: String { base.description }

        /// Whether every host is this machine.
        package var isLocal: Bool { base.isLocal }

        var parameters: ConnectionParameters {
            var parameters = base
            if !applicationName.isEmpty { parameters.setDefault("application_name", applicationName) }
            if let statementTimeout {
                parameters.addOption("-c statement_timeout=\(statementTimeout.milliseconds(atLeast: 1))")
            }
            return parameters
        }

        var limits: StatementLimits { StatementLimits(timeout: statementTimeout) }
    }

    /// How the pool stands, for gauges.
    public struct Statistics: Sendable, Hashable {
        /// Connections open or being opened.
        public let open: Int
        /// Connections without work.
        public let idle: Int
        /// Callers waiting for a connection.
        public let waiting: Int
    }
}
