import Foundation
import Postgres
import SinergiCore
import Testing

/// How cases end and come back (product decisions 9, 11 and 12), and cases that everybody refused.
@Suite("Outcomes", .serialized)
struct OutcomeTests {
    private static let officer = BorderFixture.officer(of: Border.regency)

    private static func lead(_ id: UUID) async throws -> String? {
        try await Border.superuser { client async throws in
            try await client.text(
                #"SELECT o.code || ' ' || c.status AS value FROM casework."case" c JOIN directory.office o ON o.id = c.lead_office WHERE c.id = \#(id)"#
            )
        }
    }

    @Test("the second dispute is an appeal one level up, answered and closed only there")
    func appeal() async throws {
        let id = try await LadderWalk.accepted()
        try await Border.as(Border.regency) { client async throws in
            let moves = Moves(client: client)
            _ = try await moves.answer(id, officer: Self.officer)
            _ = try await moves.dispute(id)
        }
        #expect(try await Self.lead(id) == "BKABA/DPU reopened", "the first goes to the lead")
        try await Border.as(Border.regency) { client async throws in
            let moves = Moves(client: client)
            _ = try await moves.answer(id, officer: Self.officer)
            _ = try await moves.dispute(id)
        }
        #expect(try await Self.lead(id) == "BKABA/SEKDA reopened")
        #expect(try await LadderWalk.parts(id) == ["BKABA/DPU contributor", "BKABA/SEKDA lead"])
        try await Border.as(Border.regency) { client async throws in
            let moves = Moves(client: client)
            // Whose answer was appealed against writes no final answer any more.
            let draft = await failure {
                _ = try await client.query(
                    """
                    SELECT casework.draft_answer(\(UUID.v7()), \(id), 'Budi', NULL, 'BKABA/DPU', 'Jalan sudah kami perbaiki kemarin.',
                        false)::text AS value
                    """)
            }
            #expect(draft == "SN409")
            _ = try await client.query(
                "SELECT casework.finish_part(\(id), 'BKABA/DPU', NULL, 'Budi', 'Ditambal ulang kemarin.')::text AS value"
            )
            #expect(try await moves.answer(id, officer: Self.officer).status == "answered")
            #expect(await failure { _ = try await moves.dispute(id) } == "SN409", "there is no third")
            #expect(try await moves.confirm(id).status == "closed")
        }
        #expect(try await Self.lead(id) == "BKABA/SEKDA closed")
    }

    @Test("a promise comes back at the opening of its day, not before, to the office that made it")
    func promise() async throws {
        let id = try await LadderWalk.accepted(kind: "aspiration")
        let day = try await Border.superuser { client async throws in
            try await client.text("SELECT (current_date + 40)::text AS value")
        }
        try await Border.as(Border.regency) { client async throws in
            let moves = Moves(client: client)
            _ = try await client.query(
                """
                SELECT casework.plan_outcome(\(id), NULL, 'Budi', 'committed',
                    jsonb_build_object('date', \(day)::text, 'budget_source', 'Musrenbang'))::text AS value
                """)
            _ = try await moves.answer(id, officer: Self.officer)
            _ = try await moves.confirm(id)
        }
        #expect(try await Self.lead(id) == "BKABA/DPU closed")
        let clock: SQL =
            "SELECT casework.expire((SELECT id FROM casework.clock WHERE case_id = \(id) AND step = 'commitment'))::text AS value"
        let opens = try await Border.superuser { client async throws in
            try await client.text(
                """
                SELECT (k.due_at = (SELECT min(w.opens_at) FROM directory.workday w WHERE w.calendar = k.calendar AND w.day >= \(day)::date))::text
                    AS value
                FROM casework.clock k WHERE k.case_id = \(id) AND k.step = 'commitment'
                """)
        }
        #expect(opens == "true")
        #expect(try await Border.as(Border.regency) { try await $0.text(clock) } == nil, "not before its day")
        try await ClockTests.inside(
            "UPDATE casework.clock SET due_at = now() - interval '1 minute' WHERE case_id = \(id) AND step = 'commitment'"
        )
        #expect(try await Border.as(Border.regency) { try await $0.text(clock) } != nil)
        #expect(try await Self.lead(id) == "BKABA/DPU reopened")
        #expect(try await LadderWalk.last(2, of: id) == ["commitment_due", "reopened"])
        #expect(try await Border.as(Border.regency) { try await $0.text(clock) } == nil, "only once")
    }

    @Test(
        "refused by all and declared multi-agency: the final answer waits for each one that was named, or for its time")
    func refusedByAll() async throws {
        let id = try await LadderWalk.decided(
            lead: "BKABA/DPU",
            contributors: #"[{"office":"BKABB/DPU","request":"Pipa"},{"office":"BPROV/DPU","request":"Tiang"}]"#,
            multi: true)
        func answer() async throws -> String {
            try await Border.as(Border.regency) { client async throws in
                try await Moves(client: client).answer(id, officer: Self.officer).status
            }
        }
        #expect(await failure { _ = try await answer() } == "SN409")
        // Neither can leave what the arbiter gave it.
        for (agency, office) in [(Border.neighbour, "BKABB/DPU"), (Border.province, "BPROV/DPU")] {
            let left = await failure {
                try await Border.as(agency) { client async throws in
                    _ = try await client.query(
                        "SELECT casework.withdraw_part(\(id), \(office), NULL, 'Budi', 'Tidak mau')::text AS value")
                }
            }
            #expect(left == "SN409")
        }
        try await Border.as(Border.neighbour) { client async throws in
            _ = try await client.query(
                "SELECT casework.finish_part(\(id), 'BKABB/DPU', NULL, 'Budi', 'Pipa sudah diganti.')::text AS value")
        }
        #expect(await failure { _ = try await answer() } == "SN409", "one has not answered yet")
        // The other one's time runs out: the reporter need not wait for who stays silent.
        try await Border.superuser { client async throws in
            _ = try await client.query(
                "UPDATE casework.participation SET due_at = now() - interval '1 minute' WHERE case_id = \(id) AND office_code = 'BPROV/DPU'"
            )
            _ = try await client.query(
                "UPDATE casework.clock SET due_at = now() - interval '1 minute' WHERE case_id = \(id) AND step = 'part' AND state = 'running'"
            )
        }
        #expect(try await answer() == "answered")
    }
}
