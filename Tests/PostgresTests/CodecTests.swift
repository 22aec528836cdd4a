import Foundation
import Testing

@testable import Postgres

/// Encodes and decodes without a server.
func roundTrip<Value: PostgresEncodable & PostgresDecodable>(_ value: Value, as type: PostgresType? = nil) throws
    -> Value
{
    var bytes: [UInt8] = []
    try value.encode(into: &bytes)
    return try Value(postgres: bytes.span.bytes, type: type ?? Value.postgresType)
}

func decode<Value: PostgresDecodable>(_ bytes: [UInt8], _ type: PostgresType, as: Value.Type = Value.self) throws
    -> Value
{
    try Value(postgres: bytes.span.bytes, type: type)
}

enum Mood: String, PostgresCodable, PostgresArrayElement { case happy, sad }

@Suite("codecs")
struct CodecTests {
    @Test("integers keep their value", arguments: [0, 1, -1, Int.max, Int.min])
    func integers(value: Int) throws {
        #expect(try roundTrip(value) == value)
        #expect(try roundTrip(Int64(value)) == Int64(value))
        #expect(try roundTrip(Int32(truncatingIfNeeded: value)) == Int32(truncatingIfNeeded: value))
        #expect(try roundTrip(Int16(truncatingIfNeeded: value)) == Int16(truncatingIfNeeded: value))
    }

    @Test("integers read narrower ones, and refuse wider values that do not fit")
    func widening() throws {
        #expect(try decode([0xff, 0xfe], .int2, as: Int.self) == -2)
        #expect(try decode([0, 0, 1, 0], .int4, as: Int.self) == 256)
        #expect(try decode([0, 0, 0, 0, 0, 0, 0, 5], .int8, as: Int16.self) == 5)
        let error = #expect(throws: PostgresDecodingError.self) {
            try decode([0, 0, 0, 1, 0, 0, 0, 0], .int8, as: Int32.self)
        }
        #expect(error?.reason == .outOfRange)
    }

    @Test(
        "doubles keep every bit",
        arguments: [0.0, -0.0, .pi, .infinity, -.infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude])
    func doubles(value: Double) throws {
        #expect(try roundTrip(value).bitPattern == value.bitPattern)
        #expect(try roundTrip(Double.nan).isNaN)
        #expect(try roundTrip(Float(value)).bitPattern == Float(value).bitPattern)
    }

    @Test("booleans, UUIDs, bytes and text keep their value")
    func simple() throws {
        #expect(try roundTrip(true))
        #expect(try roundTrip(false) == false)
        let id = UUID()
        #expect(try roundTrip(id) == id)
        let bytes: [UInt8] = [0, 255, 1]
        #expect(try roundTrip(bytes) == bytes)
        #expect(try roundTrip([UInt8]()) == [])
        for text in ["", "Jalan berlubang 🛣️", "\u{1}x"] { #expect(try roundTrip(text, as: .text) == text) }
    }

    @Test(
        "dates keep their microsecond",
        arguments: [
            0, 1, -1, 0.000001, -0.000001, 978_307_200, -978_307_200.123456, 1_800_000_000.999999, -63_114_076_800,
            253_402_300_799.5,
        ])
    func dates(seconds: Double) throws {
        let date = Date(timeIntervalSince1970: seconds)
        #expect(abs(try roundTrip(date).timeIntervalSince(date)) < 0.000_001 + abs(seconds) * 2e-16)
    }

    @Test("the first and last instant of the server fit")
    func extremeDates() throws {
        // 4714-11-24 BC and 294276-12-31 23:59:59 in seconds since 1970.
        for seconds in [-210_866_803_200.0, 9_224_318_015_999.0] {
            let date = Date(timeIntervalSince1970: seconds)
            #expect(try roundTrip(date) == date)
        }
        for seconds in [-210_866_803_201.0, 9_224_318_016_000.0, .infinity, -.infinity, .nan, 1e300] {
            #expect(throws: PostgresEncodingError.self) { try roundTrip(Date(timeIntervalSince1970: seconds)) }
        }
    }

    @Test("infinity is no date")
    func infinity() {
        for bytes in [[UInt8](Int64.max.bigEndianBytes), Int64.min.bigEndianBytes] {
            let error = #expect(throws: PostgresDecodingError.self) { try decode(bytes, .timestamptz, as: Date.self) }
            #expect(error?.reason == .outOfRange)
        }
    }

    @Test("arrays keep order, emptiness and NULL")
    func arrays() throws {
        #expect(try roundTrip([1, 2, 3]) == [1, 2, 3])
        #expect(try roundTrip([Int]()) == [])
        #expect(try roundTrip(["a", nil, "", "b"] as [String?]) == ["a", nil, "", "b"])
        #expect(try roundTrip([nil, nil] as [Int?]) == [nil, nil])
        #expect(try roundTrip([-1, nil] as [Int32?]) == [-1, nil])
        #expect(try roundTrip([true, false]) == [true, false])
        #expect(try roundTrip([[1, 2], [], [255]] as [[UInt8]]) == [[1, 2], [], [255]])
        #expect(try roundTrip([Mood.sad, .happy]) == [.sad, .happy])
        let ids = [UUID(), UUID()]
        #expect(try roundTrip(ids) == ids)
        let document = PostgresJSON(["a": 1])
        #expect(try roundTrip([document]) == [document])
    }

    @Test("NULL in an array of values that cannot be nil is an error")
    func arrayNull() throws {
        var bytes: [UInt8] = []
        try ([1, nil] as [Int?]).encode(into: &bytes)
        let error = #expect(throws: PostgresDecodingError.self) { try decode(bytes, .int8Array, as: [Int].self) }
        #expect(error?.reason == .unexpectedNull)
    }

    @Test("cut or lying arrays are errors and not crashes")
    func malformedArrays() throws {
        var bytes: [UInt8] = []
        try [1, 2, 3].encode(into: &bytes)
        for length in 0..<bytes.count {
            #expect(throws: PostgresDecodingError.self) {
                try decode(Array(bytes[0..<length]), .int8Array, as: [Int].self)
            }
        }
        bytes.replace(at: 12, bigEndian: Int32.max)
        #expect(throws: PostgresDecodingError.self) { try decode(bytes, .int8Array, as: [Int].self) }
    }

    @Test("JSON is encoded, read from both types, and broken JSON is an error")
    func json() throws {
        struct Note: Codable, Equatable { var text: String, count: Int? }
        let note = Note(text: "\"dalam\" kutip", count: nil)
        #expect(try roundTrip(PostgresJSON(note), as: .json).value == note)
        #expect(
            try decode([1] + Array(#"{"text":"a","count":2}"#.utf8), .jsonb, as: PostgresJSON<Note>.self).value.count
                == 2)
        #expect(try decode([1] + Array("[1]".utf8), .jsonb, as: JSONText.self).text == "[1]")
        #expect(try decode([1] + Array("[1]".utf8), .jsonb, as: String.self) == "[1]")
        #expect(throws: PostgresDecodingError.self) { try decode(Array("{".utf8), .json, as: PostgresJSON<Note>.self) }
        #expect(throws: PostgresEncodingError.self) { try roundTrip(PostgresJSON(Double.nan), as: .json) }
    }

    @Test("enumerations read labels, and unknown labels are errors")
    func enumerations() throws {
        let custom = PostgresType(oid: 20_000)
        #expect(try decode(Array("sad".utf8), custom, as: Mood.self) == .sad)
        #expect(throws: PostgresDecodingError.self) { try decode(Array("angry".utf8), custom, as: Mood.self) }
    }

    @Test("a type that is not understood is an error that says so")
    func wrongTypes() {
        for type in [PostgresType.numeric, .text, .uuid] {
            let error = #expect(throws: PostgresDecodingError.self) {
                try decode([0, 0, 0, 0, 0, 0, 0, 1], type, as: Int.self)
            }
            #expect(error?.reason == .unexpectedType)
        }
        #expect(throws: PostgresDecodingError.self) {
            try decode([0, 0, 0, 1, 0, 0], PostgresType(oid: 20_000), as: String.self)
        }
        #expect(throws: PostgresDecodingError.self) { try decode([0xff, 0xfe], .text, as: String.self) }
        #expect(throws: PostgresDecodingError.self) { try decode([1], .int8, as: Int.self) }
    }
}

extension FixedWidthInteger {
    fileprivate var bigEndianBytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: self)
        return bytes
    }
}
