internal import Foundation
internal import Logging
public import Postgres

/// A database of one test, on the server that `SINERGI_TEST_DATABASE_URL` names (a superuser's URL on this machine).
///
/// Without the variable every test that needs it fails and says so: skipped tests look like passed ones.
public struct TestDatabase: Sendable {
    /// The environment variable with the superuser's URL.
    public static let variable = "SINERGI_TEST_DATABASE_URL"

    /// Name of the database; random.
    public let name: String
    /// The superuser's URL of this database.
    public let url: String

    /// Creates a database, runs `body`, and drops the database whatever happened.
    /// - Parameter connections: How many connections the test opens at most; it waits until the server has them to spare.
    public static func withDatabase<Result>(
        connections: Int = 8, _ body: (TestDatabase) async throws -> sending Result
    ) async throws -> sending Result {
        let server = try serverURL()
        return try await ConnectionGate.shared.withConnections(connections + 1, of: server) {
            let database = try await create(on: server)
            let result: Result
            do {
                result = try await body(database)
            } catch {
                try? await database.drop(on: server)  // The test's own error says more.
                throw error
            }
            try await database.drop(on: server)
            return result
        }
    }

    /// A client of this database as the superuser, closed afterwards.
    public func withClient<Result>(
        configure: (inout PostgresClient.Configuration) -> Void = { _ in },
        _ body: (PostgresClient) async throws -> sending Result
    ) async throws -> sending Result {
        try await PostgresClient.withClient(url: url, logger: Self.logger, configure: configure, body)
    }

    /// A database and a client of it in one step.
    public static func withClient<Result>(
        connections: Int = 8, configure: (inout PostgresClient.Configuration) -> Void = { _ in },
        _ body: (PostgresClient) async throws -> sending Result
    ) async throws -> sending Result {
        try await withDatabase(connections: connections) { database in
            try await database.withClient(configure: configure, body)
        }
    }

    /// This database's URL for another login, through another port, or with further parameters.
    public func url(
        user: String? = nil, password: String? = nil, port: Int? = nil, parameters: [String: String] = [:]
    ) throws -> String {
        guard var parts = URLComponents(string: url) else { throw TestDatabaseError.malformedURL }
        if let user { parts.user = user }
        if let password { parts.password = password }
        if let port { parts.port = port }
        for (name, value) in parameters.sorted(by: { $0.key < $1.key }) {
            parts.queryItems = (parts.queryItems ?? []) + [URLQueryItem(name: name, value: value)]
        }
        guard let text = parts.string else { throw TestDatabaseError.malformedURL }
        return text
    }

    /// Host and port of the server, for a `FaultProxy`.
    public func address() throws -> (host: String, port: Int) {
        guard let parts = URLComponents(string: url) else { throw TestDatabaseError.malformedURL }
        let host = parts.host.flatMap { $0.isEmpty ? nil : $0 } ?? "127.0.0.1"
        return (host, parts.port ?? 5432)
    }

    /// The superuser's URL from the environment.
    /// - Throws: `TestDatabaseError` when it is missing, or names another machine: tests create and drop databases.
    public static func serverURL() throws -> String {
        guard let url = ProcessInfo.processInfo.environment[variable], !url.isEmpty else {
            throw TestDatabaseError.missingVariable
        }
        guard let parts = URLComponents(string: url), parts.scheme != nil else { throw TestDatabaseError.malformedURL }
        guard try PostgresClient.Configuration(url: url).isLocal else { throw TestDatabaseError.notLocal }
        return url
    }

    private static var logger: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .error
        return logger
    }

    private static func create(on server: String) async throws -> TestDatabase {
        let random = (0..<12).map { _ in String("abcdefghijklmnopqrstuvwxyz".randomElement() ?? "x") }.joined()
        let name = "sinergi_test_\(random)"
        try await PostgresClient.withClient(url: server, logger: logger) { client in
            _ = try await client.query("CREATE DATABASE \(identifier: PostgresIdentifier(name))")
        }
        guard var parts = URLComponents(string: server) else { throw TestDatabaseError.malformedURL }
        parts.path = "/" + name
        guard let url = parts.string else { throw TestDatabaseError.malformedURL }
        return TestDatabase(name: name, url: url)
    }

    private func drop(on server: String) async throws {
        try await PostgresClient.withClient(url: server, logger: Self.logger) { client in
            _ = try await client.query("DROP DATABASE \(identifier: PostgresIdentifier(name)) WITH (FORCE)")
        }
    }
}

/// Why there is no test database.
public enum TestDatabaseError: Error, CustomStringConvertible {
    case missingVariable, malformedURL, notLocal

    public var description: String {
        switch self {
        case .missingVariable:
            "Set \(TestDatabase.variable) to a superuser's URL of a local PostgreSQL; deploy/test.sh does it."
        case .malformedURL:
            "\(TestDatabase.variable) is not a URL such as postgresql://postgres@127.0.0.1:5432/postgres."
        case .notLocal: "\(TestDatabase.variable) names another machine; tests create and drop databases."
        }
    }
}
