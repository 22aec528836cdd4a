import Crypto
import Foundation
import JWTKit

/// An agency's private signing key with the id that its tokens bear.
struct SigningKey: Sendable {
    let kid: String
    let publicPEM: String
    private let key: ES256PrivateKey

    init(agency: String, pem: String) throws {
        let raw = try P256.Signing.PrivateKey(pemRepresentation: pem)
        self.key = try ES256PrivateKey(backing: raw)
        self.publicPEM = raw.publicKey.pemRepresentation
        let thumbprint = SHA256.hash(data: raw.publicKey.x963Representation)
        self.kid = "\(agency)-\(Hex.text(Array(thumbprint).prefix(8)))"
    }

    func sign(_ claims: Claims, with signers: JWTKeyCollection) async throws -> String {
        let identifier = JWKIdentifier(string: kid)
        await signers.add(ecdsa: key, kid: identifier)
        return try await signers.sign(claims, kid: identifier)
    }
}

enum Hex {
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }
}
