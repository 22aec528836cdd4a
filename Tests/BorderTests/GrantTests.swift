import Foundation
import Postgres
import SinergiCore
import Testing

/// How long a granted identity can be read, as agencies' logins.
@Suite("Grants of an identity", .serialized)
struct GrantTests {
    /// A case of the regency in which the neighbour contributes and was granted the reporter's name.
    private static func granted() async throws -> (case: UUID, grant: UUID) {
        let (id, handoff, grant) = (UUID.v7(), UUID.v7(), UUID.v7())
        try await Border.as(Border.regency) { client async throws in
            _ = try await Moves(client: client).open(id)
            _ = try await Moves(client: client).verify(id)
            _ = try await Moves(client: client).offer(id, to: "BKABB", handoff: handoff, role: "contributor")
        }
        try await Border.as(Border.neighbour) { client async throws in
            _ = try await Moves(client: client).accept(handoff)
            _ = try await client.query(
                """
                SELECT casework.request_identity(\(grant), \(id), 'Budi', 'Perlu bertemu di lokasi', '{name}')::text AS value
                """)
        }
        try await Border.as(Border.regency) { client async throws in
            _ = try await client.query(
                "SELECT casework.decide_identity(\(grant), 'Ani', true, 30, NULL)::text AS value")
            _ = try await client.query("SELECT casework.deliver_identity(\(grant), 'k', 'xyz'::bytea)")
        }
        return (id, grant)
    }

    private static func look(_ grant: UUID) async throws -> String? {
        try await Border.as(Border.neighbour) { client async throws in
            await failure {
                _ = try await client.query(
                    "SELECT sealed FROM casework.look_identity(\(grant), 'Budi', 'Menelepon pelapor')")
            }
        }
    }

    private static func kept(_ grant: UUID) async throws -> String? {
        try await Border.superuser { client async throws in
            try await client.text(
                "SELECT state || coalesce(' ' || sealed::text, '') AS value FROM casework.identity_grant WHERE id = \(grant)"
            )
        }
    }

    private static func looks(_ grant: UUID, _ agency: Border.Agency) async throws -> Int? {
        try await Border.as(agency) { client async throws in
            try await client.number(
                "SELECT count(*)::int8 AS value FROM casework.identity_look WHERE grant_id = \(grant)")
        }
    }

    @Test("every look is in the log of both sides, a refused one is none")
    func logged() async throws {
        let (_, grant) = try await Self.granted()
        #expect(try await Self.look(grant) == nil)
        #expect(try await Self.look(grant) == nil)
        let refused = try await Border.as(Border.stranger) { client async throws in
            await failure {
                _ = try await client.query("SELECT sealed FROM casework.look_identity(\(grant), 'X', 'Ingin tahu')")
            }
        }
        #expect(refused == "SN404")
        for side in [Border.regency, Border.neighbour] {
            let seen = try await Self.looks(grant, side)
            #expect(seen == 2, "\(side)")
        }
        #expect(try await Self.looks(grant, Border.stranger) == 0)
    }

    @Test("after its last moment nothing is given out, and the copy goes")
    func expired() async throws {
        let (_, grant) = try await Self.granted()
        #expect(try await Self.look(grant) == nil)
        _ = try await Border.superuser { client async throws in
            try await client.query(
                "UPDATE casework.identity_grant SET expires_at = clock_timestamp() - interval '1 second' WHERE id = \(grant)"
            )
        }
        #expect(try await Self.look(grant) == "SN409", "before any sweep")
        #expect(try await Self.looks(grant, Border.regency) == 1)
        try await Border.as(Border.neighbour) { client async throws in
            _ = try await client.query("SELECT casework.expire_grants()")
        }
        #expect(try await Self.kept(grant) == "ended")
    }

    @Test("it ends with the last part, however that ends, and nothing can be delivered to it afterwards")
    func partEnds() async throws {
        for end in ["finish_part", "withdraw_part"] {
            let (id, grant) = try await Self.granted()
            try await Border.as(Border.neighbour) { client async throws in
                let call: SQL = end == "finish_part" ? "casework.finish_part" : "casework.withdraw_part"
                _ = try await client.query(
                    "SELECT \(call)(\(id), 'BKABB', NULL, 'Budi', 'Bagian kami selesai.')::text AS value")
            }
            #expect(try await Self.kept(grant) == "ended", "\(end)")
            #expect(try await Self.look(grant) != nil, "\(end)")
            try await Border.as(Border.regency) { client async throws in
                _ = try await client.query("SELECT casework.deliver_identity(\(grant), 'k', 'xyz'::bytea)")
            }
            #expect(try await Self.kept(grant) == "ended", "\(end)")
        }
    }
}
