import ArgumentParser
import Foundation
import Logging
import OperatorKit

/// `sinergi demo`
struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "The demo's data, settings and message gateway.", subcommands: [Prepare.self, Gateway.self])

    struct Prepare: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a PostgreSQL server into the demo: database, directory, logins, keys, settings, run.env.")

        @Option(help: "The instance's folder.")
        var home: String

        @Option(help: "Shifts every port.")
        var portOffset = 0

        @Flag(help: "Write settings for the containers of docker-compose.yml.")
        var containers = false

        @Option(help: "A superuser's address; the default is SINERGI_ADMIN_DATABASE_URL.")
        var adminURL: String?

        func run() async throws {
            guard let url = adminURL ?? ProcessInfo.processInfo.environment["SINERGI_ADMIN_DATABASE_URL"], !url.isEmpty
            else {
                throw ValidationError("Give --admin-url or set SINERGI_ADMIN_DATABASE_URL.")
            }
            let layout = DemoLayout(home: URL(filePath: home), offset: portOffset, containers: containers)
            try await DemoPreparation(layout: layout, adminURL: url, logger: CommandLog.quiet).run { print($0) }
        }
    }

    struct Gateway: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Stands for a message provider: takes short messages and shows them.")

        @Option(help: "Address to listen on.")
        var host = "127.0.0.1"

        @Option(help: "Port to listen on.")
        var port = 8026

        @Option(help: "Folder in which messages are kept.")
        var directory: String

        @Option(help: "File that says where webhooks are, and their secrets.")
        var settings: String?

        func run() async throws {
            try await MessageGateway(
                host: host, port: port, directory: URL(filePath: directory),
                settings: settings.map { URL(filePath: $0) }, logger: CommandLog.logger(.info)
            ).run()
        }
    }
}
