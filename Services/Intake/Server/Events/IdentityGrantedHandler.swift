import Exchange
import Foundation
import Identity
import IntakeAPI
import Postgres
import RoutingAPI
import ServiceKit
import SinergiCore
import Tenancy

/// Seals a copy of what was granted of a reporter's identity to the grantee's key. Only the origin can: only it can open the original.
struct IdentityGrantedHandler: Sendable {
    let keys: NodeKeys
    let directory: DirectoryStore

    /// - Returns: Agencies to wake: none but the own.
    func handle(_ event: CloudEvent, _ transaction: PostgresTransaction, _ scope: AgencyScope) async throws -> [Int] {
        let data = try JSONBody.parse(Array(event.data.utf8))
        guard let grant = data["grant_id"]?.string.flatMap(UUID.init(uuidString:)),
            let complaint = data["case_id"]?.string.flatMap(UUID.init(uuidString:)),
            let grantee = data["agency"]?.integer
        else { throw Problem.invalid("#/data", "bad_format") }
        let granted = data["fields"]?.array?.compactMap(\.string) ?? []
        guard let key = try await directory.current().sealingKey(of: grantee, at: Date()),
            let raw = Data(base64Encoded: key.publicKey)
        else { throw Problem.databaseUnavailable }
        let rows = try await transaction.query(
            """
            SELECT r.sealed, r.email_verified_at IS NOT NULL AS email_verified,
                r.phone_verified_at IS NOT NULL OR c.channel IN ('sms', 'whatsapp') AS phone_verified
            FROM intake.reporter r JOIN intake.complaint c ON c.agency = r.agency AND c.id = r.complaint
            WHERE r.agency = directory.me() AND r.complaint = \(complaint)
            """)
        var copy = JSONObject()
        if let row = rows.first {
            let contact = try JSONBody.parse(try keys.open(try row.decode("sealed", as: [UInt8].self), of: scope))
            for name in granted where ["name", "email", "phone"].contains(name) { copy[name] = contact[name] ?? .null }
            // That it is the reporter's own was shown by a code, or by writing from it.
            if granted.contains("email") { copy["email_verified"] = .bool(try row.decode("email_verified")) }
            if granted.contains("phone") { copy["phone_verified"] = .bool(try row.decode("phone_verified")) }
        }
        let sealed = try Sealer.seal(
            try JSONWriter.bytes(of: JSONValue.object(copy)), to: Array(raw), about: "grant \(grant.text)")
        let answer: JSONValue = [
            "grant_id": .string(grant.text), "key_id": .string(key.kid),
            "sealed": .string(Data(sealed).base64EncodedString()),
        ]
        try await Exchange.enqueue(
            [
                OutgoingMessage(
                    id: UUID.v7(), destination: scope.number, service: .routing, lane: "grant:\(grant.text)", number: 1,
                    type: IntakeEventType.identityResealed, data: try JSONWriter.text(of: answer),
                    trace: event.traceparent)
            ], in: transaction)
        return [scope.number]
    }
}
