import Foundation
import OperatorKit
import Postgres
import SinergiCore
import Testing

/// The chained history: what stands in it, and that nobody changes it unnoticed, in the database or in an exported file.
@Suite("History", .serialized)
struct HistoryTests {
    /// A case that has crossed the border, with a handful of entries.
    private static func crossed() async throws -> UUID {
        let id = UUID.v7()
        let handoff = UUID.v7()
        try await Border.as(Border.regency) { client async throws in
            let moves = Moves(client: client)
            _ = try await moves.open(id)
            _ = try await moves.verify(id)
            _ = try await moves.offer(id, to: "BKABB", handoff: handoff)
        }
        try await Border.as(Border.neighbour) { client async throws in
            _ = try await Moves(client: client).accept(handoff)
        }
        return id
    }

    private static func broken(_ id: UUID) async throws -> String? {
        try await Border.superuser { client async throws in
            try await client.text("SELECT broken_number || ' ' || reason AS value FROM casework.verify_history(\(id))")
        }
    }

    @Test("every entry says who, from where, when, why, and what was before and after")
    func bodies() async throws {
        let id = try await Self.crossed()
        let accepted = try await Border.as(Border.regency) { client async throws in
            try await client.text(
                """
                SELECT b.body AS value FROM casework.history h JOIN casework.history_body b USING (case_id, number)
                WHERE h.case_id = \(id) AND h.kind = 'accepted'
                """)
        }
        let text = try #require(accepted)
        let parsed = try JSONSerialization.jsonObject(with: Data(text.utf8))
        let body = try #require(parsed as? [String: Any])
        #expect(body["actor"] as? String == "Budi")
        #expect(body["by"] as? String == "BKABB")
        #expect(body["at"] is String)
        #expect((body["before"] as? [String: Any])?["status"] as? String == "routed")
        #expect((body["after"] as? [String: Any])?["status"] as? String == "in_progress")
        #expect((body["after"] as? [String: Any])?["lead"] as? String == "BKABB")
    }

    /// What somebody with every right in the database may try, and how it shows.
    struct Tampering: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let statements: @Sendable (UUID) -> [SQL]
        let finding: String
    }

    private static let tamperings: [Tampering] = [
        Tampering(
            testDescription: "a changed time",
            statements: {
                ["UPDATE casework.history SET at = at + interval '1 hour' WHERE case_id = \($0) AND number = 2"]
            }, finding: "2 link"),
        Tampering(
            testDescription: "a changed word",
            statements: {
                [
                    """
                    UPDATE casework.history_body SET body = replace(body, 'Ani', 'Budi') WHERE case_id = \($0) AND number = 2
                    """
                ]
            }, finding: "2 body"),
        Tampering(
            testDescription: "words taken out without a word about it",
            statements: { ["DELETE FROM casework.history_body WHERE case_id = \($0) AND number = 2"] },
            finding: "2 erased"),
        Tampering(
            testDescription: "an entry taken out",
            statements: {
                [
                    "DELETE FROM casework.history_body WHERE case_id = \($0) AND number = 2",
                    "DELETE FROM casework.history WHERE case_id = \($0) AND number = 2",
                ]
            }, finding: "2 missing"),
        Tampering(
            testDescription: "two entries in the other order",
            statements: {
                [
                    "DELETE FROM casework.history_body WHERE case_id = \($0) AND number IN (2, 3)",
                    "UPDATE casework.history SET number = 99 WHERE case_id = \($0) AND number = 2",
                    "UPDATE casework.history SET number = 2 WHERE case_id = \($0) AND number = 3",
                    "UPDATE casework.history SET number = 3 WHERE case_id = \($0) AND number = 99",
                ]
            }, finding: "2 link"),
        Tampering(
            testDescription: "the last entry taken out, the case's count and head set back to fit",
            statements: {
                [
                    """
                    DELETE FROM casework.history_body b WHERE b.case_id = \($0)
                        AND b.number = (SELECT max(number) FROM casework.history WHERE case_id = \($0))
                    """,
                    """
                    DELETE FROM casework.history h WHERE h.case_id = \($0)
                        AND h.number = (SELECT max(number) FROM casework.history WHERE case_id = \($0))
                    """,
                    """
                    UPDATE casework."case" c SET history_count = h.number, history_head = h.link
                    FROM casework.history h WHERE h.case_id = c.id AND c.id = \($0)
                        AND h.number = (SELECT max(number) FROM casework.history WHERE case_id = \($0))
                    """,
                ]
            }, finding: "kept"),
    ]

    @Test("tampering shows, with the entry", arguments: tamperings)
    func tampering(_ tampering: Tampering) async throws {
        let id = try await Self.crossed()
        #expect(try await Self.broken(id) == nil)
        try await Border.superuser { client async throws in
            for statement in tampering.statements(id) { _ = try await client.query(statement) }
        }
        let finding = try await Self.broken(id)
        #expect(finding?.hasSuffix(tampering.finding) == true, "\(finding ?? "nothing")")
    }

    @Test("the law takes words away and leaves the chain whole")
    func erasure() async throws {
        let id = try await Self.crossed()
        let foreign = await failure {
            try await Border.as(Border.neighbour) { client async throws in
                _ = try await client.query(
                    "SELECT casework.erase_history(\(id), 2, 'Budi', 'Putusan pengadilan')::text AS value")
            }
        }
        #expect(foreign == "SN404", "only who wrote it")
        try await Border.as(Border.regency) { client async throws in
            _ = try await client.query(
                "SELECT casework.erase_history(\(id), 2, 'Ani', 'Putusan pengadilan')::text AS value")
            let again = await failure {
                _ = try await client.query(
                    """
                    SELECT casework.erase_history(\(id), (SELECT max(number) FROM casework.history WHERE case_id = \(id)), 'Ani', 'x')
                    """)
            }
            #expect(again == "SN409", "what says that something was erased stays")
        }
        #expect(try await Self.broken(id) == nil)
        let left = try await Border.superuser { client async throws in
            try await client.number(
                "SELECT count(*) AS value FROM casework.history_body WHERE case_id = \(id) AND number = 2")
        }
        #expect(left == 0)
    }

    @Test("an export is verified without a database, also by an agency that sees less")
    func export() async throws {
        let id = try await Self.crossed()
        let read: SQL = "SELECT casework.history_document(\(id))::text AS value"
        let exported = try await Border.as(Border.neighbour) { client async throws in try await client.text(read) }
        let text = try #require(exported)
        let file = try HistoryFile(Data(text.utf8))
        #expect(file.verify() == nil)
        #expect(file.verify(known: file.head) == nil)
        #expect(file.verify(known: String(repeating: "0", count: 64))?.reason == "kept")
        let forged = try HistoryFile(Data(text.replacing("Ani", with: "Eka").utf8))
        #expect(forged.verify()?.reason == "body")
        let stranger = try await Border.as(Border.stranger) { client async throws in try await client.text(read) }
        #expect(stranger == nil)
    }

    @Test("every party keeps the head that it was told")
    func kept() async throws {
        let id = try await Self.crossed()
        let own = try await Border.as(Border.neighbour) { client async throws in
            try await client.texts(
                "SELECT agency || ' ' || number AS value FROM casework.kept_head WHERE case_id = \(id)")
        }
        let count = try await Border.superuser { client async throws in
            try await client.text(#"SELECT history_count::text AS value FROM casework."case" WHERE id = \#(id)"#)
        }
        let number = try #require(count)
        #expect(own == ["9103 \(number)"])
    }
}
