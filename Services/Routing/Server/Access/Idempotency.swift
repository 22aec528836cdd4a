import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Identity
import Postgres
import ServiceKit

/// A creating request that its caller may send again: the first answer is kept for a day and given again.
struct IdempotentRequest: Sendable {
    let caller: String
    let key: String
    /// What was asked: method, path and body.
    let hash: [UInt8]
    private let words: [UUID: WordsKey]

    init(caller: Caller, key: String, request: Request, body: [UInt8]) {
        self.caller = String(caller.principal.subject.prefix(200))
        self.key = key
        words = caller.words
        var hash = SHA256()
        hash.update(data: Data("\(request.method.rawValue) \(request.uri.path)\n".utf8))
        hash.update(data: Data(body))
        self.hash = Array(hash.finalize())
    }

    /// Takes the key for this transaction. A request with the same key that runs at the same time waits here until the
    /// first has committed, and then finds its answer.
    /// - Returns: The first answer, for a repeat.
    /// - Throws: 422 `idempotency_key_reused`.
    func claim(in transaction: PostgresTransaction) async throws -> Reply? {
        let claimed = try await transaction.query(
            """
            INSERT INTO casework.idempotency AS i (agency, caller, key, request_hash, status, response)
            VALUES (directory.me(), \(caller), \(key), \(hash), 0, '')
            ON CONFLICT (agency, caller, key) DO UPDATE
                SET request_hash = excluded.request_hash, status = 0, response = '', created_at = clock_timestamp()
                WHERE i.created_at < clock_timestamp() - interval '24 hours'
            RETURNING i.key
            """)
        guard claimed.isEmpty else { return nil }
        let rows = try await transaction.query(
            """
            SELECT request_hash, status::int8 AS status, response
            FROM casework.idempotency
            WHERE agency = directory.me() AND caller = \(caller) AND key = \(key)
            """)
        guard let row = rows.first else { return nil }
        guard try row.decode("request_hash", as: [UInt8].self) == hash else { throw Problem.idempotencyKeyReused }
        return Reply(
            bytes: Array(WordsKey.reveal(try row.decode("response", as: String.self)) { words[$0] }.utf8),
            status: HTTPResponse.Status(code: try row.decode("status", as: Int.self)))
    }

    /// Keeps the answer for repeats.
    func keep(_ reply: Reply) -> SQL {
        let text = String(decoding: reply.bytes, as: UTF8.self)
        // The answer about a secret case has its words in the clear; the kept one must not.
        let response = words.first.map { $0.value.seal(text, about: $0.key) } ?? text
        return """
            UPDATE casework.idempotency
            SET status = \(Int32(reply.status.code))::int4, response = \(response)
            WHERE agency = directory.me() AND caller = \(caller) AND key = \(key)
            """
    }
}
