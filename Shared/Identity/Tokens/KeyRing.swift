import Foundation
import JWTKit

/// The public keys at hand, and when to read them again.
actor KeyRing {
    struct Key: Sendable {
        let agency: String
        let signers: JWTKeyCollection
    }

    private let source: TokenVerifier.KeySource
    private let clock: @Sendable () -> Date
    private var keys: [String: Key] = [:]
    private var loaded: Date?
    private var tried: Date?

    private static let pause: TimeInterval = 10
    private static let age: TimeInterval = 300

    init(source: @escaping TokenVerifier.KeySource, clock: @escaping @Sendable () -> Date) {
        self.source = source
        self.clock = clock
    }

    /// The key of this id, or `nil` where no agency has one.
    /// - Throws: `.unavailable` as long as the keys could never be read.
    func key(_ kid: String) async throws(AuthenticationProblem) -> Key? {
        if loaded == nil || isDue(unknown: keys[kid] == nil) {
            let first = loaded == nil
            tried = clock()
            do {
                let fresh = try await source()
                await replace(fresh)
                loaded = clock()
            } catch {
                // Keys once read go on to be used while the database is away.
                if first && loaded == nil { throw .unavailable }
            }
        }
        return keys[kid]
    }

    private func isDue(unknown: Bool) -> Bool {
        guard let loaded, let tried else { return true }
        let now = clock()
        return now.timeIntervalSince(tried) >= Self.pause && (unknown || now.timeIntervalSince(loaded) >= Self.age)
    }

    private func replace(_ fresh: [VerificationKey]) async {
        var ring: [String: Key] = [:]
        for key in fresh {
            guard let pem = try? ES256PublicKey(pem: key.publicKey) else { continue }  // one bad row harms no other key
            let signers = JWTKeyCollection()
            await signers.add(ecdsa: pem, kid: JWKIdentifier(string: key.kid))
            ring[key.kid] = Key(agency: key.agency, signers: signers)
        }
        keys = ring
    }
}
