import Exchange
import Foundation
import Identity
import NotificationAPI
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// Shows by a one-time code that a contact is the reporter's own (docs/adr/0038): a code goes out by the contact's own channel, and
/// only once it came back is a new contact kept and told of anything.
struct ContactVerification: Sendable {
    let following: FollowingWorkflow
    /// Codes to one contact: in a quarter of an hour, and in a day.
    let limits: (quarter: Int, day: Int)

    /// Codes that one complaint may send in an hour.
    private static let perComplaint = 10

    /// A code that is on its way.
    struct Sent: Sendable {
        let channel: String
        let hint: String
        let expiresAt: Date
    }

    /// What is known of the reporter's contacts.
    struct State: Sendable {
        var hasEmail = false
        var hasPhone = false
        var emailVerifiedAt: Date?
        var phoneVerifiedAt: Date?
    }

    enum Outcome: Sendable {
        case confirmed
        case wrong(left: Int)
        /// No code, an old one, or too many attempts.
        case none
    }

    // MARK: Sending

    /// - Throws: 422 for a contact that is none, 429 `rate_limited` where too many codes went to it, 403 `blocked`.
    func send(
        _ channel: ContactClaim.Channel, typed: String?, for record: ComplaintRecord, from visitor: Visitor,
        key: (text: String, hash: [UInt8])?, in scope: AgencyScope, trace: TraceContext
    ) async throws -> Sent {
        let known = try await contact(of: record, in: scope)
        let claim = try ContactClaim(channel, typed: typed, of: known)
        try await following.gate.refuseBlocked(visitor, contacts: [claim.contact], in: scope)
        guard let desk = following.desks[scope.number],
            let hash = following.gate.rules.contact(claim.contact, in: scope)
        else { throw Problem.notFound }
        let seal = try AgencySeal(agency: scope.number, await following.directory.current(), Date())
        let code = OneTimeCode.random()
        let id = UUID.v7()
        let codeHash = OneTimeCode.Key(door: desk.door, agency: scope.code).hash(code, check: id)
        let sealed = try seal.seal(JSONWriter.bytes(of: claim.added(to: nil)), about: record.id.text)
        let message = try Self.message(code, claim, id, record, seal, scope, trace)
        let sent: Sent
        do {
            sent = try await following.database.withAgencyRetrying(scope) { transaction in
                guard try await following.store.lock(code: record.trackingCode, in: transaction) != nil else {
                    throw Problem.notFound
                }
                if let key {
                    let isNew = try await following.store.record(
                        key: key.text, caller: "reporter:\(record.trackingCode)", hash: key.hash, of: record.id,
                        in: transaction)
                    if !isNew, let last = try await Self.last(of: record.id, in: transaction) {
                        return Sent(channel: claim.channel.rawValue, hint: claim.hint, expiresAt: last.expiresAt)
                    }
                }
                try await checkLimits(contact: hash, complaint: record.id, in: transaction)
                let rows = try await transaction.query(
                    """
                    INSERT INTO intake.contact_check (agency, id, complaint, channel, contact, sealed, code_hash, created_at, expires_at)
                    VALUES (directory.me(), \(id), \(record.id), \(claim.channel.rawValue), \(hash), \(sealed), \(codeHash),
                        clock_timestamp(), clock_timestamp() + make_interval(secs => \(OneTimeCode.lifetime)))
                    RETURNING expires_at
                    """)
                try await Exchange.enqueue([message], in: transaction)
                guard let row = rows.first else { throw FollowingError.vanished }
                return Sent(
                    channel: claim.channel.rawValue, hint: claim.hint, expiresAt: try row.decode("expires_at"))
            }
        } catch FollowingError.keyReused {
            throw Problem.idempotencyKeyReused
        }
        following.waker.wake([scope.number])
        return sent
    }

    /// Counted over all complaints: nobody's telephone rings all night.
    private func checkLimits(contact: [UInt8], complaint: UUID, in transaction: PostgresTransaction) async throws {
        let row = try await transaction.query(
            """
            SELECT count(*) FILTER (WHERE contact = \(contact) AND created_at > clock_timestamp() - interval '15 minutes') AS quarter,
                count(*) FILTER (WHERE contact = \(contact)) AS day,
                count(*) FILTER (WHERE complaint = \(complaint) AND created_at > clock_timestamp() - interval '1 hour') AS own
            FROM intake.contact_check
            WHERE agency = directory.me() AND (contact = \(contact) OR complaint = \(complaint))
                AND created_at > clock_timestamp() - interval '1 day'
            """
        ).first
        guard let row else { return }
        if try row.decode("day", as: Int.self) >= limits.day { throw Problem.rateLimited(retryAfter: 6 * 3600) }
        if try row.decode("own", as: Int.self) >= Self.perComplaint { throw Problem.rateLimited(retryAfter: 3600) }
        if try row.decode("quarter", as: Int.self) >= limits.quarter { throw Problem.rateLimited(retryAfter: 900) }
    }

    private static func message(
        _ code: OneTimeCode, _ claim: ContactClaim, _ id: UUID, _ record: ComplaintRecord, _ seal: AgencySeal,
        _ scope: AgencyScope, _ trace: TraceContext
    ) throws -> OutgoingMessage {
        // Nothing of the complaint: a telephone is not a person (product decision 13).
        let contents = ChannelReply.Contents(
            phone: claim.isEmail ? "" : claim.contact, values: ["code": code.digits],
            email: claim.isEmail ? claim.contact : nil)
        let event = ChannelReply(
            messageID: id, conversation: id, channel: claim.wireChannel, template: "chat_code",
            language: record.language,
            sealed: Data(try seal.seal(JSONWriter.bytes(of: contents))).base64EncodedString())
        return OutgoingMessage(
            id: id, destination: scope.number, service: .notification, lane: "contact:\(id.text)", number: 1,
            type: ChannelReply.eventType, data: try JSONWriter.text(of: event), trace: trace.traceparent)
    }

    // MARK: Confirming

    private struct Check {
        let id: UUID
        let codeHash: [UInt8]
        let attempts: Int
        let isOver: Bool
        let isConfirmed: Bool
        let expiresAt: Date
        let sealed: [UInt8]
        let channel: String
    }

    /// The latest code alone counts.
    private static func last(of complaint: UUID, in transaction: PostgresTransaction) async throws -> Check? {
        try await transaction.query(
            """
            SELECT id, channel, sealed, code_hash, attempts, expires_at, expires_at <= clock_timestamp() AS over,
                confirmed_at IS NOT NULL AS confirmed
            FROM intake.contact_check WHERE agency = directory.me() AND complaint = \(complaint)
            ORDER BY created_at DESC, id DESC LIMIT 1
            """
        ).first.map { row in
            Check(
                id: try row.decode("id"), codeHash: try row.decode("code_hash"),
                attempts: Int(try row.decode("attempts", as: Int32.self)), isOver: try row.decode("over"),
                isConfirmed: try row.decode("confirmed"), expiresAt: try row.decode("expires_at"),
                sealed: try row.decode("sealed"), channel: try row.decode("channel"))
        }
    }

    /// A wrong attempt counts whatever happens next; a right one may come twice.
    func confirm(_ code: OneTimeCode, for record: ComplaintRecord, in scope: AgencyScope) async throws -> Outcome {
        guard let desk = following.desks[scope.number] else { throw Problem.notFound }
        let key = OneTimeCode.Key(door: desk.door, agency: scope.code)
        let seal = try AgencySeal(agency: scope.number, await following.directory.current(), Date())
        return try await following.database.withAgencyRetrying(scope) { transaction in
            // One at a time: the lock is the complaint's.
            guard try await following.store.lock(code: record.trackingCode, in: transaction) != nil,
                let check = try await Self.last(of: record.id, in: transaction)
            else { return .none }
            let isRight = key.matches(code, check: check.id, hash: check.codeHash)
            if check.isConfirmed { return isRight ? .confirmed : .none }
            guard !check.isOver, check.attempts < OneTimeCode.attempts else { return .none }
            _ = try await transaction.query(
                """
                UPDATE intake.contact_check
                SET attempts = attempts + 1, confirmed_at = CASE WHEN \(isRight) THEN clock_timestamp() END
                WHERE agency = directory.me() AND id = \(check.id)
                """)
            guard isRight else { return .wrong(left: OneTimeCode.attempts - check.attempts - 1) }
            try await keep(check, record, seal, scope, in: transaction)
            return .confirmed
        }
    }

    private func keep(
        _ check: Check, _ record: ComplaintRecord, _ seal: AgencySeal, _ scope: AgencyScope,
        in transaction: PostgresTransaction
    ) async throws {
        let claimed = try JSONDecoder().decode(
            ReporterContact.self, from: Data(try following.keys.open(check.sealed, of: scope, about: record.id.text)))
        guard let channel = ContactClaim.Channel(rawValue: check.channel) else { return }
        let claim = try ContactClaim(channel, typed: nil, of: claimed)
        let known = try await transaction.query(Self.reporter(record.id)).first
        let contact = claim.added(to: try known.map { try opened($0, scope) })
        let sealed = try seal.seal(JSONWriter.bytes(of: contact))
        let (byMail, byPhone) = (contact.email != nil, contact.phone != nil)
        _ = try await transaction.query(
            """
            INSERT INTO intake.reporter AS r (agency, complaint, key_id, sealed, has_email, has_phone, email_verified_at, phone_verified_at)
            VALUES (directory.me(), \(record.id), \(seal.keyID), \(sealed), \(byMail), \(byPhone),
                CASE WHEN \(claim.isEmail) THEN clock_timestamp() END, CASE WHEN NOT \(claim.isEmail) THEN clock_timestamp() END)
            ON CONFLICT (agency, complaint) DO UPDATE
            SET key_id = excluded.key_id, sealed = excluded.sealed, has_email = excluded.has_email, has_phone = excluded.has_phone,
                email_verified_at = coalesce(excluded.email_verified_at, r.email_verified_at),
                phone_verified_at = coalesce(excluded.phone_verified_at, r.phone_verified_at)
            """)
    }

    // MARK: Reading

    func state(of record: ComplaintRecord, in scope: AgencyScope) async throws -> State {
        guard let row = try await following.database.query(scope, Self.reporter(record.id)).first else {
            return State()
        }
        // Whoever writes from a number has it.
        let byChat = ["sms", "whatsapp"].contains(record.channel) ? record.receivedAt : nil
        return State(
            hasEmail: try row.decode("has_email"), hasPhone: try row.decode("has_phone"),
            emailVerifiedAt: try row.decodeIfPresent("email_verified_at"),
            phoneVerifiedAt: try row.decodeIfPresent("phone_verified_at") ?? byChat)
    }

    private func contact(of record: ComplaintRecord, in scope: AgencyScope) async throws -> ReporterContact? {
        try await following.database.query(scope, Self.reporter(record.id)).first.map { try opened($0, scope) }
    }

    private func opened(_ row: PostgresRow, _ scope: AgencyScope) throws -> ReporterContact {
        let plain = try following.keys.open(try row.decode("sealed", as: [UInt8].self), of: scope)
        return try JSONDecoder().decode(ReporterContact.self, from: Data(plain))
    }

    private static func reporter(_ complaint: UUID) -> SQL {
        """
        SELECT sealed, has_email, has_phone, email_verified_at, phone_verified_at FROM intake.reporter
        WHERE agency = directory.me() AND complaint = \(complaint)
        """
    }
}
