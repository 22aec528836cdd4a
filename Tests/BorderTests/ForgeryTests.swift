import Foundation
import Postgres
import SinergiCore
import Tenancy
import Testing

/// `me()` says who asks, and nobody can make it say another.
@Suite("Forgery", .serialized)
struct ForgeryTests {
    @Test("no other role can be taken")
    func otherRoles() async throws {
        for statement: SQL in [
            "SET ROLE s_9103_routing", "SET ROLE s_9102_intake", "SET ROLE sinergi_gate", "SET ROLE sinergi_owner",
            "SET ROLE sinergi_migrator", "SET SESSION AUTHORIZATION s_9103_routing",
            "SELECT set_config('role', 's_9103_routing', false)",
            "SELECT set_config('session_authorization', 's_9103_routing', false)",
            "UPDATE pg_settings SET setting = 's_9103_routing' WHERE name = 'role'",
            "GRANT s_9103_routing TO s_9102_routing", "ALTER ROLE s_9103_routing PASSWORD 'x'",
            "ALTER ROLE s_9102_routing BYPASSRLS", "CREATE ROLE s_9199_routing",
            "ALTER ROLE s_9102_routing RENAME TO s_9103_routingx", "DO $$ BEGIN PERFORM 1; END $$",
            "CREATE FUNCTION pg_temp.me() RETURNS int LANGUAGE sql AS 'SELECT 9103'",
            "CREATE OR REPLACE FUNCTION directory.me() RETURNS int LANGUAGE sql AS 'SELECT 9103'",
            "CREATE TEMP TABLE participation (x int)", "CREATE SCHEMA mine", "SELECT pg_advisory_lock(1)",
            "SELECT lo_create(0)", "COPY directory.agency TO PROGRAM 'true'", "SELECT pg_read_file('postgresql.conf')",
            "SELECT pg_terminate_backend(pg_backend_pid())::text FROM pg_stat_activity WHERE usename = 'sinergi_migrator'",
        ] {
            try await Border.as(Border.regency) { client async throws in
                try await client.withConnection { connection in
                    let state = await failure { _ = try await connection.query(statement) }
                    let harmless = try? await connection.number("SELECT directory.me()::int8 AS value")
                    #expect(state != nil || harmless == 9102, "\(statement)")
                    #expect(harmless == nil || harmless == 9102, "\(statement)")
                }
            }
        }
    }

    @Test("settings that a client can make up count for nothing")
    func settings() async throws {
        for name in ["sinergi.agency", "app.agency", "directory.me", "search_path", "application_name"] {
            try await Border.as(Border.regency) { client async throws in
                try await client.withConnection { connection in
                    _ = try await connection.query("SELECT set_config(\(name), '9103', false)")
                    #expect(try await connection.number("SELECT directory.me()::int8 AS value") == 9102)
                }
            }
        }
    }

    @Test("a role asked for when connecting is refused, or the connection is")
    func startupRole() async throws {
        var me: Int? = nil
        let state = await failure {
            me = try await Border.login(Border.regency.login(.routing), options: "-c role=s_9103_routing") {
                client async throws in
                try await client.number("SELECT directory.me()::int8 AS value")
            }
        }
        #expect(state != nil || me == 9102)
    }

    @Test("a default role set for the own login is not taken")
    func defaultRole() async throws {
        let login = Border.receiver.login(.analytics)
        _ = await failure {
            try await Border.login(login) { client async throws in
                _ = try await client.query("ALTER ROLE s_9105_analytics SET role = 's_9103_analytics'")
            }
        }
        var me: Int? = nil
        let state = await failure {
            me = try await Border.login(login) { try await $0.number("SELECT directory.me()::int8 AS value") }
        }
        try await Border.superuser { _ = try await $0.query("ALTER ROLE s_9105_analytics RESET role") }
        #expect(state != nil || me == 9105)
    }

    @Test("the group role of a service is nobody: it sees nothing and may do nothing")
    func groupRole() async throws {
        try await FilledDatabase.ready()
        try await Border.superuser { client async throws in
            _ = try await client.query(
                "UPDATE casework.clock SET due_at = now() - interval '1 day' WHERE step = 'reporter_reply'")
        }
        try await Border.as(Border.stranger) { client async throws in
            try await client.withConnection { connection in
                _ = try await connection.query("SET ROLE sinergi_routing")
                #expect(try await connection.number("SELECT directory.me()::int8 AS value") == nil)
                #expect(try await connection.query("SELECT 1 AS one FROM casework.participation").isEmpty)
                #expect(try await connection.query(#"SELECT 1 AS one FROM casework."case""#).isEmpty)
                #expect(try await connection.query("SELECT 1 AS one FROM casework.overdue(1000)").isEmpty)
                #expect(try await connection.query("SELECT 1 AS one FROM exchange.lease('intake', 100, 1)").isEmpty)
                #expect(try await connection.query("SELECT 1 AS one FROM exchange.claim(100)").isEmpty)
                #expect(try await connection.query("SELECT 1 AS one FROM exchange.waiting(ARRAY[9102, 9103])").isEmpty)
                #expect(try await connection.query("SELECT 1 AS one FROM exchange.depth(ARRAY[9102, 9103])").isEmpty)
                _ = try await connection.query("RESET ROLE")
            }
            let parked = try await Border.superuser { client async throws in
                try await client.query("SELECT id FROM exchange.parked WHERE lane = 'filled'").first?.decode(
                    "id", as: UUID.self)
            }
            let id = try #require(parked)
            try await client.withConnection { connection in
                _ = try await connection.query("SET ROLE sinergi_routing")
                #expect(try await connection.text("SELECT exchange.requeue(\(id))::text AS value") == "false")
                #expect(try await connection.text("SELECT exchange.drop_parked(\(id))::text AS value") == "false")
            }
        }
    }

    @Test("definer functions act for the login, not for their owner")
    func definersActForTheLogin() async throws {
        let id = UUID.v7()
        try await Border.as(Border.regency) { _ = try await Moves(client: $0).open(id) }
        let origin = try await Border.superuser { client async throws in
            try await client.number(#"SELECT origin::int8 AS value FROM casework."case" WHERE id = \#(id)"#)
        }
        #expect(origin == 9102)
        let heartbeat = try await Border.as(Border.regency, .intake) { client async throws in
            _ = try await client.query("SELECT directory.heartbeat('border', '1')::text AS value")
            return try await client.texts(
                "SELECT agency || ' ' || service AS value FROM directory.node WHERE name = 'border'")
        }
        #expect(heartbeat == ["9102 intake"])
    }

    @Test("an agency cannot put a message into another's lanes, nor read one through its own")
    func messages() async throws {
        let foreign = try await Border.superuser { client async throws in
            // A message that was delivered, so that its id is free among the pending ones.
            let id = try await client.query(
                "SELECT exchange.put(9103, 'routing', 'forgery', 1, 'secret', '{\"text\":\"rahasia\"}', NULL) AS id"
            )
            .first?.decode("id", as: UUID.self)
            _ = try await client.query("DELETE FROM exchange.pending WHERE id = \(id)")
            return id
        }
        let id = try #require(foreign)
        for (source, destination, service) in [
            (9103, 9103, "routing"), (9102, 9103, "routing"), (9103, 9102, "routing"), (9102, 9102, "x"),
        ] {
            try await Border.as(Border.regency) { client async throws in
                let state = await failure {
                    _ = try await client.query(
                        """
                        INSERT INTO exchange.pending (id, source, producer, destination, service, lane, number)
                        VALUES (\(UUID.v7()), \(Int32(source)), \(service == "x" ? "intake" : "routing"), \(Int32(destination)), 'routing', 'f', 1)
                        """)
                }
                #expect(state == "42501", "\(source) → \(destination)")
            }
        }
        try await Border.as(Border.province, .analytics) { client async throws in
            _ = try await client.query(
                """
                INSERT INTO exchange.pending (id, source, producer, destination, service, lane, number)
                VALUES (\(id), 9101, 'analytics', 9101, 'intake', 'forged', 1)
                """)
            #expect(try await client.query("SELECT data::text AS value FROM exchange.lease('intake', 10, 1)").isEmpty)
            _ = try await client.query("SELECT exchange.done(\([id]))::int8 AS value")
        }
    }
}
