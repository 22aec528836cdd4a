import Foundation
import Postgres
import SinergiCore
import Tenancy

/// What a move function answers.
struct Moved: Decodable, Sendable {
    let caseId: UUID
    let version: Int
    let status: String
    let handoffId: UUID?
    let next: String?
    let nextId: UUID?
    let existing: Bool?
    let wake: [Int]?
}

/// The move functions as an agency's routing calls them.
struct Moves: Sendable {
    let client: PostgresClient

    func open(
        _ id: UUID, kind: String = "complaint", confidential: Bool = false, area: String = "99.01"
    ) async throws -> Moved {
        let message = """
            {"tracking_code":"BORDER-\(id.uuidString.suffix(12))","kind":"\(kind)","category":"border","title":"Jalan rusak",
             "description":"Jalan di depan pasar rusak berat.","area_code":"\(area)","lat":-1.0,"long":116.5,"address":null,
             "event_date":null,"anonymous":false,"confidential":\(confidential),"language":"id",
             "received_at":"\(Date().formatted(.iso8601))","addressed_office":null}
            """
        return try await move("SELECT casework.open_case(\(id), \(message)::jsonb)::text AS value")
    }

    func verify(_ id: UUID, expected: Int? = nil) async throws -> Moved {
        try await move("SELECT casework.verify(\(id), \(expected)::int, 'Ani', '{}'::jsonb, NULL)::text AS value")
    }

    func offer(
        _ id: UUID, to office: String, handoff: UUID = .v7(), role: String = "lead", expected: Int? = nil
    ) async throws -> Moved {
        try await move(
            """
            SELECT casework.offer(\(handoff), \(id), \(expected)::int, 'Ani', \(office), \(role), 'Sesuai tugas', NULL)::text AS value
            """)
    }

    func accept(_ handoff: UUID, expected: Int? = nil) async throws -> Moved {
        try await move("SELECT casework.accept(\(handoff), \(expected)::int, 'Budi', NULL, NULL)::text AS value")
    }

    func decline(_ handoff: UUID, to office: String, new: UUID = .v7()) async throws -> Moved {
        try await move(
            """
            SELECT casework.decline(\(handoff), \(new), NULL, 'Budi', 'not_our_duty', 'Bukan tugas kami', \(office))::text AS value
            """)
    }

    func recall(_ handoff: UUID) async throws -> Moved {
        try await move("SELECT casework.recall(\(handoff), NULL, 'Ani', 'Salah alamat')::text AS value")
    }

    func arbitrate(_ id: UUID, lead: String, contributors: String = "[]", monitor: String? = nil) async throws -> Moved
    {
        try await move(
            """
            SELECT casework.arbitrate(\(id), NULL, 'Wasit', \(lead), \(contributors)::jsonb, \(monitor), 'Diputuskan')::text AS value
            """)
    }

    func assign(_ id: UUID, officer: UUID) async throws -> Moved {
        try await move(
            "SELECT casework.assign(\(UUID.v7()), \(id), NULL, 'Budi', NULL, \(officer), NULL)::text AS value")
    }

    /// Drafts, approves and publishes.
    func answer(_ id: UUID, interim: Bool = false, officer: UUID) async throws -> Moved {
        let answer = UUID.v7()
        _ = try await move(
            """
            SELECT casework.draft_answer(\(answer), \(id), 'Budi', \(officer), NULL, 'Jalan sudah kami perbaiki kemarin.',
                \(interim))::text AS value
            """)
        _ = try await move("SELECT casework.review_answer(\(id), \(answer), 'Cici', true, NULL)::text AS value")
        return try await move("SELECT casework.publish_answer(\(id), \(answer), NULL, 'Cici', NULL)::text AS value")
    }

    func confirm(_ id: UUID) async throws -> Moved {
        try await move("SELECT casework.reporter_confirm(\(id), 5, NULL)::text AS value")
    }

    func dispute(_ id: UUID) async throws -> Moved {
        try await move("SELECT casework.reporter_dispute(\(id), 'Masih rusak seperti kemarin.', NULL)::text AS value")
    }

    /// Cases of this id that the agency sees.
    func sees(_ id: UUID) async throws -> Bool {
        try await client.query(#"SELECT 1 AS one FROM casework."case" WHERE id = \#(id)"#).count == 1
    }

    private func move(_ sql: SQL) async throws -> Moved {
        let text = try await client.text(sql) ?? "null"
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Moved.self, from: Data(text.utf8))
    }
}
