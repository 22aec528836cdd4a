private import Crypto
private import Foundation

/// What a new complaint gets at the door: the random bits of its tracking code, and its secret access key.
public struct Door: Sendable, Hashable {
    /// 60 bits for `TrackingCode`.
    public let bits: UInt64
    /// 43 characters of base64url: 32 bytes.
    public let accessKey: String
}

/// Makes codes and access keys, and recognises access keys later.
///
/// With an Idempotency-Key both derive from it, so that a repeated request gets the same answer even where no database
/// can be asked. Without one they are random.
public struct DoorKey: Sendable {
    private let key: SymmetricKey

    /// - Parameter bytes: At least 32 random bytes, known to the agency's intake only.
    /// - Throws: `KeyError.tooShort`.
    public init(bytes: [UInt8]) throws(KeyError) {
        guard bytes.count >= 32 else { throw .tooShort }
        self.key = SymmetricKey(data: bytes)
    }

    /// - Parameters:
    ///   - client: Who asks: the token's subject, or the empty string where nobody logged in.
    ///   - bodyHash: SHA-256 of the request's body, so that another body gets another code.
    public func door(agency: String, client: String, idempotencyKey: String?, bodyHash: [UInt8]) -> Door {
        guard let idempotencyKey else {
            return Door(
                bits: UInt64.random(in: 0..<(1 << 60)), accessKey: RandomBytes.base64URL(count: 32))
        }
        let parts = [Array(agency.utf8), Array(client.utf8), Array(idempotencyKey.utf8), bodyHash]
        let code = code("tracking code", parts)
        let bits = code.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } >> 4
        return Door(bits: bits, accessKey: Base64URL.text(self.code("access key", parts)))
    }

    /// As `door(agency:client:idempotencyKey:bodyHash:)`, hashing the body.
    public func door(agency: String, client: String, idempotencyKey: String?, body: [UInt8]) -> Door {
        door(
            agency: agency, client: client, idempotencyKey: idempotencyKey,
            bodyHash: Array(SHA256.hash(data: body)))
    }

    /// What is stored of an access key: 32 bytes from which nobody gets back to it, even with the database in hand.
    public func hash(accessKey: String) -> [UInt8] {
        code("stored access key", [Array(accessKey.utf8)])
    }

    /// Whether an access key is the one that was stored.
    public func matches(accessKey: String, hash stored: [UInt8]) -> Bool {
        ConstantTime.equal(hash(accessKey: accessKey), stored)
    }

    /// Every part is preceded by its length, so that no two lists of parts read the same.
    private func code(_ purpose: String, _ parts: [[UInt8]]) -> [UInt8] {
        var message: [UInt8] = []
        for part in [Array(purpose.utf8)] + parts {
            message.append(contentsOf: (0..<8).reversed().map { UInt8(truncatingIfNeeded: part.count >> ($0 * 8)) })
            message.append(contentsOf: part)
        }
        return Array(HMAC<SHA256>.authenticationCode(for: message, using: key))
    }
}

/// What is wrong with key material.
public enum KeyError: Error, Sendable, Hashable {
    case tooShort
    /// A key's file is missing or unreadable; the name of the file.
    case unreadable(String)
}
