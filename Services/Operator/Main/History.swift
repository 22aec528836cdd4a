import ArgumentParser
import Foundation
import OperatorKit

/// `sinergi history`
struct History: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The cases' chained history.", subcommands: [Verify.self])

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Recomputes the chains; ends with status 1 and the entry where one does not fit.")

        @Option(help: "Only the case with this tracking code.")
        var code: String?

        @OptionGroup var database: DatabaseOptions

        func run() async throws {
            let (checked, broken) = try await database.with {
                try await HistoryCheck(client: $0).run(trackingCode: code)
            }
            if let code, checked == 0 { throw OperatorError("No case has the tracking code \(code).") }
            for entry in broken {
                print(
                    "BROKEN \(entry.trackingCode) (\(entry.caseID.uuidString.lowercased())): entry \(entry.number), \(entry.reason)"
                )
            }
            print("\(checked) histories checked, \(broken.count) broken.")
            if !broken.isEmpty { throw ExitCode.failure }
        }
    }
}
