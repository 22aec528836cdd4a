import Foundation
import Postgres
import SinergiCore
import Testing

/// The third refusal, who decides, and that it binds (product.md §1.2, §1.3).
@Suite("Arbitration", .serialized)
struct ArbitrationTests {
    /// Walks a case of the regency through refusals. Each step: who declines, and where to.
    private static func refuse(
        _ id: UUID, first office: String, _ steps: [(agency: Border.Agency, to: String)]
    ) async throws -> Moved {
        var handoff = UUID.v7()
        try await Border.as(Border.regency) { client async throws in
            _ = try await Moves(client: client).open(id)
            _ = try await Moves(client: client).offer(id, to: office, handoff: handoff)
        }
        var last: Moved?
        for step in steps {
            let next = UUID.v7()
            let declined = try await Border.as(step.agency) { client async throws in
                try await Moves(client: client).decline(handoff, to: step.to, new: next)
            }
            handoff = next
            last = declined
        }
        return try #require(last)
    }

    private static func arbiter(of id: UUID) async throws -> String? {
        try await Border.superuser { client async throws in
            try await client.text(
                """
                SELECT o.code AS value FROM casework.arbitration a JOIN directory.office o ON o.id = a.arbiter_office
                WHERE a.case_id = \(id) AND a.decided_at IS NULL
                """)
        }
    }

    @Test("between units: the third refusal opens it before the secretary of their own agency")
    func betweenUnits() async throws {
        let id = UUID.v7()
        let last = try await Self.refuse(
            id, first: "BKABA/DPU",
            [(Border.regency, "BKABA/DLH"), (Border.regency, "BKABA/PDAM"), (Border.regency, "BKABA/DPU")])
        #expect(last.next == "arbitration" && last.status == "in_arbitration")
        #expect(try await Self.arbiter(of: id) == "BKABA/SEKDA")
    }

    @Test("between agencies: the nearest common arbiter above")
    func betweenAgencies() async throws {
        let id = UUID.v7()
        _ = try await Self.refuse(
            id, first: "BKABB",
            [(Border.neighbour, "BKABA/DPU"), (Border.regency, "BKABB/DPU"), (Border.neighbour, "BKABA/DLH")])
        #expect(try await Self.arbiter(of: id) == "BPROV")
    }

    @Test("a party does not decide: the province refused, so the root does")
    func partiesAreSkipped() async throws {
        let id = UUID.v7()
        let opened = try await Self.refuse(
            id, first: "BPROV/DPU",
            [(Border.province, "BKABB"), (Border.neighbour, "BPROV/DPU"), (Border.province, "BKABB")])
        #expect(try await Self.arbiter(of: id) == "BPUSAT")
        // The government of the place owns safety and news meanwhile.
        let interim = try await Border.superuser { client async throws in
            try await client.text(
                #"SELECT o.code AS value FROM casework."case" c JOIN directory.office o ON o.id = c.interim_holder WHERE c.id = \#(id)"#
            )
        }
        #expect(interim == "BKABA/TRI")

        let arbitration = try #require(opened.nextId)
        try await Border.as(Border.province) { client async throws in
            #expect(
                await failure { _ = try await Moves(client: client).arbitrate(arbitration, lead: "BKABB") } == "SN404")
        }
        try await Border.as(Border.root) { client async throws in
            let moves = Moves(client: client)
            #expect(try await moves.sees(id))
            #expect(await failure { _ = try await moves.arbitrate(arbitration, lead: "BTIDAKADA") } == "SN422")
            let decided = try await moves.arbitrate(
                arbitration, lead: "BPROV/DPU", contributors: #"[{"office":"BKABB/DPU","request":"Pipa"}]"#,
                monitor: "BKABA/DLH")
            #expect(decided.status == "in_progress")
            #expect(Set(decided.wake ?? []) == [9101, 9102, 9103])
            // Its part ended with the decision.
            #expect(try await moves.sees(id) == false)
            #expect(await failure { _ = try await moves.arbitrate(arbitration, lead: "BKABB") } == "SN404")
        }
        try await Border.as(Border.province) { client async throws in
            let moves = Moves(client: client)
            #expect(try await moves.sees(id))
            // It binds: there is no offer that could be declined.
            let handoffs = try await client.query(
                "SELECT id FROM casework.handoff WHERE case_id = \(id) AND to_agency = 9101 AND state = 'arbitrated' AND role = 'lead' AND from_agency = 9100"
            )
            let handoff = try #require(try handoffs.first?.decode("id", as: UUID.self))
            #expect(await failure { _ = try await moves.decline(handoff, to: "BKABB") } == "SN409")
            #expect(
                await failure {
                    _ = try await client.query("UPDATE casework.handoff SET state = 'declined' WHERE id = \(handoff)")
                } == "42501")
        }
        try await Border.as(Border.neighbour) { client async throws in
            let roles = try await client.texts(
                "SELECT role || ' ' || state AS value FROM casework.participation WHERE case_id = \(id) AND office_code = 'BKABB/DPU'"
            )
            #expect(roles == ["contributor active"])
        }
    }

    @Test("two working days without a holder open it, too; overdue it climbs, and stays at the root")
    func climbs() async throws {
        let id = UUID.v7()
        try await Border.as(Border.regency) { client async throws in
            _ = try await Moves(client: client).open(id)
            _ = try await Moves(client: client).offer(id, to: "BKABA/DPU")
        }
        func runOut(_ step: String) async throws {
            try await Border.superuser { client async throws in
                _ = try await client.query(
                    "UPDATE casework.clock SET due_at = now() - interval '1 minute' WHERE case_id = \(id) AND step = \(step) AND state = 'running'"
                )
                let clocks = try await client.query(
                    "SELECT id FROM casework.clock WHERE case_id = \(id) AND step = \(step) AND state = 'running'")
                for clock in clocks {
                    _ = try await client.query(
                        "SELECT casework.expire(\(try clock.decode("id", as: UUID.self)))::text AS value")
                }
            }
        }
        try await runOut("holder")
        #expect(try await Self.arbiter(of: id) == "BKABA/SEKDA")
        for expected in ["BPROV", "BPUSAT", "BPUSAT"] {
            try await runOut("arbitration")
            #expect(try await Self.arbiter(of: id) == expected)
        }
        let leads = try await Border.superuser { client async throws in
            try await client.number(
                "SELECT count(*) AS value FROM casework.participation WHERE case_id = \(id) AND role = 'arbiter' AND state = 'active'"
            )
        }
        #expect(leads == 1)
    }
}
