/// A value that can be bound to a statement.
///
/// An enumeration with a `String` or integer raw value needs only the declaration of conformance.
public protocol PostgresEncodable: Sendable {
    /// The type announced to the server. `.unspecified` lets it infer one, which suits text that may be an enumeration.
    static var postgresType: PostgresType { get }
    /// How `encode` writes.
    static var postgresFormat: PostgresFormat { get }
    /// Appends the value in the announced type's format.
    func encode(into bytes: inout [UInt8]) throws(PostgresEncodingError)
}

/// How a value is written.
public enum PostgresFormat: Sendable {
    /// The type's binary format; big-endian.
    case binary
    /// The type's text, UTF-8 without zero bytes.
    case text
}

extension PostgresEncodable {
    /// Binary unless the type says otherwise.
    public static var postgresFormat: PostgresFormat { .binary }
}

/// A value that can be read from a row.
public protocol PostgresDecodable: Sendable {
    /// Reads the binary format of `type`; NULL never gets here.
    init(postgres bytes: borrowing RawSpan, type: PostgresType) throws(PostgresDecodingError)
}

/// Both directions.
public typealias PostgresCodable = PostgresEncodable & PostgresDecodable

extension RawRepresentable where Self: PostgresEncodable, RawValue: PostgresEncodable {
    public static var postgresType: PostgresType { RawValue.postgresType }
    public static var postgresFormat: PostgresFormat { RawValue.postgresFormat }
    public func encode(into bytes: inout [UInt8]) throws(PostgresEncodingError) { try rawValue.encode(into: &bytes) }
}

extension RawRepresentable where Self: PostgresDecodable, RawValue: PostgresDecodable {
    /// - Throws: `.malformed` for a raw value that has no case.
    public init(postgres bytes: borrowing RawSpan, type: PostgresType) throws(PostgresDecodingError) {
        guard let value = Self(rawValue: try RawValue(postgres: bytes, type: type)) else {
            throw PostgresDecodingError(.malformed, expected: Self.self, type: type)
        }
        self = value
    }
}
