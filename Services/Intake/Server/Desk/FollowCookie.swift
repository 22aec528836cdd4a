import Crypto
import Foundation
import Identity

/// Proof that this browser gave the right access key of one complaint: a signed cookie that holds neither key nor name.
///
/// It is bound to the agency, the tracking code and the stored hash of the access key, and ends after half an hour, for
/// people use other people's phones (product decision 13).
struct FollowCookie: Sendable {
    static let seconds = 30 * 60

    /// The key that signs, derived from the agency's door key for this purpose alone.
    struct Key: Sendable {
        fileprivate let key: SymmetricKey

        init(door: DoorKey, agency: String) {
            // A keyed hash of a text that can be no access key: it holds blanks.
            key = SymmetricKey(data: door.hash(accessKey: "key of follow cookies of \(agency)"))
        }
    }

    let key: Key
    var now: Date = Date()

    /// The cookie's value: when it ends, and the signature.
    func value(code: String, accessKeyHash: [UInt8]) -> String {
        let expires = Int(now.timeIntervalSince1970) + Self.seconds
        return "\(expires).\(signature(code, accessKeyHash, expires))"
    }

    func accepts(_ value: String, code: String, accessKeyHash: [UInt8]) -> Bool {
        let parts = value.split(separator: ".", maxSplits: 1)
        guard parts.count == 2, let expires = Int(parts[0]), expires > Int(now.timeIntervalSince1970) else {
            return false
        }
        return ConstantTime.equal(String(parts[1]), signature(code, accessKeyHash, expires))
    }

    private func signature(_ code: String, _ hash: [UInt8], _ expires: Int) -> String {
        // Lengths are fixed or the parts hold no line ends, so no two inputs read the same.
        let message = Data("\(code)\n\(expires)\n".utf8) + hash
        return Base64URL.text(HMAC<SHA256>.authenticationCode(for: message, using: key.key))
    }
}
