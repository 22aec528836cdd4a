import Foundation
import Testing

@testable import Postgres

@Suite("SQL text")
struct SQLTests {
    @Test("values become numbered parameters and never text")
    func values() {
        let name = "'; DROP TABLE office; --"
        let sql: SQL = "SELECT * FROM office WHERE name = \(name) AND number = \(7) AND id = \(nil as UUID?)"
        #expect(sql.text == "SELECT * FROM office WHERE name = $1 AND number = $2 AND id = $3")
        #expect(sql.binds.count == 3)
        #expect(sql.binds.entries[2].offset < 0)
        #expect(sql.binds.entries.map(\.type) == [0, 20, 2950])
        #expect(!sql.description.contains("DROP"))
    }

    @Test("fragments compose and their parameters are renumbered")
    func fragments() {
        let inner: SQL = "a = \(1) OR b = \("x")"
        let outer: SQL = "SELECT \(0) WHERE (\(inner)) AND (\(inner)) AND c = \(true)"
        #expect(outer.text == "SELECT $1 WHERE (a = $2 OR b = $3) AND (a = $4 OR b = $5) AND c = $6")
        #expect(outer.binds.entries.map(\.type) == [20, 20, 0, 20, 0, 16])
        let bytes = outer.binds.bytes
        let texts = outer.binds.entries.filter { !$0.isBinary }.map { bytes[$0.offset..<($0.offset + $0.length)] }
        #expect(texts.map { String(decoding: $0, as: UTF8.self) } == ["x", "x"])
    }

    @Test("a dollar sign in a literal is not taken for a parameter when fragments compose")
    func dollars() {
        let inner: SQL = "body = $tag$cost $1$tag$ AND n = \(1)"
        let outer: SQL = "WHERE m = \(2) AND \(inner)"
        #expect(outer.text == "WHERE m = $1 AND body = $tag$cost $1$tag$ AND n = $2")
    }

    @Test("more than nine parameters are renumbered with their width")
    func wideNumbers() {
        let row: SQL = "(\(1),\(2),\(3),\(4),\(5),\(6),\(7),\(8),\(9),\(10),\(11))"
        let sql: SQL = "VALUES \(row), \(row)"
        #expect(sql.text.hasSuffix("($12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22)"))
    }

    @Test(
        "identifiers are quoted",
        arguments: [("office", "\"office\""), ("we\"ird", "\"we\"\"ird\""), ("a; b", "\"a; b\"")])
    func identifiers(name: String, quoted: String) {
        let sql: SQL = "SET LOCAL ROLE \(identifier: PostgresIdentifier(name))"
        #expect(sql.text == "SET LOCAL ROLE \(quoted)")
        #expect(sql.problem == nil)
    }

    @Test(
        "names the server would cut or misread are refused", arguments: ["", String(repeating: "x", count: 64), "a\0b"])
    func badIdentifiers(name: String) {
        let sql: SQL = "SET LOCAL ROLE \(identifier: PostgresIdentifier(name))"
        #expect(sql.problem != nil)
    }

    @Test("a string with a zero character is refused instead of being cut")
    func zeroCharacter() {
        let sql: SQL = "SELECT \(1), \("a\0b"), \(2)"
        #expect(sql.problem?.contains("$2") == true)
        #expect(sql.text == "SELECT $1, $2, $3")
    }

    @Test("an empty string is not NULL")
    func emptyString() {
        let sql: SQL = "SELECT \("")"
        #expect(sql.binds.entries[0].offset == 0)
        #expect(sql.binds.entries[0].length == 0)
        #expect(!sql.binds.bytes.isEmpty)
    }
}

@Suite("errors")
struct ErrorTests {
    @Test("the description carries no data, the debug description no values")
    func description() {
        var error = PostgresError(.server, message: "duplicate key value", statement: "INSERT INTO t VALUES ($1)")
        error.sqlState = .uniqueViolation
        error.constraint = "t_key"
        error.detail = "Key (email)=(budi@example.id) already exists."
        #expect("\(error)" == "PostgresError(server, sqlState: 23505, constraint: t_key)")
        #expect(String(reflecting: error).contains("INSERT INTO t VALUES ($1)"))
        #expect(!String(reflecting: error).contains("budi"))
    }

    @Test("messages that quote the value are left out")
    func quotingMessages() {
        var error = PostgresError(.server, message: "invalid input syntax for type uuid: \"secret\"")
        error.sqlState = .invalidTextRepresentation
        #expect(!String(reflecting: error).contains("secret"))
    }

    @Test("errors are caught by SQLSTATE, also by codes of our own functions")
    func pattern() {
        func caught(_ state: PostgresError.SQLState) -> String {
            var error = PostgresError(.server)
            error.sqlState = state
            do { throw error } catch PostgresError.SQLState.uniqueViolation {
                return "unique"
            } catch PostgresError.SQLState.raised("SN409") {
                return "state"
            } catch {
                return "other"
            }
        }
        #expect(caught(.uniqueViolation) == "unique")
        #expect(caught(PostgresError.SQLState(rawValue: "SN409")) == "state")
        #expect(caught(.deadlockDetected) == "other")
    }

    @Test("only what cannot have been saved may be tried again")
    func retryable() {
        func error(_ code: PostgresError.Code, _ state: PostgresError.SQLState? = nil) -> PostgresError {
            var error = PostgresError(code)
            error.sqlState = state
            return error
        }
        #expect(error(.server, .serializationFailure).isRetryable)
        #expect(error(.server, .deadlockDetected).isRetryable)
        #expect(error(.connectionLost).isRetryable)
        #expect(!error(.server, .uniqueViolation).isRetryable)
        #expect(!error(.commitOutcomeUnknown).isRetryable)
        #expect(!error(.deadlineExceeded, .queryCanceled).isRetryable)
    }
}
