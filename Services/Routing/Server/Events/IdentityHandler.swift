import Exchange
import Foundation
import Postgres
import ServiceKit

/// Takes the copy of an identity that intake has sealed to a grantee, and lays it beside the grant.
struct IdentityHandler: Sendable {
    /// - Returns: Agencies to wake: none.
    func handle(_ event: CloudEvent, _ transaction: PostgresTransaction) async throws -> [Int] {
        let data = try JSONBody.parse(Array(event.data.utf8))
        guard let grant = data["grant_id"]?.string.flatMap(UUID.init(uuidString:)), let key = data["key_id"]?.string,
            let sealed = data["sealed"]?.string.flatMap({ Data(base64Encoded: $0) })
        else { throw Problem.invalid("#/data", "bad_format") }
        _ = try await transaction.query("SELECT casework.deliver_identity(\(grant), \(key), \(Array(sealed)))")
        return []
    }
}
