import ArgumentParser
import Foundation
import OperatorKit

/// `sinergi exchange`
struct Exchange: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Messages between services and agencies.", subcommands: [Parked.self])

    struct Parked: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Messages that were refused and set aside.", subcommands: [List.self, Requeue.self, Drop.self],
            defaultSubcommand: List.self)
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists them, oldest first.")

        @Option(help: "Only those to this agency.")
        var agency: String?

        @OptionGroup var database: DatabaseOptions

        func run() async throws {
            let messages = try await database.with { try await ParkedMessages(client: $0).list(agency: agency) }
            for message in messages {
                print(
                    """
                    \(message.id.uuidString.lowercased())  \(message.parkedAt.formatted(.iso8601))  \(message.source) → \
                    \(message.destination) \(message.service)  \(message.type)  \(message.lane)
                        \(message.problem)
                    """)
            }
            if messages.isEmpty { print("No message is parked.") }
        }
    }

    struct Requeue: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Puts messages back, with the same ids.")

        @Argument(help: "Ids of parked messages.")
        var ids: [String]

        @OptionGroup var database: DatabaseOptions

        func run() async throws {
            for id in try Exchange.uuids(ids) {
                guard try await database.with({ try await ParkedMessages(client: $0).requeue(id) }) else {
                    throw OperatorError("No message \(id.uuidString.lowercased()) is parked.")
                }
                print("requeued \(id.uuidString.lowercased())")
            }
        }
    }

    struct Drop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Gives messages up.")

        @Argument(help: "Ids of parked messages.")
        var ids: [String]

        @OptionGroup var database: DatabaseOptions

        func run() async throws {
            for id in try Exchange.uuids(ids) {
                guard try await database.with({ try await ParkedMessages(client: $0).drop(id) }) else {
                    throw OperatorError("No message \(id.uuidString.lowercased()) is parked.")
                }
                print("dropped \(id.uuidString.lowercased())")
            }
        }
    }

    fileprivate static func uuids(_ texts: [String]) throws -> [UUID] {
        try texts.map { text in
            guard let id = UUID(uuidString: text) else { throw ValidationError("\(text) is no id.") }
            return id
        }
    }
}
