private import Crypto
private import CryptoExtras
private import Dispatch
private import Foundation

/// Officers' passwords, kept as scrypt hashes: `scrypt$<log2 rounds>$<block size>$<parallelism>$<salt>$<hash>`.
///
/// The work is done on a queue of its own, one at a time: a burst of logins takes one core and 16 MiB, not the service.
public enum Passwords {
    /// A hash of a password with a salt of its own.
    public static func hash(_ password: String) async throws -> String {
        let salt = RandomBytes.make(count: 16)
        let cost = Cost.standard
        let hash = try await cost.derive(password, salt: salt)
        return cost.prefix + [salt, hash].map { Base64URL.text($0) }.joined(separator: "$")
    }

    /// Whether a password belongs to a hash. Without a hash it takes as long and is false, so that nobody can find out
    /// which names exist.
    public static func verify(_ password: String, against stored: String?) async -> Bool {
        let (cost, salt, expected) = stored.flatMap(parse) ?? (.standard, Array(repeating: 0, count: 16), [])
        guard password.utf8.count <= 1024, let hash = try? await cost.derive(password, salt: salt) else { return false }
        return ConstantTime.equal(hash, expected)
    }

    private static func parse(_ stored: String) -> (Cost, [UInt8], [UInt8])? {
        let parts = stored.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "scrypt", let log = Int(parts[1]), let block = Int(parts[2]),
            let parallelism = Int(parts[3]), let cost = Cost(log: log, block: block, parallelism: parallelism),
            let salt = Base64URL.bytes(String(parts[4])), let hash = Base64URL.bytes(String(parts[5])), hash.count == 32
        else { return nil }
        return (cost, salt, hash)
    }

    /// How much work one hash is. The standard is OWASP's for 16 MiB of memory.
    private struct Cost: Sendable {
        static let standard = Cost(rounds: 14, blockSize: 8, lanes: 5)

        let rounds: Int
        let blockSize: Int
        let lanes: Int

        private init(rounds: Int, blockSize: Int, lanes: Int) {
            self.rounds = rounds
            self.blockSize = blockSize
            self.lanes = lanes
        }

        /// `nil` for a cost that would stall the service.
        init?(log: Int, block: Int, parallelism: Int) {
            guard (10...17).contains(log), (1...16).contains(block), (1...16).contains(parallelism) else { return nil }
            self.init(rounds: log, blockSize: block, lanes: parallelism)
        }

        var prefix: String { "scrypt$\(rounds)$\(blockSize)$\(lanes)$" }

        func derive(_ password: String, salt: [UInt8]) async throws -> [UInt8] {
            try await withCheckedThrowingContinuation { continuation in
                Passwords.queue.async {
                    continuation.resume(
                        with: Result {
                            try KDF.Scrypt.deriveKey(
                                from: Data(password.utf8), salt: Data(salt), outputByteCount: 32, rounds: 1 << rounds,
                                blockSize: blockSize, parallelism: lanes
                            ).withUnsafeBytes { Array($0) }
                        })
                }
            }
        }
    }

    private static let queue = DispatchQueue(label: "sinergi.passwords")
}
