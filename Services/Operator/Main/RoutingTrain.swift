import ArgumentParser
import Foundation
import OperatorKit
import Postgres
import RoutingClassifier
import RoutingLearning

extension Routing {
    /// `sinergi routing train`
    struct Train: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Learns an agency's model from its confirmed outcomes, and activates it if it is better.",
            discussion: """
                The newest fifth of the cases that the active model has not seen is held back; the new model is activated
                only if it finds their offices more often. With --file nothing is stored: the card of a model learnt from
                a CSV file of complaints (columns as for `evaluate`) is printed.
                """)

        @Option(help: "The agency's code in the directory.")
        var agency: String?

        @Option(help: "Learn from this CSV file instead, and print the card. Needs no database.")
        var file: String?

        @Flag(help: "With --file: use the reporter's topic, the column category.")
        var withTopic = false

        @OptionGroup var database: DatabaseOptions

        func validate() throws {
            if (agency == nil) == (file == nil) { throw ValidationError("Give either --agency or --file.") }
        }

        func run() async throws {
            if let file { return try printCard(of: URL(fileURLWithPath: file)) }
            guard let agency else { return }
            let result = try await database.with { client async throws -> ModelLearning.Result? in
                let rows = try await client.query(
                    "SELECT number::int8 AS number FROM directory.agency WHERE code = \(agency)")
                guard let number = try rows.first?.decode("number", as: Int.self) else {
                    throw OperatorError("The directory has no agency \(agency).")
                }
                return try await ModelLearning(
                    database: client, agency: number, trainer: "sinergi routing train", logger: CommandLog.quiet
                ).run()
            }
            guard let result else { throw OperatorError("\(agency) is being trained by another copy.") }
            try printJSON(result)
        }

        private func printCard(of file: URL) throws {
            let rows = try ComplaintTable(contentsOf: file, withTopic: withTopic).rows
                .filter { !$0.office.isEmpty && !$0.complaint.text.isEmpty }
                .sorted { $0.order < $1.order }
            let trained = try TrainedModel(
                rows, places: PlaceOffices(), reference: nil, unseen: rows.count, name: file.lastPathComponent,
                at: Date(),
                progress: CommandLog.progress)
            print(trained.card)
        }
    }
}
