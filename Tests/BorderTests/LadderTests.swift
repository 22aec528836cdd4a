import Foundation
import Postgres
import SinergiCore
import Testing

/// Who is told when time runs short or out, and the supervisor outside (issue 5, "Escalation ladder").
@Suite("Ladder", .serialized)
struct LadderTests {
    /// A body without login, named for the fixture's area.
    private static func nameOmbudsman() async throws {
        try await Border.superuser { client async throws in
            for statement: SQL in [
                "INSERT INTO directory.agency (number, code, name, prefix) VALUES (9190, 'BORI', 'Ombudsman', 'BORI') ON CONFLICT DO NOTHING",
                """
                INSERT INTO directory.office (id, agency, code, name, joined, calendar)
                VALUES (directory.uuid7(), 9190, 'BORI', 'Ombudsman', false, 'border') ON CONFLICT DO NOTHING
                """,
                """
                INSERT INTO casework.external_body (office, area_code) SELECT id, '99' FROM directory.office WHERE code = 'BORI'
                ON CONFLICT DO NOTHING
                """,
            ] { _ = try await client.query(statement) }
        }
    }

    private static func consent(_ id: UUID, _ given: Bool) async throws {
        try await Border.as(Border.regency) { client async throws in
            _ = try await client.query("SELECT casework.reporter_consents(\(id), \(given), '2026-11')::text AS value")
        }
    }

    private static func deliver(_ id: UUID, as agency: Border.Agency) async throws {
        try await Border.as(agency) { client async throws in
            _ = try await client.query(
                """
                SELECT casework.deliver_part(\(UUID.v7()), \(id), NULL, 'Ani', 'BORI', 'letter', sha256('a'), sha256('b'), 14, NULL,
                    NULL, NULL, NULL)::text AS value
                """)
        }
    }

    @Test("a warning before the date, the superior at it, the coordinator after it; each mail goes to its own agency")
    func climbs() async throws {
        let id = try await LadderWalk.accepted()
        try await LadderWalk.climb(id, "resolve")
        #expect(try await LadderWalk.last(1, of: id) == ["due_soon"])
        #expect(try await LadderWalk.told(id, "due_soon", Border.regency) == #"["BKABA/DPU"]"#)
        try await LadderWalk.climb(id, "resolve")
        #expect(try await LadderWalk.told(id, "overdue", Border.regency) == #"["BKABA/DPU", "BKABA/SEKDA"]"#)
        try await LadderWalk.climb(id, "resolve")
        #expect(try await LadderWalk.told(id, "escalated", Border.regency) == #"["BKABA/DPU"]"#)
        #expect(try await LadderWalk.told(id, "escalated", Border.province) == #"["BPROV"]"#)
        #expect(try await LadderWalk.parts(id) == ["BKABA/DPU lead"], "being told is not seeing")
    }

    @Test("a rung is climbed once, and a date that moves away is warned of again")
    func climbsOnce() async throws {
        let id = try await LadderWalk.accepted()
        try await LadderWalk.climb(id, "resolve")
        let clock: SQL = "SELECT id FROM casework.clock WHERE case_id = \(id) AND step = 'resolve'"
        try await Border.as(Border.regency) { client async throws in
            let again = try await client.text("SELECT casework.climb((\(clock)))::text AS value")
            #expect(again == nil)
        }
        try await ClockTests.inside(
            "UPDATE casework.clock SET due_at = due_at + interval '7 days' WHERE case_id = \(id) AND step = 'resolve'")
        try await LadderWalk.climb(id, "resolve")
        #expect(try await LadderWalk.last(2, of: id) == ["due_soon", "due_soon"])
    }

    @Test(
        "the Ombudsman is never told without consent; with it a part, a letter, and the reporter knows; taken back, it ends"
    )
    func external() async throws {
        try await Self.nameOmbudsman()
        let id = try await LadderWalk.accepted()
        for _ in 1...4 { try await LadderWalk.climb(id, "resolve") }
        #expect(try await LadderWalk.last(1, of: id) == ["external_consent_asked"])
        #expect(try await LadderWalk.parts(id) == ["BKABA/DPU lead"])
        #expect(await failure { try await Self.deliver(id, as: Border.regency) } == "SN409")

        try await Self.consent(id, true)
        #expect(try await LadderWalk.last(2, of: id) == ["external_consent_given", "external_ready"])
        #expect(try await LadderWalk.parts(id) == ["BKABA/DPU lead", "BORI monitor", "BPROV monitor"])
        let (kept, sent) = try await Border.superuser { client async throws in
            (
                try await client.text(
                    """
                    SELECT b.body AS value FROM casework.history h JOIN casework.history_body b USING (case_id, number)
                    WHERE h.case_id = \(id) AND h.kind = 'external_consent'
                    """),
                try await client.number("SELECT count(*) AS value FROM exchange.message WHERE destination = 9190")
            )
        }
        #expect(kept?.contains(#""wording": "2026-11""#) == true && kept?.contains(#""given": true"#) == true)
        #expect(sent == 0, "a body without login takes no messages")

        try await Self.deliver(id, as: Border.province)
        #expect(try await LadderWalk.last(2, of: id) == ["delivered_letter", "external_told"])
        try await Self.consent(id, false)
        #expect(try await LadderWalk.parts(id) == ["BKABA/DPU lead", "BPROV monitor"])
        #expect(await failure { try await Self.deliver(id, as: Border.province) } == "SN409")
        try await Border.as(Border.province) { client async throws in
            let open = try await client.number(
                "SELECT count(*) AS value FROM casework.delivery WHERE case_id = \(id) AND revoked_at IS NULL")
            #expect(open == 0)
        }
        let history = try await Border.superuser { client async throws in
            try await client.number("SELECT broken_number AS value FROM casework.verify_history(\(id))")
        }
        #expect(history == nil)
    }

    @Test("consent that was given beforehand needs no question; only the origin's reporter gives it")
    func beforehand() async throws {
        try await Self.nameOmbudsman()
        let id = try await LadderWalk.accepted()
        try await Self.consent(id, true)
        for _ in 1...4 { try await LadderWalk.climb(id, "resolve") }
        #expect(try await LadderWalk.last(1, of: id) == ["external_ready"])
        #expect(
            await failure {
                try await Border.as(Border.neighbour) { client async throws in
                    _ = try await client.query("SELECT casework.reporter_consents(\(id), true, 'x')::text AS value")
                }
            } == "SN404")
    }

    @Test("an office that nobody opens: message, superior, coordinator, who may act for it; logged and shown")
    func dormant() async throws {
        let id = try await LadderWalk.decided()
        let actFor: SQL = "SELECT casework.act_for(\(id), 'BKABB/DPU', NULL, 'Wasit', 'Diam tiga hari')::text AS value"
        try await LadderWalk.climb(id, "open")
        #expect(try await LadderWalk.told(id, "not_opened", Border.neighbour) == #"["BKABB/DPU"]"#)
        try await LadderWalk.climb(id, "open")
        #expect(try await LadderWalk.told(id, "not_opened_superior", Border.neighbour) == #"["BKABB", "BKABB/DPU"]"#)
        #expect(await failure { try await Border.as(Border.province) { _ = try await $0.query(actFor) } } == "SN404")
        try await LadderWalk.climb(id, "open")
        #expect(try await LadderWalk.parts(id) == ["BKABB/DPU lead", "BPROV monitor"])
        #expect(await failure { try await Border.as(Border.regency) { _ = try await $0.query(actFor) } } == "SN409")
        try await Border.as(Border.province) { _ = try await $0.query(actFor) }
        #expect(try await LadderWalk.parts(id) == ["BPROV lead"])
        #expect(try await LadderWalk.told(id, "acted_for", Border.neighbour) == #"["BKABB/DPU"]"#)
        let shown = try await Border.superuser { client async throws in
            try await client.text(
                "SELECT visibility || ' ' || body AS value FROM casework.entry WHERE case_id = \(id) AND type = 'acted_for'"
            )
        }
        #expect(shown == "reporter BKABB/DPU: Diam tiga hari")
    }

    @Test("who looks is not dormant; who only looks for others, where the office has people of its own, does not count")
    func seen() async throws {
        let id = try await LadderWalk.decided(lead: "BKABB")
        let state: SQL = "SELECT state AS value FROM casework.clock WHERE case_id = \(id) AND step = 'open'"
        func look(_ office: String, agencyWide: Bool) async throws -> Int? {
            try await Border.as(Border.neighbour) { client async throws in
                try await client.number(
                    """
                    SELECT casework.mark_seen(ARRAY[\(id)]::uuid[], (SELECT id FROM directory.office WHERE code = \(office)),
                        \(agencyWide)) AS value
                    """)
            }
        }
        #expect(try await look("BKABB/DPU", agencyWide: true) == 0, "BKABB has a liaison of its own")
        #expect(try await Border.superuser { try await $0.text(state) } == "running")
        #expect(try await look("BKABB", agencyWide: true) == 1)
        #expect(try await Border.superuser { try await $0.text(state) } == "stopped")
        #expect(try await look("BKABB", agencyWide: true) == 0)
        try await LadderWalk.climb(id, "open")
        #expect(try await LadderWalk.told(id, "not_opened", Border.neighbour) == nil)
    }
}
