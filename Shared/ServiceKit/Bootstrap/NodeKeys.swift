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
