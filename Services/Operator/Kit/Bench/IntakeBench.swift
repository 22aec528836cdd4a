private import Foundation
public import Logging
private import Postgres

/// Compares how many complaints intake accepts with how many the same database commits one by one.
///
/// Both sides write the same rows for the same agency. The reference runs first and has the machine to itself: its
/// messages are not delivered. Intake is measured with everything behind it at work. Figures are ratios of one run.
public struct IntakeBench: Sendable {
    /// The figures of contract.md.
    public struct Report: Codable, Sendable {
        public let connections: Int
        public let seconds: Int
        public let acceptedPerSecond: Double
        public let p50: Double
        public let p99: Double
        public let halfLoadP99: Double
        public let errors: Int
        public let pgbenchPerSecond: Double
        public let ratio: Double
        /// The same rows in a single statement.
        public let oneStatementPerSecond: Double
        public let oneStatementRatio: Double

        enum CodingKeys: String, CodingKey {
            case connections, seconds, errors, ratio
            case acceptedPerSecond = "accepted_per_second"
            case p50 = "p50_ms"
            case p99 = "p99_ms"
            case halfLoadP99 = "half_load_p99_ms"
            case pgbenchPerSecond = "pgbench_per_second"
            case oneStatementPerSecond = "pgbench_one_statement_per_second"
            case oneStatementRatio = "one_statement_ratio"
        }
    }

    private let intakeURL: String
    private let databaseURL: String
    private let logger: Logger

    /// - Parameters:
    ///   - intakeURL: Base address of the intake to load, which must be running.
    ///   - databaseURL: A login that may write intake's tables of any agency: the migrator's.
    public init(intakeURL: String, databaseURL: String, logger: Logger) {
        self.intakeURL = intakeURL
        self.databaseURL = databaseURL
        self.logger = logger
    }

    /// - Parameter progress: Told what is going on, for standard error.
    public func run(connections: Int, seconds: Int, progress: (String) -> Void) async throws -> Report {
        let generator = try LoadGenerator(
            address: intakeURL, connections: connections, complaint: Self.complaint)
        let agency = try await prepare()
        func reference(_ script: String) async throws -> Double {
            progress("pgbench, \(script), \(connections) clients, \(seconds) s")
            let rate = try Pgbench(
                script: script, databaseURL: databaseURL, agency: agency, connections: connections, seconds: seconds
            ).run()
            try await takeAway()
            return rate
        }
        let ordinary = try await reference(Pgbench.ordinary)
        let oneStatement = try await reference(Pgbench.oneStatement)
        progress("warming up")
        _ = try await generator.run(seconds: 1, rate: nil)
        progress("posting complaints, \(connections) connections, \(seconds) s")
        let full = try await generator.run(seconds: seconds, rate: nil)
        let rate = Double(full.accepted) / Double(seconds)
        progress("waiting until everything behind them is done")
        // Half the load is half the load only once what the full one left behind is delivered.
        try await DatabaseSession.with(databaseURL, connections: 1, logger: logger) { try await Quiet.wait($0) }
        progress("posting at half the rate, \(seconds) s")
        let half = try await generator.run(seconds: seconds, rate: max(1, rate / 2))
        return Report(
            connections: connections, seconds: seconds, acceptedPerSecond: Self.rounded(rate),
            p50: Self.rounded(full.percentile(0.5)), p99: Self.rounded(full.percentile(0.99)),
            halfLoadP99: Self.rounded(half.percentile(0.99)), errors: full.errors + half.errors,
            pgbenchPerSecond: Self.rounded(ordinary), ratio: ordinary > 0 ? Self.rounded(rate / ordinary) : 0,
            oneStatementPerSecond: Self.rounded(oneStatement),
            oneStatementRatio: oneStatement > 0 ? Self.rounded(rate / oneStatement) : 0)
    }

    /// The number of the agency whose intake answers at the address; refuses a database that does not write to disk.
    private func prepare() async throws -> Int {
        let url = intakeURL
        return try await DatabaseSession.with(databaseURL, connections: 1, logger: logger) { client in
            let rows = try await client.query(
                """
                SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS waits,
                    (SELECT number::int8 FROM directory.agency WHERE intake_url = \(url)) AS number
                """)
            guard let row = rows.first, let number = try row.decodeIfPresent("number", as: Int.self) else {
                throw OperatorError("No agency of the directory has its intake at \(url)")
            }
            let settings = [try row.decode("fsync", as: String.self), try row.decode("waits", as: String.self)]
            guard settings == ["on", "on"] else {
                throw OperatorError(
                    "The database runs with fsync or synchronous_commit off; figures would mean nothing.")
            }
            return number
        }
    }

    /// The reference's messages were never to be delivered.
    private func takeAway() async throws {
        try await DatabaseSession.with(databaseURL, connections: 1, logger: logger) { client in
            _ = try await client.query(
                """
                DELETE FROM exchange.pending p WHERE p.producer = 'intake' AND p.attempt = 0
                    AND p.available_at > clock_timestamp() + interval '12 hours'
                """)
        }
    }

    /// The JSON of a complaint, by connection and number.
    @Sendable static func complaint(_ place: Int, _ number: Int) -> String {
        """
        {"description":"Uji beban \(place)-\(number): lampu di gang kedua padam sejak dua malam, warga berjalan dengan \
        senter. Mohon diperiksa.","area_code":"64.09","address":"Gang kedua, dekat pos ronda"}
        """
    }

    private static func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}

extension IntakeBench.Report {
    /// As a table for people.
    public var table: String {
        """
                                          per second      intake's share of it
        intake over HTTP        \(Self.column(acceptedPerSecond))
        pgbench, a transaction  \(Self.column(pgbenchPerSecond))\(Self.column(ratio))
        pgbench, one statement  \(Self.column(oneStatementPerSecond))\(Self.column(oneStatementRatio))
        p50, p99 in ms          \(Self.column(p50))\(Self.column(p99))
        p99 at half load, ms    \(Self.column(halfLoadP99))
        errors                  \(Self.column(Double(errors)))
        \(connections) connections, \(seconds) s each, fsync on
        """
    }

    private static func column(_ value: Double) -> String {
        let text = value == value.rounded() ? String(Int(value)) : String(value)
        return String(repeating: " ", count: max(0, 22 - text.count)) + text
    }
}
