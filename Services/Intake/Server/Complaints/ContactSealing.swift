import Foundation
import Identity
import IntakeAPI
import NotificationAPI
import ServiceKit
import SinergiCore
import Tenancy

/// Seals to the agency's public key, before anything of it reaches the database or a log: who complained, and the words
/// of confidential complaints.
struct AgencySeal: Sendable {
    let keyID: String
    private let publicKey: [UInt8]

    /// - Throws: `Problem.databaseUnavailable` when the directory has no sealing key of the agency: what is secret is
    ///   never stored in the clear.
    init(agency: Int, _ directory: Directory, _ now: Date) throws {
        guard let key = directory.sealingKey(of: agency, at: now), let raw = Data(base64Encoded: key.publicKey) else {
            throw Problem.databaseUnavailable
        }
        keyID = key.kid
        publicKey = Array(raw)
    }

    func seal(_ plain: [UInt8], about: String = "") throws -> [UInt8] {
        try Sealer.seal(plain, to: publicKey, about: about)
    }

    /// - Returns: `nil` when nothing is known of the reporter.
    func contact(of submission: CheckedSubmission) throws -> NewComplaint.SealedContact? {
        let contact = submission.contact
        guard !contact.isEmpty || submission.onBehalfOf != nil else { return nil }
        let plain = try JSONWriter.bytes(
            of: ReporterContact(
                name: contact.name, email: contact.email, phone: contact.phone, onBehalfOf: submission.onBehalfOf,
                lat: contact.lat, long: contact.long, preferredChannel: contact.preferredChannel))
        // Only ways that the reporter wants to be told by count as ways.
        let wanted = contact.preferredChannel.flatMap(PreferredChannel.init(rawValue:))
        let byMail =
            contact.email != nil
            && (wanted == nil || wanted == .email || (contact.phone == nil && wanted != PreferredChannel.none))
        let byPhone =
            contact.phone != nil
            && (wanted == nil || wanted == .sms || wanted == .whatsapp
                || (contact.email == nil && wanted != PreferredChannel.none))
        return NewComplaint.SealedContact(
            keyID: keyID, sealed: try seal(plain), hasEmail: byMail, hasPhone: byPhone)
    }

    /// The words of a complaint that nobody may read in the database; `nil` for others.
    func words(of submission: CheckedSubmission, id: UUID) throws -> [UInt8]? {
        guard submission.isSealed else { return nil }
        return try seal(try JSONWriter.bytes(of: submission.texts), about: id.text)
    }
}

extension CheckedSubmission {
    var texts: ComplaintTexts {
        ComplaintTexts(
            title: title, description: description, address: address, accusedPerson: accused?.personText,
            attributes: attributes, wordsKey: WordsKey.random().text)
    }
}
