import Foundation
public import Identity
public import Tenancy

/// The private keys of a node's agencies, read once from `node.key.directory`.
public struct NodeKeys: Sendable {
    private struct Agency {
        let keys: AgencyKeys
        let door: DoorKey
    }

    private let agencies: [String: Agency]

    /// - Throws: `ConfigurationError` that names the file, never its content.
    public init(directory: String, agencies codes: [String]) throws(ConfigurationError) {
        var agencies: [String: Agency] = [:]
        for code in codes {
            do {
                let keys = try AgencyKeys(agency: code, directory: URL(filePath: directory))
                agencies[code] = Agency(keys: keys, door: try DoorKey(bytes: keys.door))
            } catch KeyError.unreadable(let file) {
                throw ConfigurationError(key: "node.key.directory", reason: "\(file) is missing or unreadable")
            } catch {
                throw ConfigurationError(
                    key: "node.key.directory", reason: "the keys of \(code) are unusable: \(error)")
            }
        }
        self.agencies = agencies
    }

    /// 32 raw bytes that open what others sealed to the agency; `nil` for an agency of another node.
    public func sealing(_ agency: AgencyScope) -> [UInt8]? { agencies[agency.code]?.keys.sealingPrivate }

    /// 32 raw bytes to which the agency's secrets are sealed; `nil` for an agency of another node.
    public func sealingPublic(_ agency: AgencyScope) throws -> [UInt8]? {
        try agencies[agency.code]?.keys.sealingPublic()
    }

    /// Opens what was sealed to the agency, with its present key or one that it had before (`sinergi agency rotate-key`).
    /// - Throws: `Sealer.Failure`; `.badKey` for an agency of another node.
    public func open(_ sealed: [UInt8], of agency: AgencyScope, about: String = "") throws(Sealer.Failure) -> [UInt8] {
        guard let keys = agencies[agency.code]?.keys else { throw .badKey }
        // HPKE tells a wrong key by itself; an agency has few.
        for key in [keys.sealingPrivate] + keys.formerSealingPrivate {
            if let plain = try? Sealer.open(sealed, with: key, about: about) { return plain }
        }
        throw .cannotOpen
    }

    /// Makes an agency's tracking codes and access keys; `nil` for an agency of another node.
    public func door(_ agency: AgencyScope) -> DoorKey? { agencies[agency.code]?.door }

    /// Signers of the agencies' tokens, by code.
    func issuers() throws(ConfigurationError) -> [String: TokenIssuer] {
        var issuers: [String: TokenIssuer] = [:]
        for (code, agency) in agencies {
            guard let issuer = try? TokenIssuer(agency: code, pem: agency.keys.signingPEM) else {
                throw ConfigurationError(
                    key: "node.key.directory", reason: "\(code).signing.pem is no P-256 key in PEM")
            }
            issuers[code] = issuer
        }
        return issuers
    }
}
