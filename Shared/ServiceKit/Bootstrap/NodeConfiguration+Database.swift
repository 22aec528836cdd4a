public import Postgres

extension NodeConfiguration {
    /// How the node's processes reach their database: every pool of theirs begins here, so that none forgets
    /// `database.plaintext`.
    /// - Parameters:
    ///   - connections: At most, at the same time.
    ///   - name: Shown in `pg_stat_activity`.
    /// - Throws: `PostgresError`, `.invalidConfiguration` or `.insecureConnection`.
    public func database(connections: Int, name: String) throws -> PostgresClient.Configuration {
        var database = try PostgresClient.Configuration(url: databaseURL, allowsPlaintext: allowsPlaintextDatabase)
        database.maximumConnections = connections
        database.applicationName = name
        return database
    }
}
