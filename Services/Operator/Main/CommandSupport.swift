import ArgumentParser
import Foundation
import Logging
import OperatorKit
import Postgres

/// The database on which a command works.
struct DatabaseOptions: ParsableArguments {
    @Option(help: "The migrator's address; the default is SINERGI_DATABASE_URL.")
    var databaseURL: String?

    @Flag(help: "Accept a database on a private network without TLS.")
    var plaintext = false

    func with<Result: Sendable>(_ body: (PostgresClient) async throws -> Result) async throws -> Result {
        try await DatabaseSession.with(
            try url(), allowsPlaintext: plaintext, logger: CommandLog.quiet, body)
    }

    func url() throws -> String {
        guard let url = databaseURL ?? ProcessInfo.processInfo.environment["SINERGI_DATABASE_URL"], !url.isEmpty else {
            throw ValidationError("Give --database-url or set SINERGI_DATABASE_URL.")
        }
        return url
    }
}

/// Where commands log: standard error, so that standard output stays what was asked for.
enum CommandLog {
    /// Only what the person at the terminal must know.
    static let quiet = logger(.warning)

    static func logger(_ level: Logger.Level) -> Logger {
        var logger = Logger(label: "sinergi", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = level
        return logger
    }

    static func progress(_ line: String) {
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }
}

/// JSON for scripts: sorted keys, slashes as they are.
func printJSON(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .iso8601
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
}
