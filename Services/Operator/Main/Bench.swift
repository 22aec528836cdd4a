import ArgumentParser
import Foundation
import OperatorKit

/// `sinergi bench`
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Figures beside their reference from the same run.", subcommands: [Intake.self])

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
}
