/// A value in a row is not what the caller expected. It never contains the value.
public struct PostgresDecodingError: Error, Sendable, CustomStringConvertible {
    /// Why decoding failed.
    public enum Reason: Sendable, Hashable {
        /// The row has no such column.
        case missingColumn
        /// NULL where a value was expected; use `decodeIfPresent`.
        case unexpectedNull
        /// The column's type is not one that the Swift type reads. Cast in SQL, for instance `::text` or `::int8`.
        case unexpectedType
        /// The bytes do not make a value of the type.
        case malformed
        /// The value exists but the Swift type cannot hold it, for instance `infinity` as a date.
        case outOfRange
        /// The row has another number of columns than the tuple.
        case columnCount
    }

    /// Why decoding failed.
    public let reason: Reason
    /// The Swift type asked for.
    public internal(set) var expected: String
    /// The column's type.
    public internal(set) var type: PostgresType
    /// The column's name.
    public internal(set) var column: String

    /// For own conformances to `PostgresDecodable`; the column's name is added by the row.
    public init(_ reason: Reason, expected: any Any.Type, type: PostgresType) {
        self.init(reason, expected: String(describing: expected), type: type, column: "")
    }

    init(_ reason: Reason, expected: String, type: PostgresType, column: String) {
        self.reason = reason
        self.expected = expected
        self.type = type
        self.column = column
    }

    public var description: String {
        "PostgresDecodingError(\(reason), column: \(column), type: \(type), expected: \(expected))"
    }

    @usableFromInline
    func named(_ column: String) -> Self {
        var copy = self
        copy.column = column
        return copy
    }
}

/// A value cannot be sent to the server.
public struct PostgresEncodingError: Error, Sendable, CustomStringConvertible {
    /// What is wrong with the value; does not contain it.
    public let description: String

    public init(_ description: String) { self.description = description }
}
