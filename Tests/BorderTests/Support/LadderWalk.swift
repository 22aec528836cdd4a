import Foundation
import Postgres
import SinergiCore
import Testing

/// Turns clocks and reads what rungs left behind. Time is moved by turning the rung's own time, never by waiting.
enum LadderWalk {
    /// The next rung of a step's running clock is due now; the platform climbs it.
    static func climb(_ id: UUID, _ step: String) async throws {
        try await Border.superuser { client async throws in
            _ = try await client.query(
                """
                UPDATE casework.clock SET rung_at = now() - interval '1 minute'
                WHERE case_id = \(id) AND step = \(step) AND state = 'running'
                """)
            _ = try await client.query(
                "SELECT casework.climb(k.id)::text FROM casework.clock k WHERE k.case_id = \(id) AND k.step = \(step)")
        }
    }

    /// Types of the timeline's last lines, oldest first.
    static func last(_ count: Int, of id: UUID) async throws -> [String] {
        try await Border.superuser { client async throws in
            try await client.texts(
                """
                SELECT type AS value FROM (SELECT * FROM casework.entry WHERE case_id = \(id) ORDER BY seq DESC LIMIT \(count)) e
                ORDER BY seq
                """)
        }
    }

    /// Offices that an agency's notification is to tell of an event of the case.
    static func told(_ id: UUID, _ event: String, _ agency: Border.Agency) async throws -> String? {
        try await Border.superuser { client async throws in
            try await client.text(
                """
                SELECT data ->> 'offices' AS value FROM exchange.message
                WHERE destination = \(Int32(agency.number))::int4 AND service = 'routing' AND data ->> 'event' = \(event)
                    AND data ->> 'case_id' = \(id.uuidString.lowercased()) ORDER BY id DESC LIMIT 1
                """)
        }
    }

    /// "OFFICE role" of all who work on the case now.
    static func parts(_ id: UUID) async throws -> [String] {
        try await Border.superuser { client async throws in
            try await client.texts(
                """
                SELECT office_code || ' ' || role AS value FROM casework.participation
                WHERE case_id = \(id) AND state = 'active' AND role IN ('lead', 'contributor', 'monitor') ORDER BY 1
                """)
        }
    }

    /// A case of the regency that a unit of it has accepted.
    static func accepted(by office: String = "BKABA/DPU", kind: String = "complaint") async throws -> UUID {
        let id = UUID.v7()
        let handoff = UUID.v7()
        try await Border.as(Border.regency) { client async throws in
            let moves = Moves(client: client)
            _ = try await moves.open(id, kind: kind)
            _ = try await moves.offer(id, to: office, handoff: handoff)
            _ = try await moves.accept(handoff)
        }
        return id
    }

    /// A case that the province gave to a unit of the neighbour, which did not have to accept it. With the decision's named contributors.
    static func decided(
        lead: String = "BKABB/DPU", contributors: String = "[]", multi: Bool = false
    ) async throws -> UUID {
        let id = UUID.v7()
        let arbitration = UUID.v7()
        try await Border.as(Border.regency) { client async throws in
            let moves = Moves(client: client)
            _ = try await moves.open(id)
            _ = try await moves.offer(id, to: "BKABB")
            _ = try await client.query(
                "SELECT casework.request_arbitration(\(arbitration), \(id), NULL, 'Ani', 'Sulit')::text AS value")
        }
        try await Border.as(Border.province) { client async throws in
            _ = try await client.query(
                """
                SELECT casework.arbitrate(\(arbitration), NULL, 'Wasit', \(lead), \(contributors)::jsonb, NULL, 'Diputuskan', NULL,
                    \(multi))::text AS value
                """)
        }
        return id
    }
}
