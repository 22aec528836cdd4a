import NotificationAPI
import ServiceKit
import SinergiCore

/// A telephone number or address of mail that a reporter says is theirs.
struct ContactClaim: Sendable, Hashable {
    enum Channel: String, Sendable, Hashable { case sms, whatsapp, email }

    let channel: Channel
    /// In international form, or as typed.
    let contact: String

    /// - Parameter typed: `nil`: the contact that came with the complaint.
    /// - Throws: 422.
    init(_ channel: Channel, typed: String?, of known: ReporterContact?) throws(Problem) {
        self.channel = channel
        switch channel {
        case .email:
            guard let text = typed ?? known?.email else { throw .invalid("#/contact", "required") }
            guard ContactRules.isEmail(text) else { throw .invalid("#/contact", "bad_format") }
            contact = text
        case .sms, .whatsapp:
            guard let text = typed ?? known?.phone else { throw .invalid("#/contact", "required") }
            guard let number = ContactRules.phone(text) else { throw .invalid("#/contact", "bad_format") }
            contact = number
        }
    }

    var isEmail: Bool { channel == .email }

    /// As notification calls it.
    var wireChannel: String { isEmail ? "mail" : channel.rawValue }

    /// Enough for its owner to know it by: `•••123`, `s•••@contoh.id`.
    var hint: String {
        guard isEmail else { return "•••" + contact.suffix(3) }
        let parts = contact.split(separator: "@", maxSplits: 1)
        return "\(contact.prefix(1))•••@\(parts.last ?? "")"
    }

    /// The reporter as they are known once this is theirs. Whoever proves a way to be reached wants to be told by it.
    func added(to known: ReporterContact?) -> ReporterContact {
        var contact = known ?? ReporterContact(name: nil, email: nil, phone: nil)
        if isEmail { contact.email = self.contact } else { contact.phone = self.contact }
        contact.preferredChannel = nil
        return contact
    }
}
