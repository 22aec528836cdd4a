import IntakeAPI
import Foundation
import Postgres
import ServiceKit
import Tenancy

/// Writes accepted complaints, many at once, and reads what a repeat needs.
struct ComplaintStore: Sendable {
    let database: AgencyDatabase

    /// Writes a batch in one statement, one transaction and one round trip: complaint, reporter, idempotency key, and
    /// the messages that announce it, for every row that meets no conflict.
    ///
    /// Rows are inserted in the order of their unique keys, so that two batches with the same keys wait for each other
    /// and never in a circle. Conflicts are no errors: a row that lost leaves no trace.
    /// - Returns: Ids of the complaints that were stored.
    func insert(_ complaints: [NewComplaint], in scope: AgencyScope) async throws -> Set<UUID> {
        let submissions = complaints.map(\.submission)
        let contacts = complaints.filter { $0.contact != nil }
        let messages = complaints.flatMap { complaint in complaint.messages.map { (complaint, $0) } }
        let rows: SQL = """
            unnest(
                \(complaints.map(\.id))::uuid[], \(complaints.map(\.trackingCode))::text[],
                \(complaints.map(\.accessKeyHash))::bytea[],
                \(complaints.map(\.caller))::text[], \(complaints.map { $0.repeatKey?.key })::text[],
                \(complaints.map(\.requestHash))::bytea[],
                \(complaints.map(\.receivedAt))::timestamptz[], \(submissions.map(\.kind))::text[],
                \(complaints.map { $0.clear?.title })::text[], \(complaints.map { $0.clear?.description })::text[],
                \(complaints.map { $0.words?.keyID })::text[], \(complaints.map { $0.words?.sealed })::bytea[],
                \(submissions.map(\.category))::text[], \(submissions.map(\.eventDate))::text[],
                \(submissions.map(\.lat))::float8[], \(submissions.map(\.long))::float8[],
                \(submissions.map(\.areaCode))::text[], \(complaints.map { $0.clear?.address })::text[],
                \(submissions.map(\.anonymous))::bool[], \(submissions.map(\.confidential))::bool[],
                \(submissions.map(\.language))::text[], \(submissions.map(\.source))::text[],
                \(submissions.map(\.externalID))::text[], \(submissions.map(\.addressedOffice))::text[],
                \(submissions.map { $0.accused?.office })::text[],
                \(complaints.map { $0.clear?.accused?.personText })::text[],
                \(try complaints.map { try $0.clear?.attributes.map { try JSONWriter.text(of: $0) } })::text[],
                \(submissions.map(\.originallyReceivedOn))::text[], \(submissions.map(\.channel.rawValue))::text[],
                \(submissions.map { $0.missing.joined(separator: " ") })::text[]
            ) AS r(id, tracking_code, access_key_hash, caller, key, request_hash, received_at, kind, title, description,
                   sealed_key, sealed, category, event_date, lat, long, area_code, address, anonymous, confidential, language, source,
                   external_id, addressed_office, accused_office, accused_person, attributes, originally_received_on,
                   channel, missing)
            """
        let reporters: SQL = """
            unnest(
                \(contacts.map(\.id))::uuid[], \(contacts.map { $0.contact?.keyID })::text[],
                \(contacts.map { $0.contact?.sealed })::bytea[],
                \(contacts.map { $0.contact?.hasEmail })::bool[], \(contacts.map { $0.contact?.hasPhone })::bool[]
            ) AS c(id, key_id, sealed, has_email, has_phone)
            """
        let outgoing: SQL = """
            unnest(
                \(messages.map(\.1.id))::uuid[], \(messages.map(\.0.id))::uuid[],
                \(messages.map(\.1.service.rawValue))::text[], \(messages.map(\.1.type))::text[],
                \(messages.map(\.1.data))::text[], \(messages.map(\.0.trace))::text[]
            ) AS m(id, complaint, service, type, data, trace)
            """
        let agency = Int32(scope.number)
        let stored = try await database.once(
            scope,
            """
            WITH given AS (SELECT * FROM \(rows)),
            keyed AS (
                INSERT INTO intake.idempotency AS kept (agency, caller, key, request_hash, complaint, created_at)
                SELECT \(agency)::int4, caller, key, request_hash, id, received_at
                FROM given WHERE key IS NOT NULL ORDER BY caller, key
                ON CONFLICT (agency, caller, key) DO UPDATE
                SET request_hash = excluded.request_hash, complaint = excluded.complaint, created_at = excluded.created_at
                WHERE kept.created_at < excluded.created_at - interval '24 hours'
                RETURNING complaint
            ),
            stored AS (
                INSERT INTO intake.complaint (agency, id, tracking_code, access_key_hash, client, received_at, updated_at, kind,
                    title, description, sealed_key, sealed, category, event_date, lat, long, area_code, address, anonymous,
                    confidential, language, source, external_id, addressed_office, accused_office, accused_person,
                    attributes, originally_received_on, channel, missing)
                SELECT \(agency)::int4, id, tracking_code, access_key_hash, caller, received_at, received_at, kind,
                    title, description, sealed_key, sealed, category, event_date::date, lat, long, area_code, address,
                    anonymous, confidential, language, source, external_id, addressed_office, accused_office,
                    accused_person, attributes::jsonb, originally_received_on::date, channel, string_to_array(missing, ' ')
                FROM given WHERE key IS NULL OR id IN (SELECT complaint FROM keyed)
                ORDER BY tracking_code
                ON CONFLICT DO NOTHING
                RETURNING id
            ),
            contacts AS (
                INSERT INTO intake.reporter (agency, complaint, key_id, sealed, has_email, has_phone)
                SELECT \(agency)::int4, c.id, c.key_id, c.sealed, c.has_email, c.has_phone
                FROM \(reporters) JOIN stored USING (id)
            ),
            outgoing AS (SELECT m.* FROM \(outgoing) JOIN stored ON stored.id = m.complaint),
            messages AS (
                INSERT INTO exchange.message (id, source, producer, destination, service, lane, number, type, data, trace)
                SELECT id, \(agency)::int4, 'intake', \(agency)::int4, service, 'complaint:' || complaint, 1, type, data::jsonb, trace
                FROM outgoing
            ),
            waiting AS (
                INSERT INTO exchange.pending (id, source, producer, destination, service, lane, number)
                SELECT id, \(agency)::int4, 'intake', \(agency)::int4, service, 'complaint:' || complaint, 1 FROM outgoing
            )
            SELECT id FROM stored
            """)
        guard let won = stored.first else { throw TenancyError.noResult }
        return Set(try won.map { try $0.decode("id", as: UUID.self) })
    }

    /// What is in the way of a submission that was not stored.
    struct Obstacle: Sendable {
        /// The body's hash that the key was first used with.
        let requestHash: [UInt8]?
        /// The complaint with the same tracking code, or the same source and external id.
        let complaint: StoredComplaint?
    }

    /// Reads, for each of these submissions, what was stored before it; in order.
    func obstacles(of complaints: [NewComplaint], in scope: AgencyScope) async throws -> [Obstacle] {
        try await database.query(
            scope,
            """
            SELECT k.request_hash, c.tracking_code, c.access_key_hash, c.received_at, c.missing
            FROM unnest(
                \(complaints.map(\.trackingCode))::text[], \(complaints.map(\.caller))::text[],
                \(complaints.map { $0.repeatKey?.key })::text[], \(complaints.map(\.submission.source))::text[],
                \(complaints.map(\.submission.externalID))::text[]
            ) WITH ORDINALITY AS g(tracking_code, caller, key, source, external_id, place)
            LEFT JOIN intake.idempotency k ON k.agency = directory.me() AND k.caller = g.caller AND k.key = g.key
            LEFT JOIN LATERAL (
                SELECT * FROM intake.complaint x
                WHERE x.agency = directory.me()
                    AND (x.tracking_code = g.tracking_code OR (x.source = g.source AND x.external_id = g.external_id))
                ORDER BY x.tracking_code = g.tracking_code DESC LIMIT 1
            ) AS c ON true
            ORDER BY g.place
            """
        ).map(Obstacle.init(row:))
    }
}

extension ComplaintStore.Obstacle {
    fileprivate init(row: PostgresRow) throws {
        requestHash = try row.decodeIfPresent("request_hash", as: [UInt8].self)
        guard let code = try row.decodeIfPresent("tracking_code", as: String.self) else {
            complaint = nil
            return
        }
        complaint = StoredComplaint(
            trackingCode: code, accessKeyHash: try row.decode("access_key_hash", as: [UInt8].self),
            receivedAt: try row.decode("received_at", as: Date.self),
            missing: try row.decode("missing", as: [String].self))
    }
}

extension NewComplaint {
    /// The submission where its words may stand in the database as they are.
    fileprivate var clear: CheckedSubmission? { words == nil ? submission : nil }
}
