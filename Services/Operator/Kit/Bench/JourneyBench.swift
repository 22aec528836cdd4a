private import Foundation
public import Logging
private import Postgres

/// Measures the way of complaints across a border: accepted at one agency, offered to another, told to both sides.
///
/// Times are differences of the database's own stamps, so that watching costs the way nothing.
public struct JourneyBench: Sendable {
    /// Milliseconds from acceptance on.
    public struct Span: Codable, Sendable {
        public let p50: Double
        public let p99: Double
        public let worst: Double

        enum CodingKeys: String, CodingKey {
            case worst = "max_ms"
            case p50 = "p50_ms"
            case p99 = "p99_ms"
        }
    }

    /// Resident memory of a process, in megabytes of a million bytes.
    public struct Memory: Codable, Sendable {
        public let before: Double
        public let after: Double
        public let most: Double

        enum CodingKeys: String, CodingKey {
            case before = "before_mb"
            case after = "after_mb"
            case most = "most_mb"
        }
    }

    public struct Report: Codable, Sendable {
        public let ratePerSecond: Double
        public let seconds: Int
        public let accepted: Int
        public let errors: Int
        /// The answer to the reporter's request.
        public let answered: Span
        /// In the queue of the receiving agency.
        public let queued: Span
        /// The message about it accepted by the receiving agency's mail server.
        public let officeTold: Span
        /// The receipt accepted by the reporter's mail server.
        public let reporterTold: Span
        /// By the name of the process's file in the run directory; empty where that was not given.
        public let memory: [String: Memory]

        enum CodingKeys: String, CodingKey {
            case seconds, accepted, errors, answered, queued, memory
            case ratePerSecond = "rate_per_second"
            case officeTold = "office_told"
            case reporterTold = "reporter_told"
        }
    }

    private let intakeURL: String
    private let databaseURL: String
    private let runDirectory: String?
    private let logger: Logger

    /// - Parameters:
    ///   - intakeURL: Base address of the demo's PPU intake.
    ///   - databaseURL: A login that sees every row: the migrator's.
    ///   - runDirectory: Where the pid files of the services are; `nil` measures no memory.
    public init(intakeURL: String, databaseURL: String, runDirectory: String?, logger: Logger) {
        self.intakeURL = intakeURL
        self.databaseURL = databaseURL
        self.runDirectory = runDirectory
        self.logger = logger
    }

    /// - Throws: `OperatorError` when something accepted has not arrived after ten minutes.
    public func run(rate: Double, seconds: Int, progress: (String) -> Void) async throws -> Report {
        // What an earlier load left behind would be measured with it.
        try await DatabaseSession.with(databaseURL, connections: 1, logger: logger) { try await Quiet.wait($0) }
        // The marker finds this run's complaints among all others.
        let marker = "Uji perjalanan \(UUID().uuidString)"
        let before = ServiceMemory.read(runDirectory)
        let generator = try LoadGenerator(address: intakeURL, connections: 16) { place, number in
            """
            {"description":"Uji perjalanan \(place)-\(number): lampu jalan poros padam sejak dua malam, gelap sekali.",\
            "category":"lighting.street","lat":-1.0,"long":116.95,"address":"\(marker)",\
            "reporter":{"name":"Uji","email":"uji@contoh.id"}}
            """
        }
        progress("posting \(rate) a second for \(seconds) s")
        let load = try await generator.run(seconds: seconds, rate: rate)
        progress("waiting until everything behind them is done")
        return try await DatabaseSession.with(databaseURL, connections: 1, logger: logger) { client in
            try await Quiet.wait(client)
            let after = ServiceMemory.read(runDirectory)
            let rows = try await client.query(
                """
                SELECT extract(epoch FROM h.offered_at - c.received_at)::float8 * 1000 AS queued,
                    extract(epoch FROM office.at - c.received_at)::float8 * 1000 AS office,
                    extract(epoch FROM reporter.at - c.received_at)::float8 * 1000 AS reporter
                FROM intake.complaint c
                LEFT JOIN casework.handoff h ON h.case_id = c.id AND h.hop = 0 AND h.to_agency <> c.agency
                LEFT JOIN LATERAL (SELECT min(sent_at) AS at FROM notification.message m
                    WHERE m.agency = h.to_agency AND m.tracking_code = c.tracking_code AND m.recipient <> 'reporter') office ON true
                LEFT JOIN LATERAL (SELECT min(sent_at) AS at FROM notification.message m
                    WHERE m.agency = c.agency AND m.tracking_code = c.tracking_code AND m.recipient = 'reporter') reporter ON true
                WHERE c.address = \(marker)
                """)
            func span(_ name: String, _ time: (PostgresRow) throws -> Double?) throws -> Span {
                let times = try rows.compactMap(time)
                guard times.count == load.accepted else {
                    throw OperatorError(
                        "Of \(load.accepted) complaints \(times.count) were \(name): see parked messages.")
                }
                return Span(times)
            }
            return Report(
                ratePerSecond: rate, seconds: seconds, accepted: load.accepted, errors: load.errors,
                answered: Span(load.latencies),
                queued: try span("queued") { try $0.decodeIfPresent("queued", as: Double.self) },
                officeTold: try span("told to the office") { try $0.decodeIfPresent("office", as: Double.self) },
                reporterTold: try span("told to the reporter") { try $0.decodeIfPresent("reporter", as: Double.self) },
                memory: ServiceMemory.compare(before, after))
        }
    }
}

extension JourneyBench.Span {
    init(_ times: [Double]) {
        func rounded(_ value: Double) -> Double { (value * 10).rounded() / 10 }
        self.init(
            p50: rounded(LoadResult.percentile(0.5, of: times)), p99: rounded(LoadResult.percentile(0.99, of: times)),
            worst: rounded(times.max() ?? 0))
    }
}

extension JourneyBench.Report {
    /// As a table for people.
    public var table: String {
        func line(_ name: String, _ span: JourneyBench.Span) -> String {
            Self.row(name, [span.p50, span.p99, span.worst])
        }
        let times = [
            Self.row("milliseconds", ["p50", "p99", "most"]), line("answered", answered),
            line("in the other agency's queue", queued), line("its office told by mail", officeTold),
            line("the reporter told by mail", reporterTold),
        ]
        let resident =
            memory.isEmpty
            ? []
            : [Self.row("resident, MB", ["before", "after", "most"])]
                + memory.sorted { $0.key < $1.key }.map {
                    Self.row($0.key, [$0.value.before, $0.value.after, $0.value.most])
                }
        return (times + resident + ["\(accepted) accepted at \(ratePerSecond) a second, \(errors) errors"])
            .joined(separator: "\n")
    }

    private static func row(_ name: String, _ values: [some CustomStringConvertible]) -> String {
        name + String(repeating: " ", count: max(1, 30 - name.count))
            + values.map { value in
                let text = "\(value)"
                return String(repeating: " ", count: max(1, 10 - text.count)) + text
            }.joined()
    }
}
