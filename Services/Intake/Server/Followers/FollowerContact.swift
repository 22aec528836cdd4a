import Foundation
import Identity
import NotificationAPI
import ServiceKit
import SinergiCore
import Tenancy

/// Where a follower is told: one e-mail address or one telephone number, sealed like a reporter's contact.
struct FollowerContact: Sendable, Codable, Hashable {
    var email: String?
    var phone: String?

    /// - Throws: 422 `validation`: neither, or one that no channel could use.
    init(email: String?, phone: String?) throws(Problem) {
        let email = email.flatMap { $0.isEmpty ? nil : $0 }
        let phone = phone.flatMap { $0.isEmpty ? nil : $0 }
        guard email != nil || phone != nil else {
            throw .validation([
                FieldError(
                    "email", code: "required", id: "Isi surel atau nomor HP.",
                    en: "Give an e-mail address or a telephone number.")
            ])
        }
        if let email {
            guard ContactRules.isEmail(email) else {
                throw .validation([
                    FieldError(
                        "email", code: "bad_format", id: "Tulis surel seperti nama@contoh.id.",
                        en: "Write an address like name@example.org.")
                ])
            }
            // One way is enough; mail costs nobody anything.
            (self.email, self.phone) = (email, nil)
            return
        }
        guard let number = phone.flatMap(ContactRules.phone) else {
            throw .validation([
                FieldError(
                    "phone", code: "bad_format", id: "Tulis nomor seperti +6281234567890.",
                    en: "Write a number like +6281234567890.")
            ])
        }
        (self.email, self.phone) = (nil, number)
    }

    var channel: String { email == nil ? "sms" : "mail" }

    /// By which a second request of the same address is known; nobody gets back from it without the agency's key.
    func hash(_ door: DoorKey) -> [UInt8] {
        // Blanks: no access key has this hash.
        door.hash(accessKey: "follower \(channel) " + (email?.lowercased() ?? phone ?? ""))
    }
}

/// The link that one follower gets: whoever holds it may confirm, read and stop, and nothing else.
enum FollowerLink {
    /// 38 characters: the row's id and 96 bits of a keyed hash of it.
    static func token(_ id: UUID, _ door: DoorKey) -> String {
        let bytes = withUnsafeBytes(of: id.uuid) { Array($0) }
        return Base64URL.text(bytes)
            + Base64URL.text(Array(door.hash(accessKey: "link of follower \(id.text)").prefix(12)))
    }

    /// - Returns: `nil` for what this agency never gave out.
    static func id(of token: String, _ door: DoorKey) -> UUID? {
        guard token.utf8.count == 38, let bytes = Base64URL.bytes(String(token.prefix(22))), bytes.count == 16 else {
            return nil
        }
        let id = bytes.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
        return ConstantTime.equal(token, self.token(id, door)) ? id : nil
    }
}
