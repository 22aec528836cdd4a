public import Logging
public import Postgres

/// A database client for the length of a command.
public enum DatabaseSession {
    /// - Parameter allowsPlaintext: Only for a private network between containers.
    public static func with<Result: Sendable>(
        _ url: String, connections: Int = 4, allowsPlaintext: Bool = false, logger: Logger,
        _ body: (PostgresClient) async throws -> Result
    ) async throws -> Result {
        var configuration = try PostgresClient.Configuration(url: url, allowsPlaintext: allowsPlaintext)
        configuration.maximumConnections = connections
        configuration.applicationName = "sinergi"
        let client = PostgresClient(configuration: configuration, logger: logger)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await client.run() }
            let result = try await body(client)
            group.cancelAll()
            return result
        }
    }
}
