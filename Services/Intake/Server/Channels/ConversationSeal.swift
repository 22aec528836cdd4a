import Crypto
import Foundation
import Identity
import NotificationAPI
import ServiceKit
import Tenancy

/// Seals what a conversation keeps to its own agency, and opens it again. The database sees neither numbers nor words.
struct ConversationSeal: Sendable {
    let scope: AgencyScope
    let publicKey: [UInt8]
    let keys: NodeKeys
    let contactKey: SymmetricKey

    /// - Throws: `Problem.databaseUnavailable` while the directory has no sealing key of the agency.
    init(_ scope: AgencyScope, door: DoorKey, keys: NodeKeys, _ directory: Directory) throws {
        guard let key = directory.sealingKey(of: scope.number, at: Date()),
            let raw = Data(base64Encoded: key.publicKey)
        else { throw Problem.databaseUnavailable }
        self.scope = scope
        publicKey = Array(raw)
        self.keys = keys
        // A keyed hash of a text that can be no access key: it holds blanks.
        contactKey = SymmetricKey(data: door.hash(accessKey: "key of contacts of \(scope.code)"))
    }

    /// By which a number is found again, and from which nobody gets back to it without the agency's key.
    func contact(_ phone: String) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Data(phone.utf8), using: contactKey))
    }

    func seal(_ text: String) throws -> [UInt8] { try Sealer.seal(Array(text.utf8), to: publicKey) }

    func seal(_ draft: Draft?) throws -> [UInt8]? {
        try draft.map { try Sealer.seal(Array(JSONEncoder().encode($0)), to: publicKey) }
    }

    func seal(_ contact: ReporterContact) throws -> [UInt8] {
        try Sealer.seal(JSONWriter.bytes(of: contact), to: publicKey)
    }

    func open(_ sealed: [UInt8]) throws -> [UInt8] { try keys.open(sealed, of: scope) }

    /// The row as the state machine takes it.
    func opened(_ row: StoredConversation) throws -> Conversation {
        var state = row.state
        if let draft = row.draft {
            let plain = try open(draft)
            state.draft = try JSONDecoder().decode(Draft.self, from: Data(plain))
        }
        return state
    }

    func person(_ row: StoredConversation) throws -> ReporterContact {
        try JSONDecoder().decode(ReporterContact.self, from: Data(try open(row.sealed)))
    }
}
