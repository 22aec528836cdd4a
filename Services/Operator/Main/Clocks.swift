import ArgumentParser
import Foundation
import OperatorKit

/// `sinergi clocks`
struct Clocks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Due dates of open cases.", subcommands: [Recompute.self])

    struct Recompute: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Computes open due dates anew by today's calendars and limits; the platform does it by itself when one changes."
        )

        @Flag(help: "Only say what would move.")
        var dryRun = false

        @Option(help: "What those affected are told; by default what changed, in Indonesian.")
        var reason: String?

        @OptionGroup var database: DatabaseOptions

        func run() async throws {
            if let reason, !(1...300).contains(reason.unicodeScalars.count) {
                throw ValidationError("--reason is 1 to 300 characters.")
            }
            if dryRun {
                let moves = try await database.with { try await ClockRecompute(database: $0).preview() }
                for move in moves {
                    print(
                        "\(move.trackingCode) \(move.step) \(move.office ?? "-"): \(move.before.formatted(.iso8601)) -> "
                            + "\(move.after.formatted(.iso8601)) (\(move.reason))")
                }
                return print("\(moves.count) due dates would move.")
            }
            let done = try await database.with { try await ClockRecompute(database: $0).run(reason: reason) }
            print("\(done.seen) clocks looked at, \(done.moved) due dates moved.")
        }
    }
}
