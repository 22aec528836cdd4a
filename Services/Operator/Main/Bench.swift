import ArgumentParser
import Foundation
import OperatorKit

/// `sinergi bench`
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Figures beside their reference from the same run.",
        subcommands: [Intake.self, Uploads.self, Journey.self, Casework.self])

    struct Intake: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Complaints accepted per second, beside pgbench on the same database. Leaves its complaints behind.")

        @Option(help: "HTTP connections, and pgbench's clients.")
        var connections = 16

        @Option(help: "Length of each phase.")
        var seconds = 10

        @Option(help: "Base address of the intake; the default is SINERGI_INTAKE_URL.")
        var intakeURL: String?

        @Flag(help: "One JSON object on standard output.")
        var json = false

        @OptionGroup var database: DatabaseOptions

        func run() async throws {
            guard let address = intakeURL ?? ProcessInfo.processInfo.environment["SINERGI_INTAKE_URL"], !address.isEmpty
            else {
                throw ValidationError("Give --intake-url or set SINERGI_INTAKE_URL (run.env has it).")
            }
            guard (1...512).contains(connections), (1...600).contains(seconds) else {
                throw ValidationError("--connections is 1 to 512, --seconds 1 to 600.")
            }
            let bench = IntakeBench(intakeURL: address, databaseURL: try database.url(), logger: CommandLog.quiet)
            let report = try await bench.run(connections: connections, seconds: seconds, progress: CommandLog.progress)
            if json { try printJSON(report) } else { print(report.table) }
        }
    }

    struct Uploads: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Intake's memory while many files of 5 MB come in at once. Leaves them behind.")

        @Option(help: "Files, each on a complaint of its own.")
        var count = 100

        @Option(help: "Base address of the intake; the default is SINERGI_INTAKE_URL.")
        var intakeURL: String?

        @Option(help: "File with the intake's process id; the default is ppu-intake.pid in SINERGI_RUN_DIR.")
        var pidFile: String?

        @Flag(help: "One JSON object on standard output.")
        var json = false

        func run() async throws {
            let environment = ProcessInfo.processInfo.environment
            guard let address = intakeURL ?? environment["SINERGI_INTAKE_URL"], !address.isEmpty,
                let file = pidFile ?? environment["SINERGI_RUN_DIR"].map({ $0 + "/ppu-intake.pid" })
            else {
                throw ValidationError(
                    "Give --intake-url and --pid-file, or set SINERGI_INTAKE_URL and SINERGI_RUN_DIR.")
            }
            guard (1...1000).contains(count) else { throw ValidationError("--count is 1 to 1000.") }
            let report = try await UploadBench(intakeURL: address, pidFile: file)
                .run(count: count, progress: CommandLog.progress)
            if json { try printJSON(report) } else { print(report.text) }
        }
    }

    struct Journey: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "How long complaints take across a border, until the other agency has them and both sides are told. Leaves its complaints behind."
        )

        @Option(help: "Complaints a second.")
        var rate = 200.0

        @Option(help: "Length of the load.")
        var seconds = 10

        @Option(help: "Base address of PPU's intake; the default is SINERGI_INTAKE_URL.")
        var intakeURL: String?

        @Flag(help: "One JSON object on standard output.")
        var json = false

        @OptionGroup var database: DatabaseOptions

        func run() async throws {
            let environment = ProcessInfo.processInfo.environment
            guard let address = intakeURL ?? environment["SINERGI_INTAKE_URL"], !address.isEmpty else {
                throw ValidationError("Give --intake-url or set SINERGI_INTAKE_URL (run.env has it).")
            }
            guard (1...10_000).contains(rate), (1...600).contains(seconds) else {
                throw ValidationError("--rate is 1 to 10000, --seconds 1 to 600.")
            }
            let bench = JourneyBench(
                intakeURL: address, databaseURL: try database.url(), runDirectory: environment["SINERGI_RUN_DIR"],
                logger: CommandLog.quiet)
            let report = try await bench.run(rate: rate, seconds: seconds, progress: CommandLog.progress)
            if json { try printJSON(report) } else { print(report.table) }
        }
    }

    struct Casework: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Queue, case page and search in a small and a large database, with the cost of row-level security. Uses scratch databases, dropped afterwards."
        )

        @Option(help: "Cases of the small database.")
        var small = 10_000

        @Option(help: "Cases of the large database; about 3.5 kB of disk each.")
        var large = 1_000_000

        @Flag(help: "Leave the filled databases for the next run, which then does not fill them again.")
        var keep = false

        @Option(help: "How often each thing is read.")
        var rounds = 500

        @Option(
            help:
                "A superuser's address of a server that may have scratch databases; default SINERGI_BENCH_DATABASE_URL."
        )
        var serverURL: String?

        @Flag(help: "One JSON object on standard output.")
        var json = false

        func run() async throws {
            guard let url = serverURL ?? ProcessInfo.processInfo.environment["SINERGI_BENCH_DATABASE_URL"], !url.isEmpty
            else { throw ValidationError("Give --server-url or set SINERGI_BENCH_DATABASE_URL.") }
            guard (1000...20_000_000).contains(small), (1000...20_000_000).contains(large),
                (10...100_000).contains(rounds), small != large
            else {
                throw ValidationError("--small and --large are two numbers, 1000 to 20000000, --rounds 10 to 100000.")
            }
            let bench = CaseworkBench(serverURL: url, keeps: keep, logger: CommandLog.quiet)
            let report = try await bench.run(
                small: small, large: large, rounds: rounds, progress: { CommandLog.progress($0) })
            if json { try printJSON(report) } else { print(report.table) }
        }
    }
}
