import Foundation
import Identity
import IntakeAPI
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// A complaint as its reporter's pages need it: what came in, and the projection of its case.
struct ComplaintRecord: Sendable {
    let id: UUID
    let trackingCode: String
    let accessKeyHash: [UInt8]
    let kind: String
    let category: String?
    /// Empty while it is sealed.
    var title: String
    var description: String
    let areaCode: String?
    let lat: Double?
    let long: Double?
    var address: String?
    let anonymous: Bool
    let confidential: Bool
    let language: String
    let receivedAt: Date
    let published: Bool
    /// JSON text of the reporter's view of the case; `nil` until routing has opened it.
    let view: String?
    /// Working days until the reporter's clock ends, by the holder's calendar.
    let workingDaysLeft: Int?
    /// The words of a confidential complaint; the agency's key opens them.
    let sealed: [UInt8]?
    /// The door it came through.
    let channel: String
    /// It lies in the spool: the database does not have it yet.
    var isWaiting = false
    /// Reports that officers made of parts of this one.
    var splitInto: [SplitReport] = []
    /// Code of the report that this one was a part of.
    var splitFrom: String?
    /// Officers found that it needs no secrecy: what is written from now on stands in the clear.
    var isUnsealed = false
    /// Opens and seals what is written about a sealed complaint.
    var key: WordsKey?

    /// What the reporter writes, as it may stand in the database.
    func sealing(_ text: String) -> String { isUnsealed ? text : key?.seal(text, about: id) ?? text }

    /// What officers and the reporter wrote, in the clear.
    func revealing(_ text: String) -> String { WordsKey.reveal(text) { $0 == id ? key : nil } }
}

extension ComplaintRecord {
    /// With its words, where they were sealed.
    /// - Throws: `Sealer.Failure` where no key of the agency opens them.
    func opened(with keys: NodeKeys, of scope: AgencyScope) throws -> ComplaintRecord {
        guard let sealed else { return self }
        let plain = try keys.open(sealed, of: scope, about: id.text)
        let words = try JSONDecoder().decode(ComplaintTexts.self, from: Data(plain))
        var opened = self
        (opened.title, opened.description, opened.address) = (words.title, words.description, words.address)
        opened.key = words.wordsKey.flatMap(WordsKey.init(text:))
        return opened
    }
}

extension ComplaintRecord: PostgresRecord {
    init(row: PostgresRow) throws(PostgresDecodingError) {
        id = try row.decode("id")
        trackingCode = try row.decode("tracking_code")
        accessKeyHash = try row.decode("access_key_hash")
        kind = try row.decode("kind")
        category = try row.decodeIfPresent("category")
        title = try row.decodeIfPresent("title") ?? ""
        description = try row.decodeIfPresent("description") ?? ""
        areaCode = try row.decodeIfPresent("area_code")
        lat = try row.decodeIfPresent("lat")
        long = try row.decodeIfPresent("long")
        address = try row.decodeIfPresent("address")
        anonymous = try row.decode("anonymous")
        confidential = try row.decode("confidential")
        language = try row.decode("language")
        receivedAt = try row.decode("received_at")
        published = try row.decode("published")
        view = try row.decodeIfPresent("view")
        workingDaysLeft = try row.decodeIfPresent("working_days_left").map { (days: Int32) in Int(days) }
        sealed = try row.decodeIfPresent("sealed")
        channel = try row.decode("channel")
        let parts: String? = try row.decodeIfPresent("split_into")
        // Our own query wrote it.
        splitInto = parts.flatMap { try? JSONDecoder().decode([SplitReport].self, from: Data($0.utf8)) } ?? []
        splitFrom = try row.decodeIfPresent("split_from")
        isUnsealed = try row.decodeIfPresent("unsealed") ?? false
    }
}

/// Reads and changes complaints on behalf of their reporters.
struct FollowingStore: Sendable {
    /// One complaint; `nil` when the agency has none of this code.
    func find(code: String, in database: some PostgresQueryable) async throws -> ComplaintRecord? {
        try await database.query("\(Self.columns) WHERE c.agency = directory.me() AND c.tracking_code = \(code)").first
            .map(ComplaintRecord.init(row:))
    }

    /// As `find`, and keeps others from changing it until the transaction ends.
    func lock(code: String, in transaction: PostgresTransaction) async throws -> ComplaintRecord? {
        try await transaction.query(
            "\(Self.columns) WHERE c.agency = directory.me() AND c.tracking_code = \(code) FOR NO KEY UPDATE OF c"
        ).first.map(ComplaintRecord.init(row:))
    }

    /// The statement for one round trip of its own.
    static func finding(_ code: String) -> SQL {
        "\(columns) WHERE c.agency = directory.me() AND c.tracking_code = \(code)"
    }

    /// Shows the reporter's own step before routing has applied it, and draws the next number of the complaint's lane.
    func showOptimistic(view: String, of id: UUID, in transaction: PostgresTransaction) async throws -> Int {
        let row = try await transaction.query(
            """
            UPDATE intake.complaint
            SET version = version + 1, view = \(JSONText(view)), updated_at = clock_timestamp()
            WHERE agency = directory.me() AND id = \(id)
            RETURNING version
            """)
        guard let number = try row.first?.decode("version", as: Int.self) else { throw FollowingError.vanished }
        return number
    }

    /// The next number of the complaint's lane.
    func drawNumber(of id: UUID, in transaction: PostgresTransaction) async throws -> Int {
        let row = try await transaction.query(
            """
            UPDATE intake.complaint SET version = version + 1, updated_at = clock_timestamp()
            WHERE agency = directory.me() AND id = \(id) RETURNING version
            """)
        guard let number = try row.first?.decode("version", as: Int.self) else { throw FollowingError.vanished }
        return number
    }

    /// Records the key of a step; `false` when it was recorded before with the same body.
    /// - Throws: `FollowingError.keyReused` when it was another body.
    func record(
        key: String, caller: String, hash: [UInt8], of id: UUID, in transaction: PostgresTransaction
    ) async throws -> Bool {
        let inserted = try await transaction.query(
            """
            INSERT INTO intake.idempotency AS kept (agency, caller, key, request_hash, complaint, created_at)
            VALUES (directory.me(), \(caller), \(key), \(hash), \(id), clock_timestamp())
            ON CONFLICT (agency, caller, key) DO UPDATE
            SET request_hash = excluded.request_hash, complaint = excluded.complaint, created_at = excluded.created_at
            WHERE kept.created_at < excluded.created_at - interval '24 hours'
            RETURNING true
            """)
        guard inserted.isEmpty else { return true }
        let kept = try await transaction.query(
            """
            SELECT request_hash FROM intake.idempotency
            WHERE agency = directory.me() AND caller = \(caller) AND key = \(key)
            """
        ).first
        guard try kept?.decode("request_hash", as: [UInt8].self) == hash else { throw FollowingError.keyReused }
        return false
    }

    private static let columns: SQL = """
        SELECT c.id, c.tracking_code, c.access_key_hash, c.kind, c.category, c.title, c.description, c.area_code, c.lat,
            c.long, c.address, c.sealed, c.channel, c.anonymous, c.confidential, c.language, c.received_at, c.published, c.view::text AS view,
            (c.view ->> 'sealed')::bool IS FALSE AND c.sealed IS NOT NULL AS unsealed,
            (SELECT p.tracking_code FROM intake.complaint p WHERE p.agency = directory.me() AND p.id = c.split_from) AS split_from,
            (SELECT json_agg(json_build_object('tracking_code', s.tracking_code, 'title', s.title,
                    'status', coalesce(s.view ->> 'status', 'submitted'), 'holder', s.view #>> '{holder,name}') ORDER BY s.id)::text
             FROM intake.complaint s WHERE s.agency = directory.me() AND s.split_from = c.id) AS split_into,
            directory.working_days_between(c.view ->> 'calendar', clock_timestamp(),
                (c.view #>> '{clocks,since_submission,due_at}')::timestamptz) AS working_days_left
        FROM intake.complaint c
        """
}

enum FollowingError: Error {
    /// A locked row was gone when it was to be changed.
    case vanished
    /// An Idempotency-Key came with another body.
    case keyReused
}
