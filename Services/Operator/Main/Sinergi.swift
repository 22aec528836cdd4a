import ArgumentParser
import Foundation
import OperatorKit
import Postgres

/// The operator's command line.
@main
struct Sinergi: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sinergi", abstract: "Runs the parts of Sinergi that belong to the operator.",
        subcommands: [
            Bootstrap.self, Migrate.self, Agency.self, DirectoryCommand.self, Token.self, Platform.self, Exchange.self,
            History.self, Clocks.self, Routing.self, Demo.self, Bench.self,
        ])

    /// Runs one command. What the database said goes to standard error in full: an operator must see it.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let error as PostgresError {
            CommandLog.progress(String(reflecting: error))
            Foundation.exit(1)
        } catch {
            exit(withError: error)
        }
    }
}
