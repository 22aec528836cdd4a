import Crypto
import Foundation
import SinergiCore

/// What a message is called towards its channel: `<step id>.<hash>`, the same for every attempt.
enum Reference {
    /// - Parameters:
    ///   - recipient: `reporter` or an office's code; hashed, so that the name of a message says nothing about it.
    static func text(agency: Int, step: UUID, channel: Channel, recipient: String) -> String {
        let digest = SHA256.hash(data: Data("\(agency)|\(step.text)|\(channel.rawValue)|\(recipient)".utf8))
        let hash = digest.prefix(6).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
        return "\(step.text).\(hash)"
    }
}
