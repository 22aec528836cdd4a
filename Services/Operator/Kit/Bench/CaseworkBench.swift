private import Foundation
public import Logging
private import Postgres

/// Times what officers read most, in a small and in a large database, with and without row-level security.
///
/// Both databases are scratch ones on the server it is given, filled by set-based SQL and dropped afterwards unless kept. Statements are
/// those of routing's queue and case page; one connection, prepared statements, the client's clock.
public struct CaseworkBench: Sendable {
    /// One thing an officer does.
    public struct Line: Codable, Sendable {
        public let what: String
        /// Medians in milliseconds, as the agency's login.
        public let smallP50: Double
        public let largeP50: Double
        public let ratio: Double
        /// How many rows came, at the median: a page that is full costs more than one that holds nothing.
        public let smallRows: Int
        public let largeRows: Int
        /// Large database, the same statement past the policies, with the agency written into it. Of lists and pages.
        public let withoutPoliciesP50: Double?
        public let policiesCost: Double?

        enum CodingKeys: String, CodingKey {
            case what, ratio
            case smallP50 = "small_p50_ms"
            case largeP50 = "large_p50_ms"
            case smallRows = "small_rows"
            case largeRows = "large_rows"
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
    private let keeps: Bool
    private let logger: Logger

    /// - Parameters:
    ///   - serverURL: A superuser's address of a server that may have scratch databases.
    ///   - keeps: Whether the filled databases stay for the next run, which then need not fill them.
    public init(serverURL: String, keeps: Bool, logger: Logger) {
        self.serverURL = serverURL
        self.keeps = keeps
        self.logger = logger
    }

    /// - Parameter progress: Told what is going on, for standard error.
    public func run(small: Int, large: Int, rounds: Int, progress: @escaping @Sendable (String) -> Void) async throws
        -> Report
    {
        // Both databases are there at once and every read goes to one after the other, so that whatever else the machine does meets both.
        let outcome = await scratch(cases: small, progress: progress) { first, firstFill in
            try await scratch(cases: large, progress: progress) { second, secondFill in
                let size = try await second.query("SELECT pg_database_size(current_database()) AS bytes")
                progress("measuring \(rounds) rounds")
                var lines: [Line] = []
                for read in CaseworkReads.all {
                    lines.append(
                        try await Self.line(read, (first, small), (second, large), rounds: rounds))
                }
                return Report(
                    smallCases: small, largeCases: large, smallFillSeconds: Self.rounded(firstFill),
                    largeFillSeconds: Self.rounded(secondFill),
                    largeBytes: try size.first?.decode("bytes", as: Int.self) ?? 0, rounds: rounds, lines: lines)
            }.get()
        }
        if keeps, case .success = outcome { return try outcome.get() }
        try await DatabaseSession.with(serverURL, connections: 1, logger: logger) { client in
            _ = try await client.execute("DROP ROLE IF EXISTS \(identifier: CaseworkFill.role)")
        }
        return try outcome.get()
    }

    private static func line(
        _ read: CaseworkReads, _ small: (client: PostgresClient, cases: Int),
        _ large: (client: PostgresClient, cases: Int),
        rounds: Int
    ) async throws -> Line {
        var first = Samples()
        var second = Samples()
        var past = Samples()
        // The first tenth only warms up. Steps through the agency's cases with a large stride.
        for round in 0..<(rounds + rounds / 10) {
            func n(_ cases: Int) -> Int { round &* 7919 % max(1, cases / 20) * 20 }
            let one = try await read.once(n(small.cases), .asRole, client: small.client)
            let two = try await read.once(n(large.cases), .asRole, client: large.client)
            let three = read.finds ? nil : try await read.once(n(large.cases), .written, client: large.client)
            guard round >= rounds / 10 else { continue }
            first.add(one)
            second.add(two)
            if let three { past.add(three) }
        }
        return Line(
            what: read.what, smallP50: rounded(first.time), largeP50: rounded(second.time),
            ratio: first.time > 0 ? rounded(second.time / first.time) : 0, smallRows: first.rows,
            largeRows: second.rows,
            withoutPoliciesP50: read.finds ? nil : rounded(past.time),
            policiesCost: read.finds ? nil : rounded(second.time - past.time))
    }

    /// Gives a filled scratch database to `body` and drops it, whatever happened.
    private func scratch<Value: Sendable>(
        cases: Int, progress: @escaping @Sendable (String) -> Void,
        _ body: @Sendable (_ client: PostgresClient, _ fillSeconds: Double) async throws -> Value
    ) async -> Result<Value, any Error> {
        let name = "sinergi_bench_\(cases)"
        let result: Result<Value, any Error>
        do {
            let address = try DatabaseAddress(serverURL).database(name, in: serverURL)
            try await DatabaseSession.with(serverURL, connections: 1, logger: logger) { client in
                try await DatabaseSetup.ensureDatabase(name, with: client)
            }
            result = .success(
                try await DatabaseSession.with(address, connections: 2, logger: logger) { client in
                    try await DatabaseSetup.bootstrap(with: client)
                    _ = try await DatabaseSetup.migrate(with: client, logger: logger)
                    let clock = ContinuousClock()
                    let start = clock.now
                    let fill = CaseworkFill(client: client)
                    try await fill.makeRole()
                    if try await fill.isThere() {
                        progress("\(cases) cases are there from an earlier run")
                        return try await body(client, 0)
                    }
                    try await fill.run(cases: cases, progress: progress)
                    let seconds = Self.seconds(clock.now - start)
                    progress("\(cases) cases filled in \(Int(seconds)) s")
                    return try await body(client, seconds)
                })
        } catch {
            result = .failure(error)
        }
        if keeps, case .success = result { return result }
        let database = PostgresIdentifier(name)
        _ = try? await DatabaseSession.with(serverURL, connections: 1, logger: logger) { client in
            _ = try await client.execute("DROP DATABASE IF EXISTS \(identifier: database) WITH (FORCE)")
        }
        return result
    }

    static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }

    private static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}

/// What the rounds of one read took, and how many rows came.
private struct Samples {
    private var times: [Double] = []
    private var counts: [Int] = []

    mutating func add(_ one: (time: Double, rows: Int)) {
        times.append(one.time)
        counts.append(one.rows)
    }

    /// Medians.
    var time: Double { times.isEmpty ? 0 : times.sorted()[times.count / 2] }
    var rows: Int { counts.isEmpty ? 0 : counts.sorted()[counts.count / 2] }
}

extension CaseworkBench.Report {
    /// As a table for people.
    public var table: String {
        let head =
            "p50 in ms".padded(30)
            + ["\(smallCases)", "\(largeCases)", "ratio", "rows", "no policies", "cost"]
            .map { $0.leading(13) }.joined()
        let body = lines.map { line in
            line.what.padded(30)
                + [
                    "\(line.smallP50)", "\(line.largeP50)", "\(line.ratio)", "\(line.smallRows)/\(line.largeRows)",
                    line.withoutPoliciesP50.map { "\($0)" } ?? "", line.policiesCost.map { "\($0)" } ?? "",
                ]
                .map { $0.leading(13) }.joined()
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
