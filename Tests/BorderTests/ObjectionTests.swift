import Foundation
import Postgres
import SinergiCore
import Tenancy
import Testing

/// Only the origin takes and answers an objection, once for each automatic decision.
@Suite("Objection", .serialized)
struct ObjectionTests {
    /// A case of the regency that its machine offered to the neighbour.
    private static func routed(mode: String = "automatic") async throws -> (id: UUID, handoff: UUID) {
        let (id, handoff) = (UUID.v7(), UUID.v7())
        try await Border.as(Border.regency) { client in
            let moves = Moves(client: client)
            _ = try await moves.open(id)
            _ = try await client.query(
                "SELECT casework.record_decision(\(UUID.v7()), \(id), \(mode), 'Aturan', '[]'::jsonb, '[]'::jsonb)::text AS value"
            )
            _ = try await moves.offer(id, to: "BKABB", handoff: handoff)
        }
        return (id, handoff)
    }

    private static func object(_ id: UUID, _ agency: Border.Agency, _ service: ServiceName = .routing) async -> String?
    {
        await failure {
            try await Border.as(agency, service) {
                _ = try await $0.query(
                    "SELECT casework.reporter_object(\(id), 'Bukan kantor itu, sungguh.')::text AS value")
            }
        }
    }

    private static func answer(_ id: UUID, _ agency: Border.Agency) async -> String? {
        await failure {
            try await Border.as(agency) {
                _ = try await $0.query(
                    "SELECT casework.answer_objection(\(id), NULL, 'Ani', true, 'Pelapor benar.')::text AS value")
            }
        }
    }

    @Test("the origin takes it once, nothing moves, and it counts as a signal")
    func once() async throws {
        let (id, handoff) = try await Self.routed()
        #expect(await Self.object(id, Border.regency) == nil)
        #expect(await Self.object(id, Border.regency) == "SN409")
        let found = try await Border.as(Border.regency) { client async throws in
            try await client.texts(
                """
                SELECT h.state || ' ' || c.status || ' ' || (SELECT string_agg(s.kind, ',') FROM casework.routing_signal s WHERE s.case_id = c.id
                    AND s.kind = 'objected') AS value
                FROM casework.handoff h JOIN casework."case" c ON c.id = h.case_id WHERE h.id = \(handoff)
                """)
        }
        #expect(found == ["offered routed objected"])
        #expect(await Self.answer(id, Border.regency) == nil)
        #expect(await Self.answer(id, Border.regency) == "SN409")
        #expect(await Self.object(id, Border.regency) == "SN409", "once for each decision")
    }

    @Test("another party neither objects nor answers, a stranger finds nothing, other services may not")
    func others() async throws {
        let (id, _) = try await Self.routed()
        #expect(await Self.object(id, Border.neighbour) == "SN404")
        #expect(await Self.object(id, Border.stranger) == "SN404")
        #expect(await Self.object(id, Border.regency, .intake) == "42501")
        #expect(await Self.object(id, Border.regency) == nil)
        #expect(await Self.answer(id, Border.neighbour) == "SN409")
        #expect(await Self.answer(id, Border.stranger) == "SN404")
        let seen = try await Border.as(Border.neighbour) {
            try await $0.texts("SELECT reason AS value FROM casework.objection WHERE case_id = \(id)")
        }
        #expect(seen.isEmpty)
    }

    @Test("what a person decided, or what is over, cannot be objected to")
    func impossible() async throws {
        let (suggested, _) = try await Self.routed(mode: "suggested")
        #expect(await Self.object(suggested, Border.regency) == "SN409")
        let (id, handoff) = try await Self.routed()
        try await Border.as(Border.neighbour) { client in
            let moves = Moves(client: client)
            _ = try await moves.accept(handoff)
            _ = try await moves.answer(id, officer: BorderFixture.officer(of: Border.neighbour))
        }
        #expect(await Self.object(id, Border.regency) == "SN409")
    }
}
