public import Logging
public import Postgres
public import PostgresMigrations
private import Tenancy

/// What a superuser and the migrator do before anybody else can work.
public enum DatabaseSetup {
    /// Makes the database unless it is there.
    /// - Parameter client: A superuser's, connected to another database of the same server.
    public static func ensureDatabase(_ name: String, with client: PostgresClient) async throws {
        let found = try await client.query("SELECT 1 AS found FROM pg_database WHERE datname = \(name)")
        if found.isEmpty { try await client.execute("CREATE DATABASE \(identifier: PostgresIdentifier(name))") }
    }

    /// Makes owning roles and extensions and takes from PUBLIC what nobody should have; may be done again.
    /// - Parameter client: A superuser's, connected to Sinergi's database.
    public static func bootstrap(with client: PostgresClient) async throws {
        let script = try DirectorySchema.bootstrap()
        try await client.withConnection { try await $0.runScript(script) }
    }

    /// Applies what is pending and returns it.
    /// - Parameter client: The migrator's.
    public static func migrate(with client: PostgresClient, logger: Logger) async throws -> [MigrationStep] {
        try await Migrator(client: client, groups: try OperatorMigrations.groups(), logger: logger).migrate()
    }
}
