import ArgumentParser
import Foundation
import OperatorKit
import Tenancy

/// `sinergi bootstrap`
struct Bootstrap: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "As superuser: makes roles and extensions in an empty database. May be repeated.")

    @Option(help: "A superuser's address of Sinergi's database; the default is SINERGI_ADMIN_DATABASE_URL.")
    var adminURL: String?

    @Flag(help: "Accept a database on a private network without TLS.")
    var plaintext = false

    func run() async throws {
        guard let url = adminURL ?? ProcessInfo.processInfo.environment["SINERGI_ADMIN_DATABASE_URL"] else {
            throw ValidationError("Give --admin-url or set SINERGI_ADMIN_DATABASE_URL.")
        }
        try await DatabaseSession.with(url, connections: 1, allowsPlaintext: plaintext, logger: CommandLog.quiet) {
            try await DatabaseSetup.bootstrap(with: $0)
        }
    }
}

/// `sinergi migrate`
struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Applies migrations and says which.")

    @OptionGroup var database: DatabaseOptions

    func run() async throws {
        let steps = try await database.with { try await DatabaseSetup.migrate(with: $0, logger: CommandLog.quiet) }
        for step in steps { print("applied \(step)") }
        if steps.isEmpty { print("The schema is current.") }
    }
}

/// `sinergi agency`
struct Agency: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Agencies' roles, logins and keys.", subcommands: [Provision.self, RotateKey.self])

    struct Provision: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes an agency's roles, logins and keys. What is there stays.")

        @Option(help: "The agency's code in the directory.")
        var code: String

        @Option(help: "The node on which it runs.")
        var node: String

        @Option(help: "The host that runs several agencies; without it the agency has a node of its own.")
        var hosted: String?

        @Option(help: "Folder for private keys.")
        var keyDirectory: String

        @Option(help: "File with passwords by login; readable by its owner only.")
        var credentials: String

        @OptionGroup var database: DatabaseOptions

        func run() async throws {
            let provisioned = try await database.with { client in
                var credentials = try Credentials(file: URL(filePath: credentials))
                return try await AgencyProvisioner(client: client).provision(
                    code: code, node: hosted ?? node, hosted: hosted != nil, keys: URL(filePath: keyDirectory),
                    credentials: &credentials)
            }
            print("\(code) has number \(provisioned.number).")
            for (service, login) in provisioned.logins.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                print("\(service.rawValue): login \(login)")
            }
        }
    }
}

extension Agency {
    /// `sinergi agency rotate-key`
    struct RotateKey: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rotate-key",
            abstract:
                "Gives an agency a new sealing key. The old one stays for what it has sealed; restart the node after.")

        @Option(help: "The agency's code in the directory.")
        var code: String

        @Option(help: "Folder of its private keys.")
        var keyDirectory: String

        @OptionGroup var database: DatabaseOptions

        func run() async throws {
            let kid = try await database.with {
                try await SealingKeyRotation(client: $0).rotate(code: code, keys: URL(filePath: keyDirectory))
            }
            print("\(code) seals to \(kid) now. Restart its node's intake, routing and notification.")
        }
    }
}

/// `sinergi directory`
struct DirectoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "directory", abstract: "Agencies, offices, people, places, calendars, rules.",
        subcommands: [Load.self, Import.self])

    struct Load: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Loads a directory file; without one, the demo's. Nothing is deleted.")

        @Argument(help: "A JSON file.")
        var file: String?

        @OptionGroup var database: DatabaseOptions

        func run() async throws {
            let directory = try file.map { try DirectoryFile(contentsOf: URL(filePath: $0)) } ?? DirectoryFile.demo()
            let counts = try await database.with {
                try await DirectoryLoader(client: $0).load(directory, passwordHash: nil)
            }
            for (list, rows) in counts { print("\(list): \(rows)") }
        }
    }
}

extension DirectoryCommand {
    /// `sinergi directory import`
    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Imports agencies, units, places and duties from CSV: all rows or none. Repeating it changes nothing.",
            discussion: """
                Files are agencies.csv, categories.csv, areas.csv, units.csv, jurisdictions.csv, boundaries.csv and \
                responsibilities.csv; columns are found by their header. Nothing is deleted: what is over gets a day in \
                valid_to, or is ended by --end-missing. Ends with status 1 when a row is refused.
                """)

        @Argument(help: "A folder with such files, or one of them.")
        var path: String

        @Flag(help: "Say what would change, and change nothing.")
        var dryRun = false

        @Flag(help: "End what is stored and valid today and does not stand in its file.")
        var endMissing = false

        @Flag(help: "Print the report of every row as JSON.")
        var json = false

        @OptionGroup var database: DatabaseOptions

        func run() async throws {
            let folder = try ImportFolder(URL(filePath: path))
            let report = try await database.with {
                try await DirectoryImport(client: $0).run(folder, dryRun: dryRun, endMissing: endMissing)
            }
            if json {
                try printJSON(report)
            } else {
                for line in report.lines() { print(line) }
            }
            if report.isRefused { throw ExitCode.failure }
        }
    }
}
