import Logging
import Postgres
import PostgresTesting
import Testing

/// An error of a test's own, to see that it comes through unchanged.
struct Refusal: Error, Equatable {
    var number = 1
}

/// Runs `body` and returns the database's error, or fails the test.
func postgresError<Result>(
    _ code: PostgresError.Code? = nil, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> Result
) async -> PostgresError? {
    do {
        _ = try await body()
        Issue.record("no error", sourceLocation: sourceLocation)
        return nil
    } catch let error as PostgresError {
        if let code { #expect(error.code == code, "\(String(reflecting: error))", sourceLocation: sourceLocation) }
        return error
    } catch {
        Issue.record("another error: \(error)", sourceLocation: sourceLocation)
        return nil
    }
}

/// Asks again until it is so; fails the test after some seconds.
func eventually(
    _ what: String, sourceLocation: SourceLocation = #_sourceLocation, _ condition: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + .seconds(15)
    while ContinuousClock.now < end {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record("never: \(what)", sourceLocation: sourceLocation)
}

extension PostgresQueryable {
    /// The only value of a query.
    func value<Value: PostgresDecodable>(_ sql: SQL, as: Value.Type = Value.self) async throws -> Value {
        let rows = try await query(sql)
        let row = try #require(rows.first)
        return try row.decode(Value.self)
    }

    func backendID() async throws -> Int { try await value("SELECT pg_backend_pid()") }

    /// Waits until another session of this database runs, or waits in, a statement like `pattern`.
    func waitForStatement(like pattern: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await eventually("statement \(pattern)", sourceLocation: sourceLocation) {
            try await value(
                """
                SELECT count(*) > 0 FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'active' AND query LIKE \(pattern)
                """, as: Bool.self)
        }
    }
}
