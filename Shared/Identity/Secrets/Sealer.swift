private import Crypto
private import Foundation

/// Seals texts to an agency's public key: HPKE (RFC 9180) with X25519, HKDF-SHA256 and AES-256-GCM.
///
/// Sealed form: one byte for the version (1), 32 bytes encapsulated key, ciphertext with its tag.
public enum Sealer {
    /// Why something cannot be sealed or opened.
    public enum Failure: Error, Sendable, Hashable {
        /// A key is not 32 bytes.
        case badKey
        /// Not sealed by this code, cut short, meant for another key, or about something else.
        case cannotOpen
    }

    /// - Parameters:
    ///   - publicKey: 32 raw bytes.
    ///   - about: What it belongs to, such as a complaint's id; needed again to open, so that sealed texts cannot be
    ///     exchanged for one another.
    public static func seal(_ plain: [UInt8], to publicKey: [UInt8], about: String = "") throws(Failure) -> [UInt8] {
        guard let key = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: publicKey) else { throw .badKey }
        do {
            var sender = try HPKE.Sender(recipientKey: key, ciphersuite: suite, info: info)
            let sealed = try sender.seal(plain, authenticating: Array(about.utf8))
            return [version] + sender.encapsulatedKey + sealed
        } catch {
            throw .badKey
        }
    }

    /// - Parameter privateKey: 32 raw bytes.
    public static func open(_ sealed: [UInt8], with privateKey: [UInt8], about: String = "") throws(Failure) -> [UInt8]
    {
        guard let key = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: privateKey) else { throw .badKey }
        guard sealed.first == version, sealed.count > 33 else { throw .cannotOpen }
        do {
            var recipient = try HPKE.Recipient(
                privateKey: key, ciphersuite: suite, info: info, encapsulatedKey: Data(sealed[1..<33]))
            return Array(try recipient.open(sealed[33...], authenticating: Array(about.utf8)))
        } catch {
            throw .cannotOpen
        }
    }

    private static let version: UInt8 = 1
    private static let info = Data("sinergi sealed text 1".utf8)
    private static var suite: HPKE.Ciphersuite {
        HPKE.Ciphersuite(kem: .Curve25519_HKDF_SHA256, kdf: .HKDF_SHA256, aead: .AES_GCM_256)
    }
}
