import Foundation
import Postgres
import SinergiCore
import Tenancy
import Testing

/// What the own services hear of moves, and when (docs/adr/0045).
@Suite("Telling the own services")
struct TellingTests {
    /// Opens, verifies and offers to a neighbour, as routing does: a batch in one transaction.
    private static func openAndOffer(_ ids: UUID..., to office: String = "BKABB", andThen fail: Bool = false)
        async throws
    {
        try await Border.as(Border.regency) { client async throws in
            let database = AgencyDatabase(client: client, service: .routing)
            try await database.withAgency(Border.regency.scope) { transaction in
                for id in ids { try await openAndOffer(id, to: office, in: transaction) }
                if fail { throw CancellationError() }
            }
        }
    }

    private static func openAndOffer(_ id: UUID, to office: String, in transaction: PostgresTransaction) async throws {
        let trace = "00-\(id.text)"
        let message = """
            {"tracking_code":"BORDER-\(id.uuidString.suffix(12))","kind":"complaint","category":"border","title":"Jalan rusak",
             "description":"Jalan di depan pasar rusak berat.","area_code":"99.01","anonymous":false,"confidential":false,
             "language":"id","received_at":"\(Date().formatted(.iso8601))"}
            """
        _ = try await transaction.pipeline(
            "SELECT casework.open_case(\(id), \(message)::jsonb, \(trace))",
            "SELECT casework.verify(\(id), NULL, 'Sinergi', '{}'::jsonb, NULL, \(trace))",
            """
            SELECT casework.offer(\(UUID.v7()), \(id), NULL, 'Sinergi', \(office), 'lead', 'Sesuai tugas', NULL, \(trace))
            """)
    }

    /// What an agency's routing put for its own services about a case: "service number".
    private static func told(_ id: UUID, _ agency: Border.Agency) async throws -> [String] {
        try await Border.superuser { client async throws in
            try await client.texts(
                """
                SELECT service || ' ' || number AS value FROM exchange.message
                WHERE source = \(Int32(agency.number)) AND destination = source AND lane = \("case:" + id.text) ORDER BY 1
                """)
        }
    }

    @Test("three moves of one transaction are told once, as the case stands at its end, with every step")
    func once() async throws {
        let id = UUID.v7()
        try await Self.openAndOffer(id, UUID.v7())
        #expect(try await Self.told(id, Border.regency) == ["analytics 3", "intake 3"])
        let view = try await Border.superuser { client async throws in
            try await client.text(
                """
                SELECT concat_ws(' ', data #>> '{view,version}', data #>> '{view,status}', trace,
                    (SELECT string_agg(s ->> 'event', ',' ORDER BY (s ->> 'seq')::int)
                     FROM jsonb_array_elements(data #> '{view,steps}') s)) AS value
                FROM exchange.message WHERE lane = \("case:" + id.text) AND service = 'intake'
                """)
        }
        #expect(view == "3 routed 00-\(id.text) received,verified,routed,handoff_offered")
    }

    @Test("moves of transactions of their own are told one by one; what was undone is not told")
    func each() async throws {
        let id = UUID.v7()
        try await Border.as(Border.regency) { client async throws in
            let moves = Moves(client: client)
            _ = try await moves.open(id)
            _ = try await moves.verify(id)
        }
        let told = try await Self.told(id, Border.regency)
        #expect(told == ["analytics 1", "analytics 2", "intake 1", "intake 2"])
        let undone = UUID.v7()
        await #expect(throws: CancellationError.self) { try await Self.openAndOffer(undone, andThen: true) }
        #expect(try await Self.told(undone, Border.regency).isEmpty)
    }

    @Test("notification hears of a move only where it concerns an office of the agency")
    func offices() async throws {
        let id = UUID.v7()
        try await Self.openAndOffer(id, to: "BKABA/DPU")
        #expect(try await Self.told(id, Border.regency) == ["analytics 3", "intake 3", "notification 3"])
    }
}
