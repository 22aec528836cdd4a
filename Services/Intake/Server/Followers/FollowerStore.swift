import Foundation
import Postgres
import SinergiCore
import Tenancy

/// Reads and writes who follows a published complaint.
struct FollowerStore: Sendable {
    /// Addresses that one complaint may have, and unconfirmed requests for one address within a day.
    static let perComplaint = 1000
    static let perAddress = 5

    /// A row that a message goes to.
    struct Follower: Sendable {
        let id: UUID
        let channel: String
        let language: String
        let sealed: [UInt8]
        /// Place of the message in the follower's lane.
        let number: Int
    }

    /// What a follower's page shows.
    struct Following: Sendable {
        let trackingCode: String
        let isConfirmed: Bool
    }

    /// Writes down that an address asks for news. A repeat within ten minutes, an address that follows already and one that was
    /// asked for too often change nothing.
    /// - Returns: The row to send a request for consent to; `nil` where nothing is to be sent.
    func ask(
        code: String, contact: [UInt8], channel: String, language: String, sealed: [UInt8],
        in transaction: PostgresTransaction
    ) async throws -> Follower? {
        try await transaction.query(
            """
            INSERT INTO intake.follower AS f (agency, id, complaint, contact, channel, language, sealed)
            SELECT c.agency, \(UUID.v7()), c.id, \(contact), \(channel), \(language), \(sealed)
            FROM intake.complaint c
            WHERE c.agency = directory.me() AND c.tracking_code = \(code) AND c.published AND NOT c.confidential
                AND (SELECT count(*) FROM intake.follower n WHERE n.agency = directory.me() AND n.complaint = c.id)
                    < \(Self.perComplaint)
                AND (SELECT count(*) FROM intake.follower n WHERE n.agency = directory.me() AND n.contact = \(contact)
                     AND n.confirmed_at IS NULL AND n.asked_at > clock_timestamp() - interval '24 hours') < \(Self.perAddress)
            ON CONFLICT (agency, complaint, contact) DO UPDATE
            SET asked_at = clock_timestamp(), version = f.version + 1, language = excluded.language,
                forget_at = clock_timestamp() + interval '2 days'
            WHERE f.confirmed_at IS NULL AND f.asked_at < clock_timestamp() - interval '10 minutes'
            RETURNING id, channel, language, sealed, version
            """
        ).first.map(Self.follower)
    }

    /// Everybody who confirmed, each with the next number of the own lane. The end of the complaint ends their time here.
    func told(of complaint: UUID, isOpen: Bool, in transaction: PostgresTransaction) async throws -> [Follower] {
        try await transaction.query(
            """
            UPDATE intake.follower
            SET version = version + 1, forget_at = CASE WHEN \(isOpen)
                THEN greatest(forget_at, confirmed_at + interval '1 year')
                ELSE least(forget_at, clock_timestamp() + interval '30 days') END
            WHERE agency = directory.me() AND complaint = \(complaint) AND confirmed_at IS NOT NULL
                AND forget_at > clock_timestamp()
            RETURNING id, channel, language, sealed, version
            """
        ).map(Self.follower)
    }

    func find(_ id: UUID, in database: AgencyDatabase, _ scope: AgencyScope) async throws -> Following? {
        try await database.query(
            scope,
            """
            SELECT c.tracking_code, f.confirmed_at IS NOT NULL AS confirmed
            FROM intake.follower f JOIN intake.complaint c ON c.agency = f.agency AND c.id = f.complaint
            WHERE f.agency = directory.me() AND f.id = \(id) AND f.forget_at > clock_timestamp()
            """
        ).first.map { row in
            Following(trackingCode: try row.decode("tracking_code"), isConfirmed: try row.decode("confirmed"))
        }
    }

    func confirm(_ id: UUID, in database: AgencyDatabase, _ scope: AgencyScope) async throws {
        _ = try await database.query(
            scope,
            """
            UPDATE intake.follower
            SET confirmed_at = clock_timestamp(), forget_at = clock_timestamp() + interval '1 year'
            WHERE agency = directory.me() AND id = \(id) AND confirmed_at IS NULL AND forget_at > clock_timestamp()
            """)
    }

    func forget(_ id: UUID, in database: AgencyDatabase, _ scope: AgencyScope) async throws {
        _ = try await database.query(scope, "SELECT intake.forget_follower(\(id)) IS NULL AS done")
    }

    private static func follower(_ row: PostgresRow) throws -> Follower {
        Follower(
            id: try row.decode("id"), channel: try row.decode("channel"), language: try row.decode("language"),
            sealed: try row.decode("sealed"), number: try row.decode("version", as: Int.self))
    }
}
