/// A type whose arrays can be sent and read: `[Int]`, `[String?]`, and as `bytea` `[UInt8]`.
public protocol PostgresArrayElement: Sendable {
    /// The type of the array.
    static var postgresArrayType: PostgresType { get }
    /// Appends the array's binary format.
    static func encode(_ array: [Self], into bytes: inout [UInt8]) throws(PostgresEncodingError)
    /// Reads the array's binary format.
    static func decode(array bytes: borrowing RawSpan, type: PostgresType) throws(PostgresDecodingError) -> [Self]
    /// Appends length and value of one element; NULL for an optional without value.
    func encodeElement(into bytes: inout [UInt8]) throws(PostgresEncodingError)
    /// Reads one element; `bytes` has no meaning where `isNull`.
    static func decodeElement(_ bytes: borrowing RawSpan, isNull: Bool, type: PostgresType)
        throws(PostgresDecodingError) -> Self
    /// The type of the elements.
    static var postgresElementType: PostgresType { get }
}

extension Array: PostgresEncodable where Element: PostgresArrayElement {
    public static var postgresType: PostgresType { Element.postgresArrayType }
    public func encode(into bytes: inout [UInt8]) throws(PostgresEncodingError) {
        try Element.encode(self, into: &bytes)
    }
}

extension Array: PostgresDecodable where Element: PostgresArrayElement {
    public init(postgres bytes: borrowing RawSpan, type: PostgresType) throws(PostgresDecodingError) {
        self = try Element.decode(array: bytes, type: type)
    }
}

extension PostgresArrayElement {
    /// One dimension, lower bound 1.
    public static func encode(_ array: [Self], into bytes: inout [UInt8]) throws(PostgresEncodingError) {
        guard let count = Int32(exactly: array.count) else { throw PostgresEncodingError("an array is too long") }
        let flags = bytes.count + 4
        bytes.append(bigEndian: Int32(array.isEmpty ? 0 : 1))
        bytes.append(bigEndian: Int32(0))
        bytes.append(bigEndian: postgresElementType.oid)
        guard count > 0 else { return }
        bytes.append(bigEndian: count)
        bytes.append(bigEndian: Int32(1))
        var hasNull = false
        for element in array {
            let start = bytes.count
            try element.encodeElement(into: &bytes)
            hasNull = hasNull || (bytes.count == start + 4 && bytes[start] == 0xff)
        }
        if hasNull { bytes.replace(at: flags, bigEndian: 1) }
    }

    public static func decode(
        array bytes: borrowing RawSpan, type: PostgresType
    ) throws(PostgresDecodingError) -> [Self] {
        guard bytes.byteCount >= 12 else {
            throw PostgresDecodingError(.unexpectedType, expected: [Self].self, type: type)
        }
        let dimensions = bytes.bigEndian(at: 0, as: Int32.self)
        let element = PostgresType(oid: bytes.bigEndian(at: 8, as: UInt32.self))
        if dimensions == 0 { return [] }
        guard dimensions == 1, bytes.byteCount >= 20 else {
            throw PostgresDecodingError(.unexpectedType, expected: [Self].self, type: type)
        }
        let count = Int(bytes.bigEndian(at: 12, as: Int32.self))
        guard count >= 0, count <= (bytes.byteCount - 20) / 4 else {
            throw PostgresDecodingError(.malformed, expected: [Self].self, type: type)
        }
        var result: [Self] = []
        result.reserveCapacity(count)
        var offset = 20
        for _ in 0..<count {
            guard offset + 4 <= bytes.byteCount else {
                throw PostgresDecodingError(.malformed, expected: [Self].self, type: type)
            }
            let length = Int(bytes.bigEndian(at: offset, as: Int32.self))
            offset += 4
            let end = offset + max(length, 0)
            guard end <= bytes.byteCount else {
                throw PostgresDecodingError(.malformed, expected: [Self].self, type: type)
            }
            result.append(try decodeElement(bytes.extracting(offset..<end), isNull: length < 0, type: element))
            offset = end
        }
        return result
    }
}

extension PostgresArrayElement where Self: PostgresEncodable {
    public static var postgresElementType: PostgresType {
        // Strings leave their own type open, but an array must name that of its elements.
        postgresType == .unspecified ? .text : postgresType
    }

    public func encodeElement(into bytes: inout [UInt8]) throws(PostgresEncodingError) {
        let start = bytes.count
        bytes.append(bigEndian: Int32(0))
        try encode(into: &bytes)
        guard let length = Int32(exactly: bytes.count - start - 4) else {
            throw PostgresEncodingError("an array element is too long")
        }
        bytes.replace(at: start, bigEndian: length)
    }
}

extension PostgresArrayElement where Self: PostgresDecodable {
    public static func decodeElement(
        _ bytes: borrowing RawSpan, isNull: Bool, type: PostgresType
    ) throws(PostgresDecodingError) -> Self {
        if isNull { throw PostgresDecodingError(.unexpectedNull, expected: Self.self, type: type) }
        return try Self(postgres: bytes, type: type)
    }
}

extension RawRepresentable where Self: PostgresArrayElement, RawValue: PostgresArrayElement {
    public static var postgresArrayType: PostgresType { RawValue.postgresArrayType }
}

extension Optional: PostgresArrayElement where Wrapped: PostgresArrayElement {
    public static var postgresArrayType: PostgresType { Wrapped.postgresArrayType }
    public static var postgresElementType: PostgresType { Wrapped.postgresElementType }

    public func encodeElement(into bytes: inout [UInt8]) throws(PostgresEncodingError) {
        guard let self else { return bytes.append(bigEndian: Int32(-1)) }
        try self.encodeElement(into: &bytes)
    }

    public static func decodeElement(
        _ bytes: borrowing RawSpan, isNull: Bool, type: PostgresType
    ) throws(PostgresDecodingError) -> Self {
        isNull ? nil : try Wrapped.decodeElement(bytes, isNull: false, type: type)
    }
}

/// `[UInt8]` is `bytea`; `[[UInt8]]` is `bytea[]`.
extension UInt8: PostgresArrayElement {
    public static var postgresArrayType: PostgresType { .bytea }
    public static var postgresElementType: PostgresType { .char }

    public static func encode(_ array: [UInt8], into bytes: inout [UInt8]) { bytes += array }

    public static func decode(array bytes: borrowing RawSpan, type: PostgresType) throws(PostgresDecodingError)
        -> [UInt8]
    {
        guard type == .bytea else { throw PostgresDecodingError(.unexpectedType, expected: [UInt8].self, type: type) }
        return bytes.withUnsafeBytes { [UInt8]($0) }
    }

    public func encodeElement(into bytes: inout [UInt8]) { bytes.append(self) }

    public static func decodeElement(
        _ bytes: borrowing RawSpan, isNull: Bool, type: PostgresType
    ) throws(PostgresDecodingError) -> UInt8 {
        throw PostgresDecodingError(.unexpectedType, expected: UInt8.self, type: type)
    }
}

extension Array: PostgresArrayElement where Element == UInt8 {
    public static var postgresArrayType: PostgresType { .byteaArray }
}
