import Foundation
import Tenancy

/// A complaint ready to be written: the rows of one acceptance.
struct NewComplaint: Sendable {
    /// The caller's own name for this request, by which a repeat is known.
    struct Repeat: Sendable, Hashable, Codable {
        /// Who asks: `anonymous` or `client:<subject>`.
        let caller: String
        let key: String
    }

    /// Identity of the reporter, sealed to the agency's public key.
    struct SealedContact: Sendable {
        let keyID: String
        let sealed: [UInt8]
        let hasEmail: Bool
        let hasPhone: Bool
    }

    /// A message to another service of the node, the first of its lane.
    struct Message: Sendable {
        let id: UUID
        let service: ServiceName
        let type: String
        /// JSON text.
        let data: String
    }

    /// UUIDv7; the case's id too.
    let id: UUID
    let trackingCode: String
    /// Keyed hash, 32 bytes.
    let accessKeyHash: [UInt8]
    let caller: String
    let repeatKey: Repeat?
    /// SHA-256 of the request's body.
    let requestHash: [UInt8]
    let submission: CheckedSubmission
    /// Whole milliseconds, so that a repeat is answered with the same time.
    let receivedAt: Date
    let contact: SealedContact?
    /// Sealed words and the id of their key, where `submission.isSealed`.
    var words: (keyID: String, sealed: [UInt8])?
    /// Empty while the database is away: then the spool keeps the complaint, and they are made when it drains.
    var messages: [Message]
    /// W3C traceparent of the request.
    let trace: String
    /// Nobody could be asked whether area and coordinates fit.
    var placeUnchecked = false
}

/// What a complaint is made from: everything that its reporter's receipt depends on. The spool keeps it, sealed.
struct Acceptance: Sendable, Codable {
    /// UUIDv7; the complaint's id and the case's.
    let id: UUID
    let trackingCode: String
    let accessKeyHash: [UInt8]
    let caller: String
    var repeatKey: NewComplaint.Repeat?
    let requestHash: [UInt8]
    var submission: CheckedSubmission
    let receivedAt: Date
    let trace: String
    /// Nobody could be asked whether area and coordinates fit.
    var placeUnchecked = false
}

/// What became of one submission.
enum SubmissionOutcome: Sendable {
    /// It is durable.
    case stored
    /// It was stored before, by this or another request with the same content.
    case repeated(StoredComplaint)
    /// The key, or source and external id, belong to other content.
    case keyReused
    /// Sixty random bits met a code that exists; the caller draws again.
    case codeTaken
    /// The database refuses the row itself; the rest of its batch was stored.
    case refused(any Error)
    /// It was not stored, neither in the database nor in the spool: the client shall come again.
    case unavailable(any Error)
}

/// What a repeat needs of the complaint that was stored first.
struct StoredComplaint: Sendable {
    let trackingCode: String
    let accessKeyHash: [UInt8]
    let receivedAt: Date
    let missing: [String]
}
