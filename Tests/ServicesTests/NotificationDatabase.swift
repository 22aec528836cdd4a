import AnalyticsSchema
import Exchange
import Foundation
import Logging
import NotificationSchema
import Postgres
import PostgresMigrations
import PostgresTesting
import SinergiCore
import Tenancy

/// A migrated database for tests of notification and analytics, made once for each run.
///
/// Work is done as on a host: in one agency's role, taken for each transaction.
enum NotificationDatabase {
    static let home = (number: 8101, code: "MESA")
    static let other = (number: 8102, code: "MESB")
    /// Of the tests over HTTP, so that nobody else sends its messages.
    static let house = (number: 8103, code: "MESC")

    static func scope(_ service: ServiceName, of agency: (number: Int, code: String) = home) -> AgencyScope {
        AgencyScope(number: agency.number, code: agency.code, service: service, hosted: true)
    }

    /// A client that may do anything; `AgencyDatabase` makes an agency of it.
    static func with<Result>(_ body: (PostgresClient) async throws -> sending Result) async throws -> sending Result {
        let name = try await made.value
        return try await PostgresClient.withClient(url: try url(name), body)
    }

    static let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    private static let made = Task { try await ServerWideWork.alone { try await make() } }

    private static func make() async throws -> String {
        let name = "messaging_\(UUID.v7().text.suffix(12))"
        try await PostgresClient.withClient(url: try url(nil)) { client in
            let left = try await client.query(
                "SELECT datname FROM pg_database WHERE datname ~ '^messaging_[0-9a-f]{12}$'")
            for row in left {
                // One that a run beside this one uses stays.
                let old = PostgresIdentifier(try row.decode("datname", as: String.self))
                _ = try? await client.query("DROP DATABASE \(identifier: old)")
            }
            _ = try await client.query("CREATE DATABASE \(identifier: PostgresIdentifier(name))")
        }
        let groups = [
            try DirectorySchema.migrations(), try ExchangeSchema.migrations(), try NotificationSchema.migrations(),
            try AnalyticsSchema.migrations(),
        ]
        try await PostgresClient.withClient(url: try url(name)) { client in
            try await client.withConnection { try await $0.runScript(try DirectorySchema.bootstrap()) }
            try await Migrator(client: client, groups: groups, logger: logger).migrate()
            try await client.withConnection { try await $0.runScript(roles) }
            try await client.withConnection { try await $0.runScript(directory) }
        }
        return name
    }

    private static let roles: PostgresScript = """
        DO $do$
        DECLARE
            v_service text;
            v_agency int;
        BEGIN
            FOREACH v_agency IN ARRAY ARRAY[8101, 8102, 8103] LOOP
                FOREACH v_service IN ARRAY ARRAY['notification', 'analytics'] LOOP
                    CONTINUE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = format('s_%s_%s', v_agency, v_service));
                    EXECUTE format('CREATE ROLE s_%s_%s NOLOGIN', v_agency, v_service);
                    EXECUTE format('GRANT sinergi_%s TO s_%s_%s', v_service, v_agency, v_service);
                END LOOP;
            END LOOP;
        END
        $do$;
        """

    private static let directory: PostgresScript = """
        INSERT INTO directory.calendar (code, name, zone, hours) VALUES
            ('messaging', 'Kantor', 'Asia/Makassar', '{"1":[["08:00","16:00"]]}');
        INSERT INTO directory.agency (number, code, name, prefix) VALUES
            (8101, 'MESA', 'Kabupaten Satu', 'MESA'), (8102, 'MESB', 'Kabupaten Dua', 'MESB'),
            (8103, 'MESC', 'Kabupaten Tiga', 'MESC');
        INSERT INTO directory.office (id, agency, code, name, calendar, email) VALUES
            (directory.uuid7(), 8101, 'MESA', 'Kabupaten Satu', 'messaging', NULL),
            (directory.uuid7(), 8101, 'MESA/DPU', 'Dinas Pekerjaan Umum', 'messaging', 'dpu@mesa.test'),
            (directory.uuid7(), 8101, 'MESA/DLH', 'Dinas Lingkungan Hidup', 'messaging', NULL),
            (directory.uuid7(), 8102, 'MESB', 'Kabupaten Dua', 'messaging', 'dua@mesb.test'),
            (directory.uuid7(), 8103, 'MESC', 'Kabupaten Tiga', 'messaging', NULL);
        """

    private static func url(_ database: String?) throws -> String {
        guard let text = ProcessInfo.processInfo.environment["SINERGI_TEST_DATABASE_URL"],
            var parts = URLComponents(string: text)
        else { throw MissingDatabase() }
        if let database { parts.path = "/" + database }
        return parts.string ?? text
    }

    struct MissingDatabase: Error, CustomStringConvertible {
        var description: String { "Set SINERGI_TEST_DATABASE_URL to a superuser's URL of a PostgreSQL with PostGIS." }
    }
}
