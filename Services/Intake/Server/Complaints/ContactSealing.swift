import Foundation
import Identity
import IntakeAPI
import NotificationAPI
import ServiceKit
import Tenancy

/// Seals who complained to the agency's public key, before anything of it reaches the database or a log.
enum ContactSealing {
    /// - Returns: `nil` when nothing is known of the reporter.
    /// - Throws: `Problem.databaseUnavailable` when the directory has no sealing key of the agency: an identity is never
    ///   stored in the clear.
    static func seal(
        _ contact: SubmissionContact, anonymous: Bool, code: String, agency: Int, _ directory: Directory, _ now: Date
    ) throws -> NewComplaint.SealedContact? {
        guard !contact.isEmpty else { return nil }
        guard let key = directory.sealingKey(of: agency, at: now), let raw = Data(base64Encoded: key.publicKey) else {
            throw Problem.databaseUnavailable
        }
        let plain = try JSONWriter.bytes(
            of: ReporterContact(name: contact.name, email: contact.email, phone: contact.phone))
        return NewComplaint.SealedContact(
            keyID: key.kid, sealed: try Sealer.seal(plain, to: Array(raw)), hasEmail: contact.email != nil,
            hasPhone: contact.phone != nil)
    }
}
