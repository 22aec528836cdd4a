private import Foundation
public import Logging
private import Postgres

/// Times what officers read most, in a small and in a large database, with and without row-level security.
///
/// Both databases are scratch ones on the server it is given, filled by set-based SQL and dropped afterwards. Statements are
/// those of routing's queue and case page; one connection, prepared statements, the client's clock.
public struct CaseworkBench: Sendable {
    /// One thing an officer does.
    public struct Line: Codable, Sendable {
        public let what: String
        /// Medians in milliseconds, as the agency's login.
        public let smallP50: Double
        public let largeP50: Double
        public let ratio: Double
        /// Large database, the same statement past the policies, with the agency written into it.
        public let withoutPoliciesP50: Double
        public let policiesCost: Double

        enum CodingKeys: String, CodingKey {
            case what, ratio
            case smallP50 = "small_p50_ms"
            case largeP50 = "large_p50_ms"
            case withoutPoliciesP50 = "without_policies_p50_ms"
            case policiesCost = "policies_cost_ms"
        }
    }
    public struct Report: Codable, Sendable {
        public let smallCases: Int
        public let largeCases: Int
        public let smallFillSeconds: Double
        public let largeFillSeconds: Double
        public let largeBytes: Int
        public let rounds: Int
        public let lines: [Line]

        enum CodingKeys: String, CodingKey {
            case rounds, lines
            case smallCases = "small_cases"
            case largeCases = "large_cases"
            case smallFillSeconds = "small_fill_seconds"
            case largeFillSeconds = "large_fill_seconds"
            case largeBytes = "large_bytes"
        }
    }

    private let serverURL: String
    private let logger: Logger

    /// - Parameter serverURL: A superuser's address of a server that may have scratch databases.
    public init(serverURL: String, logger: Logger) {
        self.serverURL = serverURL
        self.logger = logger
    }

    /// - Parameter progress: Told what is going on, for standard error.
    public func run(small: Int, large: Int, rounds: Int, progress: @Sendable (String) -> Void) async throws -> Report {
        let first = try await measure(cases: small, rounds: rounds, progress: progress)
        let second = try await measure(cases: large, rounds: rounds, progress: progress)
        let lines = zip(first.times, second.times).map { small, large in
            Line(
                what: small.what, smallP50: Self.rounded(small.asAgency), largeP50: Self.rounded(large.asAgency),
                ratio: small.asAgency > 0 ? Self.rounded(large.asAgency / small.asAgency) : 0,
                withoutPoliciesP50: Self.rounded(large.past),
                policiesCost: Self.rounded(large.asAgency - large.past))
        }
        return Report(
            smallCases: small, largeCases: large, smallFillSeconds: Self.rounded(first.fill),
            largeFillSeconds: Self.rounded(second.fill), largeBytes: second.bytes, rounds: rounds, lines: lines)
    }

    private struct Times {
        let what: String
        let asAgency: Double
        let past: Double
    }

    private func measure(
        cases: Int, rounds: Int, progress: @Sendable (String) -> Void
    ) async throws -> (times: [Times], fill: Double, bytes: Int) {
        let name = "sinergi_bench_\(UUID().uuidString.lowercased().suffix(12))"
        let address = try DatabaseAddress(serverURL).database(name, in: serverURL)
        try await DatabaseSession.with(serverURL, connections: 1, logger: logger) { client in
            try await DatabaseSetup.ensureDatabase(name, with: client)
        }
        let result: Result<([Times], Double, Int), any Error>
        do {
            result = .success(
                try await DatabaseSession.with(address, connections: 1, logger: logger) { client in
                    try await DatabaseSetup.bootstrap(with: client)
                    _ = try await DatabaseSetup.migrate(with: client, logger: logger)
                    let clock = ContinuousClock()
                    let start = clock.now
                    try await CaseworkFill(client: client).run(cases: cases, progress: progress)
                    let fill = Self.seconds(clock.now - start)
                    let size = try await client.query(
                        "SELECT pg_database_size(current_database()) AS bytes")
                    progress("\(cases) cases filled in \(Int(fill)) s, measuring \(rounds) rounds")
                    let times = try await CaseworkReads.all.mapInOrder { read in
                        Times(
                            what: read.what,
                            asAgency: try await read.median(cases: cases, rounds: rounds, role: true, client: client),
                            past: try await read.median(cases: cases, rounds: rounds, role: false, client: client))
                    }
                    return (times, fill, try size.first?.decode("bytes", as: Int.self) ?? 0)
                })
        } catch {
            result = .failure(error)
        }
        // Whatever happened, nothing is left behind.
        let database = PostgresIdentifier(name)
        try await DatabaseSession.with(serverURL, connections: 1, logger: logger) { client in
            try await client.execute("DROP DATABASE IF EXISTS \(identifier: database) WITH (FORCE)")
            try await client.execute("DROP ROLE IF EXISTS \(identifier: CaseworkFill.role)")
        }
        return try result.get()
    }

    static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }

    private static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}

extension Array {
    fileprivate func mapInOrder<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}

extension CaseworkBench.Report {
    /// As a table for people.
    public var table: String {
        let head =
            "p50 in ms".padded(30)
            + ["\(smallCases)", "\(largeCases)", "ratio", "no policies", "cost"]
            .map { $0.leading(13) }.joined()
        let body = lines.map { line in
            line.what.padded(30)
                + [line.smallP50, line.largeP50, line.ratio, line.withoutPoliciesP50, line.policiesCost]
                .map { String($0).leading(13) }.joined()
        }
        let foot =
            "filled in \(smallFillSeconds) s and \(largeFillSeconds) s, the large one \(largeBytes / 1_048_576) MB; \(rounds) rounds each"
        return ([head] + body + [foot]).joined(separator: "\n")
    }
}

extension String {
    fileprivate func padded(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
    fileprivate func leading(_ width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
