import Crypto
import Foundation
import Identity

/// Six digits that go to a telephone or a mailbox, and come back if they got there.
struct OneTimeCode: Sendable {
    /// How long it counts.
    static let lifetime: TimeInterval = 600
    /// After so many wrong ones another code is needed: one guess in 200,000 succeeds.
    static let attempts = 5

    let digits: String

    static func random() -> OneTimeCode {
        let digits = String(Int.random(in: 0..<1_000_000))
        return OneTimeCode(digits: String(repeating: "0", count: 6 - digits.count) + digits)
    }

    /// What somebody typed; blanks and hyphens do not count. `nil` for what is no code.
    init?(typed: String) {
        let digits = typed.filter { $0 != " " && $0 != "-" }
        guard digits.utf8.count == 6, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        self.digits = digits
    }

    private init(digits: String) { self.digits = digits }

    struct Key: Sendable {
        private let key: SymmetricKey

        init(door: DoorKey, agency: String) {
            // A keyed hash of a text that can be no access key: it holds blanks.
            key = SymmetricKey(data: door.hash(accessKey: "key of one-time codes of \(agency)"))
        }

        /// 32 bytes; of the same digits another for each check, so that a dump of the table tells nothing.
        func hash(_ code: OneTimeCode, check: UUID) -> [UInt8] {
            Array(HMAC<SHA256>.authenticationCode(for: Data("\(check.uuidString):\(code.digits)".utf8), using: key))
        }

        /// In constant time.
        func matches(_ code: OneTimeCode, check: UUID, hash stored: [UInt8]) -> Bool {
            ConstantTime.equal(hash(code, check: check), stored)
        }
    }
}
