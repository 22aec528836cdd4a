import Crypto
import Foundation
import Identity

/// Recognises a telephone number or an e-mail address again without keeping it.
struct ContactHash: Sendable {
    private let key: SymmetricKey

    init(door: DoorKey, agency: String) {
        // A keyed hash of a text that can be no access key: it holds blanks.
        key = SymmetricKey(data: door.hash(accessKey: "key of contacts at the door of \(agency)"))
    }

    /// 32 bytes. Numbers count in international form, addresses in small letters.
    func of(_ contact: String) -> [UInt8] {
        let text = ContactRules.phone(contact) ?? contact.lowercased()
        return Array(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key))
    }
}
