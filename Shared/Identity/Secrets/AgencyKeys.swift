public import Foundation
private import Crypto

/// An agency's three private keys, as they lie in `node.key.directory`.
///
/// `<CODE>.signing.pem` (P-256, PKCS 8), `<CODE>.sealing.key` (X25519, base64), `<CODE>.door.key` (32 bytes, base64).
/// Beside them, after a change of the sealing key, `<CODE>.sealing.<key id>.key` for each that went before.
public struct AgencyKeys: Sendable {
    public let agency: String
    /// PEM of the key that signs tokens.
    public let signingPEM: String
    /// 32 raw bytes that open what was sealed to the agency.
    public let sealingPrivate: [UInt8]
    /// Sealing keys that went before it: they open what was sealed then.
    public let formerSealingPrivate: [[UInt8]]
    /// 32 bytes from which codes and access keys derive.
    public let door: [UInt8]

    /// Fresh keys.
    public static func generate(agency: String) -> AgencyKeys {
        AgencyKeys(
            agency: agency, signingPEM: P256.Signing.PrivateKey().pemRepresentation,
            sealingPrivate: Array(Curve25519.KeyAgreement.PrivateKey().rawRepresentation),
            door: RandomBytes.make(count: 32))
    }

    private init(
        agency: String, signingPEM: String, sealingPrivate: [UInt8], formerSealingPrivate: [[UInt8]] = [], door: [UInt8]
    ) {
        self.agency = agency
        self.signingPEM = signingPEM
        self.sealingPrivate = sealingPrivate
        self.formerSealingPrivate = formerSealingPrivate
        self.door = door
    }

    /// Reads the files.
    /// - Throws: `KeyError.unreadable` with the file's name.
    public init(agency: String, directory: URL) throws(KeyError) {
        self.init(
            agency: agency, signingPEM: try Self.text(directory, "\(agency).signing.pem"),
            sealingPrivate: try Self.bytes(directory, "\(agency).sealing.key"),
            formerSealingPrivate: try Self.formerKeys(of: agency, directory),
            door: try Self.bytes(directory, "\(agency).door.key"))
    }

    /// Writes the files, readable by their owner only.
    public func write(to directory: URL) throws {
        let files = [
            ("signing.pem", signingPEM), ("sealing.key", Data(sealingPrivate).base64EncodedString()),
            ("door.key", Data(door).base64EncodedString()),
        ]
        for (name, text) in files {
            let path = directory.appending(path: "\(agency).\(name)").path
            let attributes = [FileAttributeKey.posixPermissions: 0o600]
            guard
                FileManager.default.createFile(atPath: path, contents: Data((text + "\n").utf8), attributes: attributes)
            else { throw KeyError.unreadable(path) }
        }
    }

    /// Puts a fresh sealing key in the place of the present one, which stays beside it for what it has sealed.
    /// - Returns: The keys as they are now.
    public func rotatingSealingKey(in directory: URL) throws -> AgencyKeys {
        let former = directory.appending(path: "\(agency).sealing.\(try sealingKid()).key").path
        let present = directory.appending(path: "\(agency).sealing.key").path
        let attributes = [FileAttributeKey.posixPermissions: 0o600]
        let fresh = Array(Curve25519.KeyAgreement.PrivateKey().rawRepresentation)
        for (path, key) in [(former, sealingPrivate), (present + ".new", fresh)] {
            let text = Data((Data(key).base64EncodedString() + "\n").utf8)
            guard FileManager.default.createFile(atPath: path, contents: text, attributes: attributes) else {
                throw KeyError.unreadable(path)
            }
        }
        // One step: at no instant is there no present key.
        guard rename(present + ".new", present) == 0 else { throw KeyError.unreadable(present) }
        return try AgencyKeys(agency: agency, directory: directory)
    }

    /// PEM of the public signing key, for the directory.
    public func signingPublicPEM() throws -> String {
        try SigningKey(agency: agency, pem: signingPEM).publicPEM
    }

    /// The id of the signing key, for the directory and the tokens' header.
    public func signingKid() throws -> String {
        try SigningKey(agency: agency, pem: signingPEM).kid
    }

    /// 32 raw bytes to which others seal.
    public func sealingPublic() throws -> [UInt8] {
        Array(try Curve25519.KeyAgreement.PrivateKey(rawRepresentation: sealingPrivate).publicKey.rawRepresentation)
    }

    /// The id of the sealing key, for the directory and beside what was sealed.
    public func sealingKid() throws -> String {
        "\(agency)-\(Hex.text(Array(SHA256.hash(data: try sealingPublic())).prefix(8)))"
    }

    private static func formerKeys(of agency: String, _ directory: URL) throws(KeyError) -> [[UInt8]] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        var keys: [[UInt8]] = []
        for name in names.sorted(by: >) where name.hasPrefix("\(agency).sealing.\(agency)-") && name.hasSuffix(".key") {
            keys.append(try bytes(directory, name))
        }
        return keys
    }

    private static func text(_ directory: URL, _ name: String) throws(KeyError) -> String {
        guard let text = try? String(contentsOf: directory.appending(path: name), encoding: .utf8) else {
            throw .unreadable(name)
        }
        return text
    }

    private static func bytes(_ directory: URL, _ name: String) throws(KeyError) -> [UInt8] {
        let text = try text(directory, name).trimmingCharacters(in: .whitespacesAndNewlines)
        guard let data = Data(base64Encoded: text), data.count == 32 else { throw .unreadable(name) }
        return Array(data)
    }
}
