import Foundation
import Postgres
import SinergiCore
import Tenancy
import Testing

/// The life of a case through the move functions, each call as the agency that may make it.
@Suite("Moves", .serialized)
struct MoveTests {
    /// A case of the regency, offered to somebody.
    private static func offered(to office: String) async throws -> (id: UUID, handoff: UUID) {
        let id = UUID.v7()
        let handoff = UUID.v7()
        try await Border.as(Border.regency) { client async throws in
            _ = try await Moves(client: client).open(id)
            _ = try await Moves(client: client).offer(id, to: office, handoff: handoff)
        }
        return (id, handoff)
    }

    private static func column(_ column: SQL, of id: UUID) async throws -> String? {
        try await Border.superuser { client async throws in
            try await client.text(#"SELECT (\#(column))::text AS value FROM casework."case" c WHERE id = \#(id)"#)
        }
    }

    private static func events(_ id: UUID) async throws -> [String] {
        try await Border.superuser { client async throws in
            try await client.texts("SELECT type AS value FROM casework.entry WHERE case_id = \(id) ORDER BY seq")
        }
    }

    @Test("the full happy path across a border")
    func happyPath() async throws {
        let (id, handoff) = try await Self.offered(to: "BKABB/DPU")
        let officer = BorderFixture.officer(of: Border.neighbour)
        try await Border.as(Border.neighbour) { client async throws in
            let moves = Moves(client: client)
            #expect(try await moves.accept(handoff).status == "in_progress")
            #expect(try await moves.assign(id, officer: officer).status == "in_progress")
            #expect(try await moves.answer(id, interim: true, officer: officer).status == "in_progress")
            #expect(try await moves.answer(id, officer: officer).status == "answered")
        }
        let closed = try await Border.as(Border.regency) { try await Moves(client: $0).confirm(id) }
        #expect(closed.status == "closed")
        #expect(closed.wake == [9103])
        #expect(try await Self.column("outcome", of: id) == "confirmed_solved")
        #expect(
            try await Self.events(id) == [
                "received", "routed", "handoff_offered", "handoff_accepted", "assigned", "answer_published",
                "answer_published", "confirmed", "closed",
            ])
        let history = try await Border.as(Border.neighbour) { client async throws in
            try await client.query("SELECT broken_number::text AS value FROM casework.verify_history(\(id))").first?
                .decodeIfPresent("value", as: String.self)
        }
        #expect(history == nil)
        let versions = try await Border.superuser { client async throws in
            try await client.texts(
                #"SELECT version || ' ' || history_count AS value FROM casework."case" WHERE id = \#(id)"#)
        }
        #expect(versions == ["7 7"])
    }

    @Test("at every step there is exactly one lead, one holder, and somebody who must act next")
    func oneHolder() async throws {
        let id = UUID.v7()
        let handoff = UUID.v7()
        func check(_ holder: String, _ next: String, _ place: String) async throws {
            let leads = try await Border.superuser { client async throws in
                try await client.texts(
                    "SELECT office_code AS value FROM casework.participation WHERE case_id = \(id) AND role = 'lead' AND state = 'active'"
                )
            }
            #expect(leads.count == 1, "\(place)")
            let view = try await Border.as(Border.regency) { client async throws in
                try await client.query(
                    """
                    SELECT v -> 'holder' ->> 'code' AS holder, v ->> 'next_step' AS next, v ->> 'expected_at' IS NOT NULL AS expected
                    FROM casework.reporter_view(\(id)) v
                    """)
            }.first
            #expect(try view?.decode("holder", as: String.self) == holder, "\(place)")
            #expect(try view?.decode("next", as: String.self) == next, "\(place)")
            #expect(try view?.decode("expected", as: Bool.self) == true, "\(place)")
        }
        try await Border.as(Border.regency) { client async throws in
            let moves = Moves(client: client)
            _ = try await moves.open(id)
            try await check("BKABA/TRI", "verify", "opened")
            _ = try await moves.offer(id, to: "BKABB", handoff: handoff)
            try await check("BKABA/TRI", "accept_handoff", "offered")
        }
        try await Border.as(Border.neighbour) { client async throws in
            let moves = Moves(client: client)
            _ = try await moves.accept(handoff)
            try await check("BKABB", "answer", "accepted")
            _ = try await moves.answer(id, officer: BorderFixture.officer(of: Border.neighbour))
            try await check("BKABB", "confirm", "answered")
        }
        try await Border.as(Border.regency) { _ = try await Moves(client: $0).dispute(id) }
        try await check("BKABB", "answer", "disputed")
    }

    @Test("moves that the state does not allow")
    func wrongStates() async throws {
        let id = UUID.v7()
        try await Border.as(Border.regency) { client async throws in
            let moves = Moves(client: client)
            _ = try await moves.open(id)
            let officer = BorderFixture.officer(of: Border.regency)
            let refused: [(String, String, () async throws -> Void)] = [
                ("confirm before an answer", "SN409", { _ = try await moves.confirm(id) }),
                ("dispute before an answer", "SN409", { _ = try await moves.dispute(id) }),
                ("a final answer before acceptance", "SN409", { _ = try await moves.answer(id, officer: officer) }),
                (
                    "arbitrate without arbitration", "SN404",
                    { _ = try await moves.arbitrate(UUID.v7(), lead: "BKABA/DPU") }
                ),
                ("an offer to nobody", "SN422", { _ = try await moves.offer(id, to: "BKABA/TIDAKADA") }),
                ("an offer of no role", "SN422", { _ = try await moves.offer(id, to: "BKABA/DPU", role: "boss") }),
                (
                    "an officer of another agency", "SN422",
                    { _ = try await moves.assign(id, officer: BorderFixture.officer(of: Border.neighbour)) }
                ),
                ("a case that is not there", "SN404", { _ = try await moves.verify(UUID.v7()) }),
                ("a handoff that is not there", "SN404", { _ = try await moves.accept(UUID.v7()) }),
            ]
            for (name, state, call) in refused {
                #expect(await failure(call) == state, "\(name)")
            }
            #expect(try await Self.column("version", of: id) == "1")
        }
    }

    @Test("a move on another version than the one seen is refused and changes nothing")
    func versions() async throws {
        let id = UUID.v7()
        try await Border.as(Border.regency) { client async throws in
            let moves = Moves(client: client)
            let opened = try await moves.open(id)
            let verified = try await moves.verify(id, expected: opened.version)
            #expect(verified.version == opened.version + 1)
            #expect(await failure { _ = try await moves.verify(id, expected: opened.version) } == "SN412")
            #expect(
                await failure { _ = try await moves.offer(id, to: "BKABA/DPU", expected: opened.version) } == "SN412")
            let handoff = UUID.v7()
            let offer = try await moves.offer(id, to: "BKABA/DPU", handoff: handoff, expected: verified.version)
            #expect(await failure { _ = try await moves.accept(handoff, expected: verified.version) } == "SN412")
            #expect(try await moves.accept(handoff, expected: offer.version).status == "in_progress")
        }
    }

    @Test("of two sessions that accept at once, one wins")
    func race() async throws {
        for _ in 0..<5 {
            let (id, handoff) = try await Self.offered(to: "BKABB")
            let results = try await Border.as(Border.neighbour) { client async throws in
                await withTaskGroup(of: String?.self) { group in
                    for _ in 0..<2 {
                        group.addTask { await failure { _ = try await Moves(client: client).accept(handoff) } }
                    }
                    return await group.reduce(into: [String?]()) { $0.append($1) }
                }
            }
            #expect(results.count { $0 == nil } == 1)
            #expect(results.contains("SN409"))
            #expect(try await Self.events(id).count { $0 == "handoff_accepted" } == 1)
        }
    }

    @Test("accept and decline at once: one of them")
    func acceptOrDecline() async throws {
        let (_, handoff) = try await Self.offered(to: "BKABB")
        let results = try await Border.as(Border.neighbour) { client async throws in
            async let accepted = failure { _ = try await Moves(client: client).accept(handoff) }
            async let declined = failure { _ = try await Moves(client: client).decline(handoff, to: "BKABA/DPU") }
            return await [accepted, declined]
        }
        #expect(results.count { $0 == nil } == 1)
    }

    @Test("the same call again gives the same and does nothing")
    func repeats() async throws {
        let id = UUID.v7()
        let handoff = UUID.v7()
        try await Border.as(Border.regency) { client async throws in
            let moves = Moves(client: client)
            let first = try await moves.open(id)
            let again = try await moves.open(id)
            #expect(again.existing == true && again.version == first.version && again.wake == [])
            let offer = try await moves.offer(id, to: "BKABA/DPU", handoff: handoff)
            let repeated = try await moves.offer(id, to: "BKABA/DPU", handoff: handoff)
            #expect(repeated.existing == true && repeated.version == offer.version && repeated.handoffId == handoff)
            #expect(await failure { _ = try await moves.offer(id, to: "BKABA/DLH") } == "SN409")
        }
        #expect(try await Self.events(id) == ["received", "routed", "handoff_offered"])
    }

    @Test("a declined offer goes on at once, and the view of who declined ends")
    func declineGoesOn() async throws {
        let (id, handoff) = try await Self.offered(to: "BKABB")
        let next = UUID.v7()
        try await Border.as(Border.neighbour) { client async throws in
            let moves = Moves(client: client)
            #expect(try await moves.sees(id))
            let declined = try await moves.decline(handoff, to: "BPROV/DPU", new: next)
            #expect(declined.next == "handoff" && declined.nextId == next)
            #expect(declined.status == "routed")
            #expect(try await moves.sees(id) == false)
            #expect(await failure { _ = try await moves.accept(handoff) } == "SN409")
            #expect(await failure { _ = try await moves.verify(id) } == "SN404")
        }
        try await Border.as(Border.province) { client async throws in
            #expect(try await Moves(client: client).sees(id))
            #expect(try await Moves(client: client).accept(next).status == "in_progress")
        }
        // Who passed it on is no holder any more, but keeps the reporter.
        let seen = try await Border.as(Border.regency) { try await Moves(client: $0).sees(id) }
        #expect(seen)
        #expect(
            try await Self.column("(SELECT o.code FROM directory.office o WHERE o.id = c.lead_office)", of: id)
                == "BPROV/DPU")
        #expect(try await Self.column("hops", of: id) == "1")
    }

    @Test("a recalled offer ends the other's view")
    func recall() async throws {
        let (id, handoff) = try await Self.offered(to: "BKABB")
        try await Border.as(Border.regency) { _ = try await Moves(client: $0).recall(handoff) }
        try await Border.as(Border.neighbour) { client async throws in
            #expect(try await Moves(client: client).sees(id) == false)
            #expect(await failure { _ = try await Moves(client: client).accept(handoff) } == "SN409")
        }
    }

    @Test("an offer that ran out goes to the coordinator, whoever notices")
    func expiry() async throws {
        let (id, handoff) = try await Self.offered(to: "BKABB/DPU")
        let clock = try await Border.superuser { client async throws in
            _ = try await client.query(
                "UPDATE casework.clock SET due_at = now() - interval '1 minute' WHERE handoff_id = \(handoff)")
            return try await client.query("SELECT id FROM casework.clock WHERE handoff_id = \(handoff)").first?.decode(
                "id", as: UUID.self)
        }
        let results = try await Border.as(Border.province) { client async throws in
            // The coordinator above has no part yet and looks after it all the same; twice at once is once.
            #expect(
                try await client.texts("SELECT clock::text AS value FROM casework.overdue(1000)").contains(
                    clock?.uuidString.lowercased() ?? ""))
            async let first = client.text("SELECT casework.expire(\(clock))::text AS value")
            async let second = client.text("SELECT casework.expire(\(clock))::text AS value")
            return try await [first, second]
        }
        #expect(results.count { $0 != nil } == 1)
        #expect(try await Self.events(id).suffix(2) == ["handoff_expired", "handoff_offered"])
        let to = try await Border.superuser { client async throws in
            try await client.text(
                """
                SELECT o.code AS value FROM casework.handoff h JOIN directory.office o ON o.id = h.to_office
                WHERE h.case_id = \(id) AND h.state = 'offered'
                """)
        }
        #expect(to == "BPROV")
    }

    @Test("silence closes an answered case, under its own name")
    func silence() async throws {
        let (id, handoff) = try await Self.offered(to: "BKABA/DPU")
        try await Border.as(Border.regency) { client async throws in
            _ = try await Moves(client: client).accept(handoff)
            _ = try await Moves(client: client).answer(id, officer: BorderFixture.officer(of: Border.regency))
        }
        try await Border.superuser { client async throws in
            _ = try await client.query(
                "UPDATE casework.clock SET due_at = now() - interval '1 minute' WHERE case_id = \(id) AND step = 'reporter_reply'"
            )
        }
        _ = try await Border.login("sinergi_platform") { client async throws in
            try await client.number("SELECT casework.sweep(1000)::int8 AS value")
        }
        #expect(try await Self.column("outcome", of: id) == "closed_by_silence")
    }

    @Test("an edited history is found, with the number of the entry")
    func history() async throws {
        let (id, _) = try await Self.offered(to: "BKABA/DPU")
        try await Border.superuser { client async throws in
            _ = try await client.query(
                "UPDATE casework.history_body SET body = body || ' ' WHERE case_id = \(id) AND number = 2")
        }
        let broken = try await Border.as(Border.regency) { client async throws in
            try await client.text("SELECT broken_number || ' ' || reason AS value FROM casework.verify_history(\(id))")
        }
        #expect(broken == "2 body")
    }
}
