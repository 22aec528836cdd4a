import Foundation

/// Writes values as our JSON: snake_case names, `null` for what is absent, RFC 3339 times in UTC, lower-case ids.
///
/// `JSONEncoder` leaves out what is `nil`; the contract wants `null`. So any `Encodable` is written by an encoder of
/// our own, straight to bytes. Names of dictionaries are data and stay as they are.
public enum JSONWriter {
    /// The bytes of one value.
    /// - Throws: What the value's own `encode(to:)` throws.
    public static func bytes(of value: some Encodable) throws -> [UInt8] {
        let sink = JSONSink()
        try sink.write(value)
        return sink.bytes
    }

    /// The text of one value.
    /// - Throws: What the value's own `encode(to:)` throws.
    public static func text(of value: some Encodable) throws -> String {
        String(decoding: try bytes(of: value), as: UTF8.self)
    }

    /// `caseID` → `case_id`, `HTTPStatus` → `http_status`; names that hold a `_` or no capital stay as they are.
    public static func snakeCase(_ name: String) -> String {
        guard name.utf8.contains(where: { $0 >= 0x41 && $0 <= 0x5A }) else { return name }
        let letters = Array(name.utf8)
        func isCapital(_ place: Int) -> Bool {
            letters.indices.contains(place) && letters[place] >= 0x41 && letters[place] <= 0x5A
        }
        var result: [UInt8] = []
        result.reserveCapacity(letters.count + 4)
        for (place, letter) in letters.enumerated() {
            guard isCapital(place) else {
                result.append(letter)
                continue
            }
            let next = place + 1
            let endsRun = isCapital(place - 1) && next < letters.count && !isCapital(next) && letters[next] != 0x5F
            if place > 0, letters[place - 1] != 0x5F, !isCapital(place - 1) || endsRun { result.append(0x5F) }
            result.append(letter | 0x20)
        }
        return String(decoding: result, as: UTF8.self)
    }
}

/// The growing output of one document.
final class JSONSink {
    var bytes: [UInt8] = []

    init() {
        bytes.reserveCapacity(512)
    }

    func write(_ value: some Encodable) throws {
        switch value {
        case let value as String: string(value)
        case let value as Int: text(String(value))
        case let value as Bool: text(value ? "true" : "false")
        case let value as Double: number(value)
        case let value as Date: string(Timestamp.text(value))
        case let value as UUID: string(value.uuidString.lowercased())
        case let value as JSONValue: json(value)
        case let value as URL: string(value.relativeString)
        case let value as any JSONDictionary: try value.write(to: self)
        default:
            let start = bytes.count
            try value.encode(to: JSONValueEncoder(sink: self))
            if bytes.count == start { text("{}") }
        }
    }

    func text(_ text: String) { bytes.append(contentsOf: text.utf8) }

    func number(_ value: Double) {
        // JSON has no infinity and no NaN; `null` is the honest rest.
        guard value.isFinite else { return text("null") }
        text(value.description)
    }

    func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        // Nearly every text needs no escapes and is taken as it is.
        guard text.utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) else {
            bytes.append(contentsOf: text.utf8)
            bytes.append(UInt8(ascii: "\""))
            return
        }
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(contentsOf: [UInt8(ascii: "\\"), byte])
            case 0x0A: self.text("\\n")
            case 0x0D: self.text("\\r")
            case 0x09: self.text("\\t")
            case ..<0x20:
                self.text("\\u00")
                bytes.append(Self.digits[Int(byte >> 4)])
                bytes.append(Self.digits[Int(byte & 15)])
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    func json(_ value: JSONValue) {
        switch value {
        case .null: text("null")
        case .bool(let value): text(value ? "true" : "false")
        case .integer(let value): text(String(value))
        case .number(let value): number(value)
        case .string(let value): string(value)
        case .raw(let value): text(value)
        case .array(let values):
            bytes.append(UInt8(ascii: "["))
            for (place, value) in values.enumerated() {
                if place > 0 { bytes.append(UInt8(ascii: ",")) }
                json(value)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object):
            bytes.append(UInt8(ascii: "{"))
            for (place, member) in object.members.enumerated() {
                if place > 0 { bytes.append(UInt8(ascii: ",")) }
                string(member.name)
                bytes.append(UInt8(ascii: ":"))
                json(member.value)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private static let digits = Array("0123456789abcdef".utf8)
}

/// A dictionary whose keys are data.
protocol JSONDictionary {
    func write(to sink: JSONSink) throws
}

extension Dictionary: JSONDictionary where Key == String, Value: Encodable {
    func write(to sink: JSONSink) throws {
        sink.text("{")
        for (place, member) in sorted(by: { $0.key < $1.key }).enumerated() {
            if place > 0 { sink.text(",") }
            sink.string(member.key)
            sink.text(":")
            try sink.write(member.value)
        }
        sink.text("}")
    }
}
