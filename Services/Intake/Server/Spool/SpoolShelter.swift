import Foundation
import Identity
import Logging
import ServiceKit

/// The way of one agency's complaints into the spool.
struct SpoolShelter: Sendable {
    let spool: Spool
    let watch: DatabaseWatch
    let agency: Int
    /// X25519, 32 raw bytes: whoever finds the disk cannot read it.
    let publicKey: [UInt8]

    /// One outcome for each complaint, in order: `stored` once it is on the disk.
    func keep(_ complaints: [NewComplaint], _ logger: Logger) async -> [SubmissionOutcome] {
        do {
            return try await spool.keep(complaints.map(entry)).map(Self.outcome)
        } catch {
            logger.error("spool takes nothing", metadata: ["error": "\(String(reflecting: error))"])
            return complaints.map { _ in .unavailable(Problem.databaseUnavailable) }
        }
    }

    /// What is known of these complaints because they wait here; `nil` for each that does not.
    /// - Throws: What SQLite says.
    func known(_ complaints: [NewComplaint]) async throws -> [SubmissionOutcome?] {
        guard spool.waiting > 0 else { return complaints.map { _ in nil } }
        return try await spool.known(complaints.map(entry)).map { $0.map(Self.outcome) }
    }

    private static func outcome(of kept: Spool.Kept) -> SubmissionOutcome {
        switch kept {
        case .kept: .stored
        case .repeated(let first): .repeated(first)
        case .keyReused: .keyReused
        }
    }

    private func entry(_ complaint: NewComplaint) throws -> Spool.Entry {
        let plain = try JSONCoding.encoder.encode(complaint.acceptance)
        return Spool.Entry(
            agency: agency,
            first: StoredComplaint(
                trackingCode: complaint.trackingCode, accessKeyHash: complaint.accessKeyHash,
                receivedAt: complaint.receivedAt, missing: complaint.submission.missing),
            caller: complaint.repeatKey?.caller ?? complaint.caller,
            key: complaint.repeatKey.map { Fingerprint.text($0.key) }, requestHash: complaint.requestHash,
            sealed: try Sealer.seal(Array(plain), to: publicKey, about: Self.about))
    }

    /// What sealed entries are about.
    static let about = "spool"
}
