import Foundation
import Postgres
import SinergiCore
import Testing

/// Who inside an agency may read what the border lets in, as the database's own functions decide.
@Suite("Secrets inside an agency", .serialized)
struct VisibilityTests {
    private static func mayRead(_ id: UUID, secret: Bool, office: String, handles: Bool) async throws -> Bool {
        try await Border.as(Border.regency) { client async throws in
            try await client.text(
                """
                SELECT casework.may_read(\(id), \(secret), 'nobody', (SELECT o.id FROM directory.office o WHERE o.code = \(office)),
                    \(handles))::text AS value
                """) == "true"
        }
    }

    @Test("a secret case is open to who answers for its very office, and to nobody else of the agency")
    func secret() async throws {
        let id = UUID.v7()
        let handoff = UUID.v7()
        try await Border.as(Border.regency) { client async throws in
            let moves = Moves(client: client)
            _ = try await moves.open(id, kind: "whistleblowing", confidential: true)
            _ = try await moves.offer(id, to: "BKABA/DPU", handoff: handoff)
            _ = try await moves.accept(handoff)
        }
        #expect(try await Self.mayRead(id, secret: true, office: "BKABA/DPU", handles: true))
        #expect(try await !Self.mayRead(id, secret: true, office: "BKABA/DPU", handles: false))
        #expect(try await !Self.mayRead(id, secret: true, office: "BKABA/DLH", handles: true))
        #expect(try await Self.mayRead(id, secret: false, office: "BKABA/DLH", handles: false))
    }

    @Test("the accused office neither reads the case nor gets a part in it")
    func accused() async throws {
        let id = UUID.v7()
        let secondID = UUID.v7()
        try await Border.as(Border.regency) { client async throws in
            let moves = Moves(client: client)
            _ = try await moves.open(id)
            _ = try await client.query(
                "SELECT casework.accuse(\(UUID.v7()), \(id), 'BKABA/DLH', NULL, NULL, 'Ani')::text AS value")
            #expect(await failure { _ = try await moves.offer(id, to: "BKABA/DLH") } == "SN409")
            // A whole agency that is accused gets no part for any of its units, and so sees nothing in psql either.
            _ = try await moves.open(secondID)
            _ = try await client.query(
                "SELECT casework.accuse(\(UUID.v7()), \(secondID), 'BKABB', NULL, NULL, 'Ani')::text AS value")
            #expect(await failure { _ = try await moves.offer(secondID, to: "BKABB") } == "SN409")
        }
        #expect(try await !Self.mayRead(id, secret: false, office: "BKABA/DLH", handles: true))
        #expect(try await Self.mayRead(id, secret: false, office: "BKABA/DPU", handles: false))
        try await Border.as(Border.neighbour) { client async throws in
            #expect(try await client.query("SELECT 1 AS one FROM casework.accused WHERE case_id = \(secondID)").isEmpty)
        }
    }

    @Test("search finds the own agency's words only, secret cases only by their code")
    func search() async throws {
        let id = UUID.v7()
        let secret = UUID.v7()
        try await Border.as(Border.regency) { client async throws in
            _ = try await Moves(client: client).open(id)
            _ = try await Moves(client: client).open(secret, confidential: true)
        }
        let ask: SQL = "SELECT case_id::text AS value FROM casework.search('pasar rus', '{}', NULL, NULL, 1000)"
        let mine = try await Border.as(Border.regency) { client async throws in try await client.texts(ask) }
        #expect(mine.contains(id.text) && !mine.contains(secret.text))
        let theirs = try await Border.as(Border.stranger) { client async throws in try await client.texts(ask) }
        #expect(theirs.isEmpty)
    }

    @Test("four eyes: who drafted may not approve, where the agency wants it so")
    func fourEyes() async throws {
        let id = UUID.v7()
        let answer = UUID.v7()
        try await Border.as(Border.receiver) { client async throws in
            _ = try await Moves(client: client).open(id)
            _ = try await Moves(client: client).verify(id)
            _ = try await client.query(
                "INSERT INTO casework.practice (agency, four_eyes_answers, changed_by) VALUES (9105, 'on', 'Ani')")
            _ = try await client.query(
                """
                SELECT casework.draft_answer(\(answer), \(id), 'Budi', NULL, NULL, 'Jalan sudah kami perbaiki kemarin.', true)::text AS value
                """)
            let same = await failure {
                _ = try await client.query(
                    "SELECT casework.review_answer(\(id), \(answer), 'Budi', true, NULL)::text AS value")
            }
            #expect(same == "SN403")
            _ = try await client.query(
                "SELECT casework.review_answer(\(id), \(answer), 'Cici', true, NULL)::text AS value")
        }
    }

    @Test("a correction replaces a publication visibly, once, and with a reason")
    func correction() async throws {
        let id = UUID.v7()
        let correction = UUID.v7()
        try await Border.as(Border.regency) { client async throws in
            let moves = Moves(client: client)
            _ = try await moves.open(id)
            _ = try await moves.verify(id)
            _ = try await moves.answer(id, officer: BorderFixture.officer(of: Border.regency))
            let draft: SQL = """
                SELECT casework.draft_correction(\(correction), \(id), (SELECT a.id FROM casework.answer a WHERE a.case_id = \(id)
                    AND a.corrects IS NULL), 'Budi', NULL, 'Jalan baru kami perbaiki minggu depan.')::text AS value
                """
            _ = try await client.query(draft)
            _ = try await client.query(
                "SELECT casework.review_answer(\(id), \(correction), 'Cici', true, NULL)::text AS value")
            let silent = await failure {
                _ = try await client.query(
                    "SELECT casework.publish_correction(\(id), \(correction), NULL, 'Cici', NULL)::text AS value")
            }
            #expect(silent == "SN422")
            _ = try await client.query(
                "SELECT casework.publish_correction(\(id), \(correction), NULL, 'Cici', 'Tanggalnya keliru')::text AS value"
            )
            let shown = try await client.texts(
                """
                SELECT (x ->> 'body') || CASE WHEN x ->> 'corrected_by' IS NULL THEN '' ELSE ' by' END AS value
                FROM jsonb_array_elements(casework.reporter_view(\(id)) -> 'answers') x
                """)
            #expect(shown.count == 2 && shown.count { $0.hasSuffix(" by") } == 1)
            let twice = await failure {
                _ = try await client.query(
                    """
                    SELECT casework.draft_correction(\(UUID.v7()), \(id), (SELECT a.id FROM casework.answer a WHERE a.case_id = \(id)
                        AND a.corrects IS NULL), 'Budi', NULL, 'Sekali lagi dibetulkan juga.')::text AS value
                    """)
            }
            #expect(twice == "SN409")
        }
    }
}
