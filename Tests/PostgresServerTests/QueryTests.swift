import Foundation
import Postgres
import PostgresTesting
import Testing

@Suite("queries")
struct QueryTests {
    private enum Mood: String, PostgresCodable { case happy, sad }

    @Test("values of every type come back from the server as they were sent")
    func roundTrips() async throws {
        try await TestDatabase.withClient { client in
            let id = UUID()
            let date = Date(timeIntervalSince1970: 1_790_000_000.123456)
            // Twice unprepared and prepared: the same statement runs both ways.
            for _ in 0..<3 {
                let rows = try await client.query(
                    """
                    SELECT \(true) AS bool, \(Int16(-3)) AS int2, \(Int32(70_000)) AS int4, \(Int.max) AS int8,
                        \(1.5) AS float8, \(Float(0.25)) AS float4, \("Kutai 🛶")::text AS text, \(id) AS uuid,
                        \(date) AS date, \([0, 255, 7] as [UInt8]) AS bytes, \(nil as String?)::text AS none,
                        \(PostgresJSON(["a": [1, 2]]))::jsonb AS document, \("")::text AS empty
                    """)
                let row = try #require(rows.first)
                #expect(try row.decode("bool", as: Bool.self))
                #expect(try row.decode("int2", as: Int16.self) == -3)
                #expect(try row.decode("int4", as: Int.self) == 70_000)
                #expect(try row.decode("int8", as: Int.self) == .max)
                #expect(try row.decode("float8", as: Double.self) == 1.5)
                #expect(try row.decode("float4", as: Float.self) == 0.25)
                #expect(try row.decode("text", as: String.self) == "Kutai 🛶")
                #expect(try row.decode("uuid", as: UUID.self) == id)
                #expect(abs(try row.decode("date", as: Date.self).timeIntervalSince(date)) < 0.000001)
                #expect(try row.decode("bytes", as: [UInt8].self) == [0, 255, 7])
                #expect(try row.decodeIfPresent("none", as: String.self) == nil)
                #expect(try row.decode("document", as: PostgresJSON<[String: [Int]]>.self).value == ["a": [1, 2]])
                #expect(try row.decode("empty", as: String.self) == "")
            }
        }
    }

    @Test("arrays come back with order, emptiness and NULL")
    func arrays() async throws {
        try await TestDatabase.withClient { client in
            let texts: [String?] = ["a", nil, "", "{\"x\"}"]
            let ids = [UUID(), UUID()]
            let dates = [Date(timeIntervalSince1970: 0), Date(timeIntervalSince1970: 1_790_000_000.5)]
            let rows = try await client.query(
                """
                SELECT \(texts) AS texts, \([Int]()) AS none, \(ids) AS ids, \(dates) AS dates,
                    \([[1], []] as [[UInt8]]) AS blobs, \([JSONText("{\"a\": 1}"), JSONText("[]")]) AS documents,
                    array_length(\([Int32]([1, 2, 3])), 1) AS length
                """)
            let row = try #require(rows.first)
            #expect(try row.decode("texts", as: [String?].self) == texts)
            #expect(try row.decode("none", as: [Int].self) == [])
            #expect(try row.decode("ids", as: [UUID].self) == ids)
            #expect(try row.decode("dates", as: [Date].self) == dates)
            #expect(try row.decode("blobs", as: [[UInt8]].self) == [[1], []])
            #expect(try row.decode("documents", as: [JSONText].self).map(\.text) == ["{\"a\": 1}", "[]"])
            #expect(try row.decode("length", as: Int.self) == 3)
        }
    }

    @Test("the server's own extreme dates are read, infinity is an error")
    func dates() async throws {
        try await TestDatabase.withClient { client in
            let first: Date = try await client.value("SELECT '4714-11-24 00:00:00+00 BC'::timestamptz")
            #expect(first.timeIntervalSince1970 == -210_866_803_200)
            let last: Date = try await client.value("SELECT '294276-12-31 23:59:59+00'::timestamptz")
            #expect(last.timeIntervalSince1970 == 9_224_318_015_999)
            #expect(try await client.value("SELECT \(first) = '4714-11-24 00:00:00+00 BC'", as: Bool.self))
            let day: Date = try await client.value("SELECT '1970-01-02'::date")
            #expect(day.timeIntervalSince1970 == 86_400)
            await #expect(throws: PostgresDecodingError.self) {
                try await client.value("SELECT 'infinity'::timestamptz", as: Date.self)
            }
        }
    }

    @Test("strings fit enumerations, jsonb and citext-like columns without casts")
    func inference() async throws {
        try await TestDatabase.withClient { client in
            try await client.withConnection {
                try await $0.runScript(
                    "CREATE TYPE mood AS ENUM ('happy', 'sad'); CREATE TABLE t (m mood, d jsonb, v varchar(9), n int)")
            }
            try await client.execute("INSERT INTO t VALUES (\(Mood.sad), \("{\"a\":1}"), \("x"), \(5))")
            let row = try #require(try await client.query("SELECT * FROM t WHERE m = \(Mood.sad) AND n = \(5)").first)
            #expect(try row.decode("m", as: Mood.self) == .sad)
            #expect(try row.decode("m", as: String.self) == "sad")
            #expect(try row.decode("d", as: JSONText.self).text == "{\"a\": 1}")
            #expect(try row.decode((Mood, JSONText, String, Int).self).2 == "x")
        }
    }

    @Test("rows say how many they are, records want exactly one or at most one")
    func counts() async throws {
        struct Number: PostgresRecord, Equatable {
            var n: Int
            init(row: PostgresRow) throws { n = try row.decode("n") }
        }
        try await TestDatabase.withClient { client in
            #expect(try await client.all("SELECT generate_series(1, 3) AS n", as: Number.self).map(\.n) == [1, 2, 3])
            #expect(try await client.optional("SELECT 1 AS n WHERE false", as: Number.self) == nil)
            #expect(try await client.one("SELECT 4 AS n", as: Number.self).n == 4)
            _ = await postgresError(.rowCount) { try await client.one("SELECT 1 AS n WHERE false", as: Number.self) }
            _ = await postgresError(.rowCount) {
                try await client.one("SELECT generate_series(1, 2) AS n", as: Number.self)
            }
            _ = await postgresError(.rowCount) {
                try await client.optional("SELECT generate_series(1, 2) AS n", as: Number.self)
            }
            try await client.execute("CREATE TABLE t (n int)")
            #expect(try await client.execute("INSERT INTO t SELECT generate_series(1, 7)") == 7)
            #expect(try await client.execute("UPDATE t SET n = 0 WHERE n > \(5)") == 2)
        }
    }

    @Test("decoding errors name the column and the type")
    func decodingErrors() async throws {
        try await TestDatabase.withClient { client in
            let row = try #require(try await client.query("SELECT 1::numeric AS amount, NULL::int AS nothing").first)
            let wrong = #expect(throws: PostgresDecodingError.self) { try row.decode("amount", as: Int.self) }
            #expect(wrong?.reason == .unexpectedType)
            #expect(wrong?.description.contains("column: amount, type: numeric") == true)
            #expect(
                #expect(throws: PostgresDecodingError.self) { try row.decode("nothing", as: Int.self) }?.reason
                    == .unexpectedNull)
            #expect(
                #expect(throws: PostgresDecodingError.self) { try row.decode("missing", as: Int.self) }?.reason
                    == .missingColumn)
            #expect(#expect(throws: PostgresDecodingError.self) { try row.decode((Int).self) }?.reason == .columnCount)
        }
    }

    @Test("the server's errors have SQLSTATE, constraint, table and the statement's text")
    func serverErrors() async throws {
        try await TestDatabase.withClient { client in
            try await client.execute("CREATE TABLE office (id int CONSTRAINT office_key PRIMARY KEY)")
            try await client.execute("INSERT INTO office VALUES (\(1))")
            let error = await postgresError(.server) { try await client.execute("INSERT INTO office VALUES (\(1))") }
            #expect(error?.sqlState == .uniqueViolation)
            #expect(error?.constraint == "office_key")
            #expect(error?.table == "office")
            #expect(error?.statement == "INSERT INTO office VALUES ($1)")
            #expect(error?.detail?.contains("(1)") == true)
            #expect(error.map { "\($0)" } == "PostgresError(server, sqlState: 23505, constraint: office_key)")
            do {
                try await client.execute("INSERT INTO office VALUES (\(1))")
            } catch PostgresError.SQLState.uniqueViolation {
                // Caught by its code.
            }
            let syntax = await postgresError(.server) { try await client.query("SELEKT 1") }
            #expect(syntax?.sqlState == .syntaxError)
            #expect(try await client.value("SELECT 1", as: Int.self) == 1)
        }
    }

    @Test("what cannot be sent is refused before it is sent")
    func refusals() async throws {
        try await TestDatabase.withClient { client in
            _ = await postgresError(.invalidParameter) { try await client.query("SELECT \("a\0b")") }
            _ = await postgresError(.invalidParameter) {
                try await client.query("SELECT \(Date(timeIntervalSince1970: .nan))")
            }
            _ = await postgresError(.unsupported) { try await client.query("COPY (SELECT 1) TO STDOUT") }
            _ = await postgresError(.unsupported) {
                try await client.withConnection { try await $0.runScript("CREATE TABLE t (n int); COPY t FROM STDIN") }
            }
            let alive = try await client.value("SELECT 1", as: Int.self)
            #expect(alive == 1)
        }
    }

    @Test("large results and large parameters pass")
    func large() async throws {
        try await TestDatabase.withClient { client in
            let rows = try await client.query(
                "SELECT i, repeat('x', 100) AS filler FROM generate_series(1, 200000) AS i")
            #expect(rows.count == 200_000)
            #expect(try rows[199_999].decode("i", as: Int.self) == 200_000)
            let blob = (0..<20_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            #expect(try await client.value("SELECT \(blob)", as: [UInt8].self) == blob)
            let numbers = Array(0..<100_000)
            #expect(try await client.value("SELECT count(*) FROM unnest(\(numbers)) AS n", as: Int.self) == 100_000)
        }
    }

    @Test("rows outlive their connection and are read by many at once")
    func sharing() async throws {
        let rows = try await TestDatabase.withClient { try await $0.query("SELECT generate_series(1, 1000) AS n") }
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<8 { group.addTask { try rows.reduce(0) { try $0 + $1.decode("n", as: Int.self) } } }
            for try await sum in group { #expect(sum == 500_500) }
        }
    }
}
