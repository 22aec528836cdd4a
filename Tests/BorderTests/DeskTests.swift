import Foundation
import Postgres
import SinergiCore
import Testing

/// What officers at the desk do with cases that go nowhere by themselves (product.md §1.10).
@Suite("Desk", .serialized)
struct DeskTests {
    private static func status(_ call: SQL) async throws -> String? {
        try await Border.as(Border.regency) { client async throws in
            try await client.text("SELECT \(call) ->> 'status' AS value")
        }
    }

    private static func opened() async throws -> UUID {
        let id = UUID.v7()
        try await Border.as(Border.regency) { client async throws in _ = try await Moves(client: client).open(id) }
        return id
    }

    private static func ask(_ id: UUID, expected: Int? = nil) -> SQL {
        "casework.ask_information(\(UUID.v7()), \(id), \(expected)::int, 'Ani', ARRAY['Kapan?', 'Di RT berapa?'])"
    }

    /// Lets a clock run out and settles it as any party would.
    private static func runOut(_ id: UUID, _ step: String) async throws {
        try await Border.superuser { client async throws in
            _ = try await client.query(
                """
                UPDATE casework.clock SET due_at = now() - interval '1 hour'
                WHERE case_id = \(id) AND step = \(step) AND state = 'running'
                """)
        }
        try await Border.as(Border.regency) { client async throws in
            _ = try await client.query(
                """
                SELECT casework.expire(k.id)::text FROM casework.clock k
                WHERE k.case_id = \(id) AND k.step = \(step) AND k.state = 'running'
                """)
        }
    }

    @Test("asking stops time, the reply lets it run on, and a third question is refused")
    func asks() async throws {
        let id = try await Self.opened()
        #expect(try await Self.status(Self.ask(id)) == "needs_information")
        #expect(try await ClockTests.due(id, "resolve")?.hasPrefix("paused") == true)
        #expect(try await Self.status("casework.information_given(\(id), 'Kemarin, RT 3')") == "verified")
        #expect(try await ClockTests.due(id, "resolve")?.hasPrefix("running") == true)
        #expect(try await Self.status(Self.ask(id)) == "needs_information")
        #expect(try await Self.status("casework.verify(\(id), NULL, 'Ani', '{}'::jsonb, NULL)") == "verified")
        #expect(await failure { _ = try await Self.status(Self.ask(id)) } == "SN409")
    }

    @Test("an officer's words about a sealed case stand nowhere in the clear")
    func sealedStaysSealed() async throws {
        let id = try await Self.opened()
        try await Border.superuser { client async throws in
            _ = try await client.query(#"UPDATE casework."case" SET sealed = true WHERE id = \#(id)"#)
        }
        let changes =
            #"{"title":"Soal Pak Karyo","description_published":"Pak Karyo meminta uang.","anonymous":true}"#
        #expect(try await Self.status("casework.verify(\(id), NULL, 'Ani', \(changes)::jsonb, NULL)") == "verified")
        let kept = try await Border.superuser { client async throws in
            try await client.text(
                #"""
                SELECT c.anonymous || ' ' || (strpos(to_jsonb(c)::text, 'Karyo') > 0) || ' '
                    || (SELECT string_agg(b.body, '') ~ 'anonymous' AND NOT string_agg(b.body, '') ~ 'Karyo'
                        FROM casework.history_body b WHERE b.case_id = c.id) AS value
                FROM casework."case" c WHERE c.id = \#(id)
                """#)
        }
        #expect(kept == "true false true")
    }

    @Test("of two officers who saw the same version one is told that it changed")
    func twoOfficers() async throws {
        let id = try await Self.opened()
        #expect(try await Self.status(Self.ask(id, expected: 1)) == "needs_information")
        #expect(
            await failure { _ = try await Self.status("casework.archive(\(id), 1, 'Budi', 'test', NULL)") } == "SN412")
    }

    @Test("what is never answered lapses and is not archived")
    func lapses() async throws {
        let id = try await Self.opened()
        _ = try await Self.status(Self.ask(id))
        try await Self.runOut(id, "information")
        let outcome = try await Border.superuser { client async throws in
            try await client.text(#"SELECT outcome AS value FROM casework."case" WHERE id = \#(id)"#)
        }
        #expect(outcome == "lapsed_incomplete")
    }

    @Test("a held case comes back to the desk by itself on its day")
    func comesBack() async throws {
        let id = try await Self.opened()
        let day = try await Border.superuser { client async throws in
            try await client.text("SELECT (current_date + 20)::text AS value")
        }
        let hold: SQL = "casework.hold(\(id), NULL, 'Ani', 'Menunggu suku cadang', \(day)::text::date)"
        #expect(try await Self.status(hold) == "on_hold")
        try await Self.runOut(id, "hold")
        let status = try await Border.superuser { client async throws in
            try await client.text(#"SELECT status AS value FROM casework."case" WHERE id = \#(id)"#)
        }
        #expect(status == "verified")
    }

    @Test("archiving needs a reason of the list, and some reasons a word more")
    func archives() async throws {
        let id = try await Self.opened()
        for reason in ["nonsense", "insult"] {
            let call: SQL = "casework.archive(\(id), NULL, 'Ani', \(reason), NULL)"
            #expect(await failure { _ = try await Self.status(call) } == "SN422")
        }
        #expect(try await Self.status("casework.archive(\(id), NULL, 'Ani', 'test', NULL)") == "archived")
    }
}
