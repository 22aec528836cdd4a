import Crypto
import Foundation
import Identity

/// The two secrets of a one-case link: what stands in the link, and the PIN that is told beside it. The database keeps digests.
struct LinkSecret: Sendable {
    let token: String
    let pin: String

    init(token: String, pin: String) {
        self.token = token
        self.pin = pin
    }

    /// 144 random bits and six digits.
    static func random() -> LinkSecret {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<18).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let number = Int.random(in: 0..<1_000_000, using: &generator)
        let digits = String(number)
        return LinkSecret(
            token: Base64URL.text(bytes), pin: String(repeating: "0", count: 6 - digits.count) + digits)
    }

    var tokenHash: [UInt8] { Self.hash(token: token) }
    /// Of no use without the token, so a stolen table opens nothing.
    var pinHash: [UInt8] { Array(SHA256.hash(data: Data("\(token):\(pin)".utf8))) }

    static func hash(token: String) -> [UInt8] { Array(SHA256.hash(data: Data(token.utf8))) }
}
