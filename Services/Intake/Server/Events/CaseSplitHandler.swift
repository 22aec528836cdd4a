import Exchange
import Foundation
import Postgres
import ServiceKit
import Tenancy

/// Makes a complaint of what an officer split off another: the same reporter, the same access key, the same day of receipt.
///
/// Comes before the new case's first news in its lane. The words are those that the officer gave to the part.
struct CaseSplitHandler: Sendable {
    /// - Throws: 404 where the whole is not here.
    func handle(_ event: CloudEvent, _ transaction: PostgresTransaction, _ scope: AgencyScope) async throws -> [Int] {
        let data = try JSONBody.parse(Array(event.data.utf8))
        guard let id = data["case_id"]?.string.flatMap(UUID.init(uuidString:)),
            let parent = data["parent"]?.string.flatMap(UUID.init(uuidString:))
        else { throw Problem.invalid("#/data", "bad_format") }
        let made = try await transaction.pipeline(
            """
            INSERT INTO intake.complaint (agency, id, tracking_code, access_key_hash, kind, title, description, category, event_date,
                lat, long, area_code, address, anonymous, confidential, language, originally_received_on, channel, client, received_at,
                updated_at, split_from)
            SELECT c.agency, \(id), x.tracking_code, c.access_key_hash, x.kind, x.title, x.description, x.category, c.event_date,
                c.lat, c.long, x.area_code, c.address, c.anonymous, c.confidential, c.language, c.originally_received_on, c.channel,
                c.client, c.received_at, clock_timestamp(), c.id
            FROM intake.complaint c
            CROSS JOIN jsonb_to_record(\(event.data)::jsonb)
                AS x(tracking_code text, kind text, title text, description text, category text, area_code text)
            WHERE c.agency = directory.me() AND c.id = \(parent) AND c.sealed IS NULL
            ON CONFLICT DO NOTHING
            """,
            """
            INSERT INTO intake.reporter (agency, complaint, key_id, sealed, has_email, has_phone)
            SELECT r.agency, \(id), r.key_id, r.sealed, r.has_email, r.has_phone
            FROM intake.reporter r WHERE r.agency = directory.me() AND r.complaint = \(parent)
            ON CONFLICT DO NOTHING
            """,
            """
            INSERT INTO intake.channel_complaint (agency, tracking_code, conversation)
            SELECT l.agency, \(data["tracking_code"]?.string), l.conversation
            FROM intake.channel_complaint l
            JOIN intake.complaint c ON c.agency = l.agency AND c.tracking_code = l.tracking_code
            WHERE c.agency = directory.me() AND c.id = \(parent)
            ON CONFLICT DO NOTHING
            """,
            "SELECT id FROM intake.complaint WHERE agency = directory.me() AND id = \(id)")
        guard made.last?.first != nil else { throw Problem.notFound }
        return []
    }
}
