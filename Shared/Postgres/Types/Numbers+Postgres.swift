/// Integers read every narrower integer type of the server too.
extension FixedWidthInteger where Self: BitwiseCopyable {
    fileprivate init(integer bytes: borrowing RawSpan, type: PostgresType) throws(PostgresDecodingError) {
        let value: Int64
        switch (type, bytes.byteCount) {
        case (.int8, 8): value = bytes.bigEndian(as: Int64.self)
        case (.int4, 4): value = Int64(bytes.bigEndian(as: Int32.self))
        case (.int2, 2): value = Int64(bytes.bigEndian(as: Int16.self))
        case (.int8, _), (.int4, _), (.int2, _):
            throw PostgresDecodingError(.malformed, expected: Self.self, type: type)
        default:
            throw PostgresDecodingError(.unexpectedType, expected: Self.self, type: type)
        }
        guard let narrowed = Self(exactly: value) else {
            throw PostgresDecodingError(.outOfRange, expected: Self.self, type: type)
        }
        self = narrowed
    }
}

extension Int: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .int8 }
    public static var postgresArrayType: PostgresType { .int8Array }
    public func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: Int64(self)) }
    public init(postgres bytes: borrowing RawSpan, type: PostgresType) throws(PostgresDecodingError) {
        try self.init(integer: bytes, type: type)
    }
}

extension Int64: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .int8 }
    public static var postgresArrayType: PostgresType { .int8Array }
    public func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: self) }
    public init(postgres bytes: borrowing RawSpan, type: PostgresType) throws(PostgresDecodingError) {
        try self.init(integer: bytes, type: type)
    }
}

extension Int32: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .int4 }
    public static var postgresArrayType: PostgresType { .int4Array }
    public func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: self) }
    public init(postgres bytes: borrowing RawSpan, type: PostgresType) throws(PostgresDecodingError) {
        try self.init(integer: bytes, type: type)
    }
}

extension Int16: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .int2 }
    public static var postgresArrayType: PostgresType { .int2Array }
    public func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: self) }
    public init(postgres bytes: borrowing RawSpan, type: PostgresType) throws(PostgresDecodingError) {
        try self.init(integer: bytes, type: type)
    }
}

extension Bool: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .bool }
    public static var postgresArrayType: PostgresType { .boolArray }
    public func encode(into bytes: inout [UInt8]) { bytes.append(self ? 1 : 0) }
    public init(postgres bytes: borrowing RawSpan, type: PostgresType) throws(PostgresDecodingError) {
        guard type == .bool else { throw PostgresDecodingError(.unexpectedType, expected: Bool.self, type: type) }
        guard bytes.byteCount == 1 else { throw PostgresDecodingError(.malformed, expected: Bool.self, type: type) }
        self = bytes.bigEndian(as: UInt8.self) != 0
    }
}

extension Double: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .float8 }
    public static var postgresArrayType: PostgresType { .float8Array }
    public func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: bitPattern) }
    /// Reads `float8` and `float4`; cast `numeric` in SQL, because a `Double` cannot hold every one.
    public init(postgres bytes: borrowing RawSpan, type: PostgresType) throws(PostgresDecodingError) {
        switch (type, bytes.byteCount) {
        case (.float8, 8): self.init(bitPattern: bytes.bigEndian(as: UInt64.self))
        case (.float4, 4): self.init(Float(bitPattern: bytes.bigEndian(as: UInt32.self)))
        case (.float8, _), (.float4, _): throw PostgresDecodingError(.malformed, expected: Double.self, type: type)
        default: throw PostgresDecodingError(.unexpectedType, expected: Double.self, type: type)
        }
    }
}

extension Float: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
    public static var postgresType: PostgresType { .float4 }
    public static var postgresArrayType: PostgresType { .float4Array }
    public func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: bitPattern) }
    public init(postgres bytes: borrowing RawSpan, type: PostgresType) throws(PostgresDecodingError) {
        guard type == .float4 else { throw PostgresDecodingError(.unexpectedType, expected: Float.self, type: type) }
        guard bytes.byteCount == 4 else { throw PostgresDecodingError(.malformed, expected: Float.self, type: type) }
        self.init(bitPattern: bytes.bigEndian(as: UInt32.self))
    }
}
