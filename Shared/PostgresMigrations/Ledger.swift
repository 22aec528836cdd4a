import Postgres

/// The tables in which a database remembers its migrations.
enum Ledger {
    /// Makes the tables unless they are there; two migrators may try at the same time.
    static func create(with client: PostgresClient) async throws {
        for attempt in 1... {
            do {
                let found = try await client.query(
                    """
                    SELECT to_regclass('platform.migration_lock') IS NOT NULL AND EXISTS (SELECT FROM pg_attribute
                        WHERE attrelid = to_regclass('platform.migration') AND attname = 'revision') AS found
                    """)
                if try found.first?.decode("found", as: Bool.self) == true { return }
                return try await client.withConnection { try await $0.runScript(definition) }
            } catch let error as PostgresError where attempt < 10 && lostRace(error) {
                continue
            }
        }
    }

    /// `CREATE … IF NOT EXISTS` is not atomic: the loser of a race sees one of these.
    private static func lostRace(_ error: PostgresError) -> Bool {
        [.uniqueViolation, .duplicateTable, .duplicateSchema, .duplicateObject].contains(error.sqlState)
    }

    private static let definition: PostgresScript = """
        BEGIN;
        CREATE SCHEMA IF NOT EXISTS platform;
        CREATE TABLE IF NOT EXISTS platform.migration (
            group_name text NOT NULL CHECK (length(group_name) <= 63),
            number int NOT NULL CHECK (number > 0),
            name text NOT NULL CHECK (length(name) <= 200),
            checksum text NOT NULL CHECK (length(checksum) = 64),
            applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            PRIMARY KEY (group_name, number)
        );
        ALTER TABLE platform.migration ADD COLUMN IF NOT EXISTS revision int NOT NULL DEFAULT 0 CHECK (revision >= 0);
        COMMENT ON TABLE platform.migration IS 'scripts applied to this database; read by every service when it starts';
        CREATE TABLE IF NOT EXISTS platform.migration_lock (single bool PRIMARY KEY DEFAULT true CHECK (single));
        COMMENT ON TABLE platform.migration_lock IS 'one row, locked by whoever migrates';
        INSERT INTO platform.migration_lock DEFAULT VALUES ON CONFLICT DO NOTHING;
        GRANT USAGE ON SCHEMA platform TO PUBLIC;
        GRANT SELECT ON platform.migration TO PUBLIC;
        COMMIT;
        """

    /// Waits as long as another migrator works.
    static func lock(_ connection: PostgresConnection) async throws {
        try await connection.runScript("SET LOCAL lock_timeout = 0")
        _ = try await connection.query("SELECT single FROM platform.migration_lock FOR UPDATE")
    }

    /// What was applied; nothing in a database that was never migrated.
    static func applied(in database: some PostgresQueryable) async throws -> [AppliedMigration] {
        guard
            try await database.query("SELECT to_regclass('platform.migration') IS NOT NULL AS found")
                .first?.decode("found", as: Bool.self) == true
        else { return [] }
        // As JSON, so that a ledger from before there were revisions is read too.
        let rows = try await database.query(
            """
            SELECT group_name, number, checksum, coalesce((to_jsonb(m)->>'revision')::int, 0) AS revision
            FROM platform.migration m
            """)
        return try rows.map { row in
            AppliedMigration(
                group: try row.decode("group_name", as: String.self),
                number: Int(try row.decode("number", as: Int32.self)),
                checksum: try row.decode("checksum", as: String.self),
                revision: Int(try row.decode("revision", as: Int32.self)))
        }
    }

    static func record(_ step: MigrationStep, in connection: PostgresConnection) async throws {
        _ = try await connection.query(
            """
            INSERT INTO platform.migration (group_name, number, name, checksum, revision)
            VALUES (\(step.group), \(Int32(step.migration.number)), \(step.migration.name), \(step.migration.checksum),
                \(Int32(step.migration.revision ?? 0)))
            ON CONFLICT (group_name, number) DO UPDATE SET name = EXCLUDED.name, checksum = EXCLUDED.checksum,
                revision = EXCLUDED.revision, applied_at = clock_timestamp()
            """)
    }
}
