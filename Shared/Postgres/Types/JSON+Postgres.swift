internal import FoundationEssentials

/// A value stored as `jsonb` (or `json`), encoded with Foundation's JSON coders: keys as declared, dates in ISO 8601.
public struct PostgresJSON<Value: Codable & Sendable>: Sendable {
    /// The value itself.
    public var value: Value

    public init(_ value: Value) { self.value = value }
}

extension PostgresJSON: Equatable where Value: Equatable {}
extension PostgresJSON: Hashable where Value: Hashable {}

extension PostgresJSON: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .unspecified }
    public static var postgresFormat: PostgresFormat { .text }
    public static var postgresArrayType: PostgresType { .jsonbArray }
    public static var postgresElementType: PostgresType { .jsonb }

    public func encode(into bytes: inout [UInt8]) throws(PostgresEncodingError) {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        let data: Data
        do {
            data = try encoder.encode(value)
        } catch {
            throw PostgresEncodingError("a value of \(Value.self) cannot be encoded as JSON")
        }
        bytes.append(contentsOf: data)
    }

    public func encodeElement(into bytes: inout [UInt8]) throws(PostgresEncodingError) {
        try bytes.appendJSONB { bytes throws(PostgresEncodingError) in try encode(into: &bytes) }
    }

    public init(postgres bytes: borrowing RawSpan, type: PostgresType) throws(PostgresDecodingError) {
        let text = try JSONText(postgres: bytes, type: type).text
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        do {
            value = try decoder.decode(Value.self, from: Data(text.utf8))
        } catch {
            throw PostgresDecodingError(.malformed, expected: Value.self, type: type)
        }
    }
}

/// JSON that is passed on without being looked into; the server checks it.
public struct JSONText: Sendable, Hashable {
    /// The document's text.
    public var text: String

    public init(text: String) { self.text = text }

    public init(_ text: String) { self.text = text }
}

extension JSONText: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .unspecified }
    public static var postgresFormat: PostgresFormat { .text }
    public static var postgresArrayType: PostgresType { .jsonbArray }
    public static var postgresElementType: PostgresType { .jsonb }

    public func encode(into bytes: inout [UInt8]) { bytes.append(contentsOf: text.utf8) }

    public func encodeElement(into bytes: inout [UInt8]) throws(PostgresEncodingError) {
        try bytes.appendJSONB { bytes throws(PostgresEncodingError) in encode(into: &bytes) }
    }

    /// Reads `json`, `jsonb` and text.
    public init(postgres bytes: borrowing RawSpan, type: PostgresType) throws(PostgresDecodingError) {
        guard type == .json || type == .jsonb || type == .text else {
            throw PostgresDecodingError(.unexpectedType, expected: JSONText.self, type: type)
        }
        text = try String(postgres: bytes, type: type)
    }
}

extension [UInt8] {
    /// An array element of `jsonb`: length, version 1, text.
    fileprivate mutating func appendJSONB(
        _ body: (inout [UInt8]) throws(PostgresEncodingError) -> Void
    ) throws(PostgresEncodingError) {
        let start = count
        append(bigEndian: Int32(0))
        append(1)
        try body(&self)
        guard let length = Int32(exactly: count - start - 4) else {
            throw PostgresEncodingError("an array element is too long")
        }
        replace(at: start, bigEndian: length)
    }
}
