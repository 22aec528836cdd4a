import Foundation
import Postgres
import SinergiCore
import Testing

/// Flags on evidence, the second person, and grants of a reporter's identity, as agencies' logins.
@Suite("Evidence and identity", .serialized)
struct EvidenceTests {
    private static func led(by agency: Border.Agency) async throws -> UUID {
        let id = UUID.v7()
        try await Border.as(agency) { client async throws in
            _ = try await Moves(client: client).open(id)
            _ = try await Moves(client: client).verify(id)
        }
        return id
    }

    /// Hands in a picture and answers the codes of its flags.
    private static func add(
        _ id: UUID, _ agency: Border.Agency, evidence: UUID = .v7(), kind: String = "after", hash: Int,
        by: String = "Budi",
        more: String = #""captured_at":null"#
    ) async throws -> [String] {
        // Every piece is a file of its own; only the picture in it is alike.
        let facts =
            #"{"sha256":"\#(String(repeating: evidence.text.filter(\.isHexDigit), count: 2))","perceptual_hash":\#(hash),\#(more)}"#
        return try await Border.as(agency) { client async throws in
            _ = try await client.query(
                """
                SELECT casework.add_evidence(\(evidence), \(id), \(by), NULL, \(kind), 'Sesudah', NULL, \(facts)::jsonb)::text AS value
                """)
            return try await client.texts(
                """
                SELECT x ->> 'code' || coalesce(' ' || (x ->> 'tracking_code'), '') AS value
                FROM casework.evidence e, jsonb_array_elements(e.flags) x WHERE e.id = \(evidence) ORDER BY 1
                """)
        }
    }

    @Test("an old picture is flagged, with its case where the agency may see it and without where it may not")
    func reuse() async throws {
        let hash = Int.random(in: Int.min...Int.max)
        let first = try await Self.led(by: Border.regency)
        #expect(try await Self.add(first, Border.regency, hash: hash) == ["no_capture_time"])
        let second = try await Self.led(by: Border.regency)
        // Five bits differ: resized and compressed again.
        let own = try await Self.add(second, Border.regency, hash: hash ^ 0b1_0001_0000_0001_0000_0001)
        #expect(own.contains { $0.hasPrefix("near_duplicate BORDER-") })
        let theirs = try await Self.led(by: Border.receiver)
        let foreign = try await Self.add(theirs, Border.receiver, hash: hash)
        #expect(foreign.contains("near_duplicate"), "the alarm names nothing: \(foreign)")
        let another = try await Self.led(by: Border.regency)
        #expect(try await Self.add(another, Border.regency, hash: ~hash) == ["no_capture_time"])
    }

    @Test("time and place that cannot be are flagged")
    func implausible() async throws {
        let id = try await Self.led(by: Border.regency)
        let hash = Int.random(in: Int.min...Int.max)
        let flags = try await Self.add(
            id, Border.regency, hash: hash, more: #""captured_at":"2026-01-01T00:00:00Z","lat":-1.3,"long":116.5"#)
        #expect(flags == ["before_complaint", "far_away"])
        let near = try await Self.add(
            id, Border.regency, hash: ~hash,
            more: #""captured_at":"\#(Date().formatted(.iso8601))","lat":-1.0001,"long":116.5"#)
        #expect(near == [])
    }

    @Test("a flagged piece needs a reason, and a second person where the agency wants one")
    func second() async throws {
        let id = try await Self.led(by: Border.neighbour)
        let piece = UUID.v7()
        _ = try await Self.add(id, Border.neighbour, evidence: piece, hash: Int.random(in: Int.min...Int.max))
        func judge(_ actor: String, _ note: String?) async throws -> String? {
            try await Border.as(Border.neighbour) { client async throws in
                await failure {
                    _ = try await client.query(
                        "SELECT casework.judge_evidence(\(id), \(piece), \(actor), true, \(note))::text AS value")
                }
            }
        }
        try await Border.as(Border.neighbour) { client async throws in
            _ = try await client.query(
                """
                INSERT INTO casework.practice (agency, four_eyes_evidence, changed_by) VALUES (9103, 'on', 'Ani')
                ON CONFLICT (agency) DO UPDATE SET four_eyes_evidence = 'on'
                """)
        }
        #expect(try await judge("Budi", "Foto lapangan, jam kamera mati") == "SN403")
        #expect(try await judge("Cici", nil) == "SN422")
        #expect(try await judge("Cici", "Foto lapangan, jam kamera mati") == nil)
        #expect(try await judge("Cici", "Sekali lagi") == "SN409")
    }

    @Test("an identity is asked for, granted, looked at with a trace, and gone with the part")
    func identity() async throws {
        let id = try await Self.led(by: Border.regency)
        let handoff = UUID.v7()
        let grant = UUID.v7()
        try await Border.as(Border.regency) { client async throws in
            _ = try await Moves(client: client).offer(id, to: "BKABB", handoff: handoff)
        }
        let look: SQL = "SELECT sealed FROM casework.look_identity(\(grant), 'Budi', 'Menelepon pelapor')"
        try await Border.as(Border.neighbour) { client async throws in
            _ = try await Moves(client: client).accept(handoff)
            _ = try await client.query(
                """
                SELECT casework.request_identity(\(grant), \(id), 'Budi', 'Perlu bertemu di lokasi', '{name,phone}')::text AS value
                """)
            #expect(await failure { _ = try await client.query(look) } == "SN409", "not granted yet")
            let own: SQL = "SELECT casework.decide_identity(\(grant), 'Budi', true, 30, NULL)::text AS value"
            #expect(await failure { _ = try await client.query(own) } == "SN404", "nobody grants to oneself")
            #expect(
                await failure { _ = try await client.query("SELECT sealed FROM casework.identity_grant") } == "42501")
        }
        try await Border.as(Border.regency) { client async throws in
            _ = try await client.query(
                "SELECT casework.decide_identity(\(grant), 'Ani', true, 30, NULL)::text AS value")
            _ = try await client.query("SELECT casework.deliver_identity(\(grant), 'k', 'xyz'::bytea)")
        }
        try await Border.as(Border.neighbour) { client async throws in
            #expect(try await client.query(look).count == 1)
        }
        try await Border.as(Border.stranger) { client async throws in
            #expect(await failure { _ = try await client.query(look) } == "SN404")
        }
        try await Border.as(Border.regency) { client async throws in
            let log = try await client.texts(
                "SELECT officer || ': ' || why AS value FROM casework.identity_look WHERE grant_id = \(grant)")
            #expect(log == ["Budi: Menelepon pelapor"])
            _ = try await client.query(
                "SELECT casework.revoke_identity(\(grant), 'Ani', 'Sudah tidak perlu')::text AS value")
        }
        let kept = try await Border.superuser { client async throws in
            try await client.text(
                "SELECT state || coalesce(' ' || sealed::text, '') AS value FROM casework.identity_grant WHERE id = \(grant)"
            )
        }
        #expect(kept == "revoked")
    }
}
