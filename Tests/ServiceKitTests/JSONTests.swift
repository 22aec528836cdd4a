import Foundation
import SinergiCore
import Testing

@testable import ServiceKit

@Suite("JSON")
struct JSONTests {
    private func parse(_ text: String) throws -> JSONValue { try JSONParser.parse(Array(text.utf8)) }

    @Test("values are read as they stand")
    func values() throws {
        let value = try parse(#" {"a": [1, -2.5, 1e3, true, false, null], "b": {"c": "d\u00e9\ud83d\ude00\n"}} "#)
        #expect(value["a"] == [1, -2.5, 1000.0, true, false, nil])
        #expect(value["b"]?["c"]?.string == "dé😀\n")
        #expect(value["a"]?[2]?.integer == 1000)
    }

    @Test(
        "what is no JSON is refused",
        arguments: [
            "", "{", "[1,]", "{\"a\":}", "{a:1}", "{\"a\":1,}", "nul", "01", "1.", "+1", "\"\\x\"", "\"a", "\"\u{1}\"",
            "\"\\ud800\"", "{} {}", "'a'", "1e999", "NaN", "[1 2]", "\"\\u12g4\"",
        ])
    func refused(_ text: String) {
        #expect(throws: JSONSyntaxError.self) { try parse(text) }
    }

    @Test("bytes that are no UTF-8 are refused")
    func invalidUTF8() {
        #expect(throws: JSONSyntaxError.self) { try JSONParser.parse([0x22, 0xFF, 0x22]) }
        #expect(throws: JSONSyntaxError.self) { try JSONParser.parse([0x22, 0xED, 0xA0, 0x80, 0x22]) }
    }

    @Test("64 levels are read, 65 are not")
    func depth() throws {
        let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(throws: Never.self) { try parse(deep) }
        #expect(throws: JSONSyntaxError.self) { try parse("[" + deep + "]") }
    }

    @Test("of duplicate names the last counts")
    func duplicates() throws {
        #expect(try parse(#"{"a":1,"a":2}"#)["a"] == 2)
    }

    private struct Inner: Encodable {
        var officeURL: String?
        var list: [Int?]
    }
    private struct Outer: Encodable {
        var caseID: UUID
        var createdAt: Date
        var outcome: String?
        var already_snake: Bool
        var inner: Inner?
        var names: [String: Int]
        var raw: JSONValue
        var status: CaseStatus
    }

    @Test("structs are written in snake_case, with null for what is absent")
    func writing() throws {
        let id = try #require(UUID(uuidString: "01938D2A-0000-7000-8000-000000000001"))
        let value = Outer(
            caseID: id, createdAt: Date(timeIntervalSince1970: 1_763_600_000.5), outcome: nil, already_snake: true,
            inner: Inner(officeURL: nil, list: [1, nil]), names: ["camelCase": 1], raw: .raw(#"{"x":[]}"#),
            status: .inProgress)
        #expect(
            try JSONWriter.text(of: value) == #"{"case_id":"01938d2a-0000-7000-8000-000000000001","#
                + #""created_at":"2025-11-20T00:53:20.500Z","outcome":null,"already_snake":true,"#
                + #""inner":{"office_url":null,"list":[1,null]},"names":{"camelCase":1},"raw":{"x":[]},"#
                + #""status":"in_progress"}"#)
        #expect(try JSONWriter.text(of: [Inner?.none]) == "[null]")
        #expect(try JSONWriter.text(of: "a\"\\\n\u{1}é") == #""a\"\\\n\u0001é""#)
        #expect(try JSONWriter.text(of: Double.nan) == "null")
    }

    private enum Choice: Encodable {
        case one(left: Int, right: String?)
    }

    @Test("containers inside containers close in the right order")
    func nested() throws {
        #expect(try JSONWriter.text(of: Choice.one(left: 1, right: nil)) == #"{"one":{"left":1,"right":null}}"#)
        struct Manual: Encodable {
            enum Key: CodingKey { case a, b }
            func encode(to encoder: any Encoder) throws {
                var outer = encoder.container(keyedBy: Key.self)
                try outer.encode(1, forKey: .a)
                var inner = outer.nestedUnkeyedContainer(forKey: .b)
                try inner.encode("x")
                try inner.encode("y")
            }
        }
        #expect(try JSONWriter.text(of: Manual()) == #"{"a":1,"b":["x","y"]}"#)
    }

    @Test(
        "names become snake_case",
        arguments: [
            ("caseID", "case_id"), ("HTTPStatus", "http_status"), ("tracking_code", "tracking_code"), ("a", "a"),
            ("p50Ms", "p50_ms"), ("hasMore", "has_more"), ("workingDaysLeft", "working_days_left"),
        ])
    func snakeCase(_ name: String, _ expected: String) {
        #expect(JSONWriter.snakeCase(name) == expected)
    }

    @Test("times are read in any zone and written in UTC")
    func timestamps() throws {
        let date = try #require(Timestamp.date("2026-11-20T08:00:00+08:00"))
        #expect(Timestamp.text(date) == "2026-11-20T00:00:00.000Z")
        #expect(Timestamp.date("2026-11-20T00:00:00.250Z")?.timeIntervalSince1970 == date.timeIntervalSince1970 + 0.25)
        #expect(Timestamp.text(Date(timeIntervalSince1970: -1)) == "1969-12-31T23:59:59.000Z")
        for wrong in ["2026-11-20", "2026-11-20T08:00:00", "2026-02-30T08:00:00Z", "2026-11-20T25:00:00Z", "x"] {
            #expect(Timestamp.date(wrong) == nil)
        }
        #expect(Timestamp.isDay("2024-02-29"))
        #expect(!Timestamp.isDay("2026-02-29"))
    }
}
