import Postgres
import ServiceKit
import Tenancy

/// Writes one row of an agency-private table, harmlessly repeatable where the caller asks for it.
struct PrivateWrite: Sendable {
    let database: AgencyDatabase

    /// - Parameters:
    ///   - statement: Returns the row; none is a 404.
    ///   - reply: Makes the answer of it.
    func run(
        _ statement: SQL, caller: Caller, repeatable: IdempotentRequest?, _ reply: (PostgresRow) throws -> Reply
    ) async throws -> Reply {
        guard let repeatable else {
            guard let row = try await database.query(caller, statement).first else { throw Problem.notFound }
            return try reply(row)
        }
        return try await database.withAgencyRetrying(caller) { transaction in
            if let first = try await repeatable.claim(in: transaction) { return first }
            guard let row = try await transaction.query(statement).first else { throw Problem.notFound }
            let answer = try reply(row)
            try await transaction.execute(repeatable.keep(answer))
            return answer
        }
    }
}

/// A list that always fits one page.
enum ShortList {
    static func document(_ items: [JSONValue]) -> JSONValue {
        ["data": .array(items), "meta": ["limit": 200, "has_more": false, "cursor": nil]]
    }
}
