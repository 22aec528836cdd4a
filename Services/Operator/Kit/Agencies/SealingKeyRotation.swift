public import Foundation
private import Identity
public import Postgres

/// Changes the key to which an agency's secrets are sealed.
///
/// Nothing is sealed anew: every former private key stays in the node's key directory. The file comes first and the
/// directory's entry last, so nobody seals to a key that no process could open after a restart.
public struct SealingKeyRotation: Sendable {
    private let client: PostgresClient

    /// - Parameter client: Logged in as the migrator.
    public init(client: PostgresClient) {
        self.client = client
    }

    /// - Parameters:
    ///   - code: The agency's.
    ///   - keys: Folder of its private keys.
    /// - Returns: The new key's id.
    /// - Throws: `OperatorError` for an agency that the directory does not have.
    public func rotate(code: String, keys directory: URL) async throws -> String {
        let rows = try await client.query("SELECT number::int8 AS number FROM directory.agency WHERE code = \(code)")
        guard let number = try rows.first?.decode("number", as: Int.self) else {
            throw OperatorError("The directory has no agency \(code).")
        }
        let fresh = try AgencyKeys(agency: code, directory: directory).rotatingSealingKey(in: directory)
        let kid = try fresh.sealingKid()
        let key = Data(try fresh.sealingPublic()).base64EncodedString()
        try await client.withTransaction { transaction in
            try await transaction.execute(
                """
                UPDATE directory.agency_key SET valid_to = now()
                WHERE agency = \(number)::int8 AND purpose = 'sealing' AND valid_to IS NULL
                """)
            try await transaction.execute(
                """
                INSERT INTO directory.agency_key (agency, kid, purpose, public_key)
                VALUES (\(number)::int8, \(kid), 'sealing', \(key))
                """)
        }
        return kid
    }
}
