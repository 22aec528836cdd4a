import Crypto
import Foundation
import HTTPTypes
import Identity

/// A task that costs a flood more than a person: work for a machine, or a question for people without JavaScript.
///
/// Both are signed by the agency's door key and kept nowhere; only what was used is remembered until it expires.
/// ```
/// w.<bits>.<expires>.<random>.<signature>    work: SHA-256 of "<challenge>:<nonce>" begins with <bits> zero bits
/// q.<opens>.<expires>.<random>.<signature>   question: the signature covers the answer too
/// ```
struct Challenge: Sendable {
    /// `X-Sinergi-Proof: <challenge>:<nonce or answer>`.
    static let header: HTTPField.Name = {
        guard let name = HTTPField.Name("X-Sinergi-Proof") else { preconditionFailure("no field name") }
        return name
    }()
    /// How long an answer may take: a slow phone, a slow reader.
    static let lifetime: TimeInterval = 900
    /// A person takes longer to read and type; a machine has to wait as long.
    static let reading: TimeInterval = 3

    /// The challenge itself, as it goes out and comes back.
    let text: String
    let expiresAt: Date

    enum Verdict: Sendable, Hashable {
        /// Right; its random part, by which it is known when it comes again.
        case right(String)
        /// Right, but quicker than anybody reads.
        case early
        case wrong
    }

    struct Key: Sendable {
        private let key: SymmetricKey

        init(door: DoorKey, agency: String) {
            // A keyed hash of a text that can be no access key: it holds blanks.
            key = SymmetricKey(data: door.hash(accessKey: "key of challenges of \(agency)"))
        }

        func work(bits: Int, now: Date) -> Challenge { signed("w.\(bits)", answer: "", now) }

        /// - Parameters:
        ///   - answer: What the question asks for.
        ///   - opens: Before this no answer counts.
        func question(answer: String, opens: Date) -> Challenge {
            signed("q.\(Int(opens.timeIntervalSince1970.rounded(.up)))", answer: answer, opens)
        }

        private func signed(_ head: String, answer: String, _ from: Date) -> Challenge {
            let expires = Int(from.timeIntervalSince1970 + Challenge.lifetime)
            let body = "\(head).\(expires).\(RandomBytes.base64URL(count: 12))"
            return Challenge(
                text: "\(body).\(signature(body, answer))",
                expiresAt: Date(timeIntervalSince1970: TimeInterval(expires)))
        }

        private func signature(_ body: String, _ answer: String) -> String {
            let code = HMAC<SHA256>.authenticationCode(for: Data("\(body):\(answer)".utf8), using: key)
            return Base64URL.text(Array(code.prefix(16)))
        }

        /// - Parameter proof: `<challenge>:<nonce or answer>`.
        func verdict(_ proof: String, now: Date) -> Verdict {
            guard proof.utf8.count <= 200, let colon = proof.firstIndex(of: ":") else { return .wrong }
            let challenge = proof[..<colon]
            let answer = String(proof[proof.index(after: colon)...])
            let parts = challenge.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 5, let number = Int(parts[1]), let expires = Int(parts[2]),
                now.timeIntervalSince1970 < TimeInterval(expires)
            else { return .wrong }
            let body = parts[..<4].joined(separator: ".")
            switch parts[0] {
            case "w":
                guard ConstantTime.equal(parts[4], signature(body, "")), Self.leadingZeros(proof) >= number else {
                    return .wrong
                }
                return .right(parts[3])
            case "q":
                guard ConstantTime.equal(parts[4], signature(body, answer.filter(\.isNumber))) else { return .wrong }
                return now.timeIntervalSince1970 < TimeInterval(number) ? .early : .right(parts[3])
            default: return .wrong
            }
        }

        private static func leadingZeros(_ text: String) -> Int {
            var bits = 0
            for byte in SHA256.hash(data: Data(text.utf8)) {
                bits += byte.leadingZeroBitCount
                if byte != 0 { break }
            }
            return bits
        }
    }
}
