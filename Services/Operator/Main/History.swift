import ArgumentParser
import Foundation
import OperatorKit

/// `sinergi history`
struct History: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The cases' chained history.", subcommands: [Verify.self, Export.self])

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Recomputes the chains; ends with status 1 and the entry where one does not fit.")

        @Option(help: "Only the case with this tracking code.")
        var code: String?

        @Option(help: "An exported history instead of the database: verified without one.")
        var file: String?

        @Option(help: "With --file: a head that you have from elsewhere, in hexadecimal; the chain must contain it.")
        var head: String?

        @OptionGroup var database: DatabaseOptions

        func run() async throws {
            if let file { return try verify(file: file) }
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

        private func verify(file: String) throws {
            guard let data = FileManager.default.contents(atPath: file) else {
                throw OperatorError("There is no file \(file).")
            }
            let history = try HistoryFile(data)
            if let broken = history.verify(known: head) {
                print(
                    "BROKEN \(history.tracking_code) (\(history.case_id.uuidString.lowercased())): entry \(broken.number), \(broken.reason)"
                )
                throw ExitCode.failure
            }
            print(
                "\(history.tracking_code): \(history.count) entries fit, \(history.bodies) with their words. Head \(history.head ?? "none")."
            )
        }
    }

    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "One case's history as JSON on standard output, for verification without a database.")

        @Option(help: "The case's tracking code.")
        var code: String

        @OptionGroup var database: DatabaseOptions

        func run() async throws {
            print(try await database.with { try await HistoryCheck(client: $0).export(trackingCode: code) })
        }
    }
}
