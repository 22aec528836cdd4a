private import Foundation
public import Logging
private import Postgres

/// Compares how many complaints intake accepts with how many the same database commits one by one.
///
/// Both sides write the same rows for the same agency, so what happens after them (routing, counting) loads the machine
/// the same way. Figures are ratios of one run on one machine.
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

        enum CodingKeys: String, CodingKey {
            case connections, seconds, errors, ratio
            case acceptedPerSecond = "accepted_per_second"
            case p50 = "p50_ms"
            case p99 = "p99_ms"
            case halfLoadP99 = "half_load_p99_ms"
            case pgbenchPerSecond = "pgbench_per_second"
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
        let generator = try LoadGenerator(address: intakeURL, connections: connections)
        let agency = try await prepare()
        progress("warming up")
        _ = try await generator.run(seconds: 1, rate: nil)
        progress("posting complaints, \(connections) connections, \(seconds) s")
        let full = try await generator.run(seconds: seconds, rate: nil)
        let rate = Double(full.accepted) / Double(seconds)
        progress("pgbench, \(connections) clients, \(seconds) s")
        let reference = try Pgbench(
            databaseURL: databaseURL, agency: agency, connections: connections, seconds: seconds
        ).run()
        progress("posting at half the rate, \(seconds) s")
        let half = try await generator.run(seconds: seconds, rate: max(1, rate / 2))
        return Report(
            connections: connections, seconds: seconds, acceptedPerSecond: Self.rounded(rate),
            p50: Self.rounded(full.percentile(0.5)), p99: Self.rounded(full.percentile(0.99)),
            halfLoadP99: Self.rounded(half.percentile(0.99)), errors: full.errors + half.errors,
            pgbenchPerSecond: Self.rounded(reference),
            ratio: reference > 0 ? Self.rounded(rate / reference) : 0)
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

    private static func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}

extension IntakeBench.Report {
    /// As a table for people.
    public var table: String {
        """
                                      intake over HTTP      pgbench, one transaction each
        accepted per second     \(Self.column(acceptedPerSecond))      \(Self.column(pgbenchPerSecond))
        ratio                   \(Self.column(ratio))
        p50, p99 in ms          \(Self.column(p50)) \(Self.column(p99))
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
