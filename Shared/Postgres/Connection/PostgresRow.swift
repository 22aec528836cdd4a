/// One row; a view into its `PostgresRows`.
public struct PostgresRow: Sendable {
    @usableFromInline let rows: PostgresRows
    @usableFromInline let index: Int32

    init(rows: PostgresRows, index: Int32) {
        self.rows = rows
        self.index = index
    }

    /// The value of a column.
    /// - Throws: `.missingColumn`, `.unexpectedNull`, `.unexpectedType`, `.malformed` or `.outOfRange`.
    @inlinable
    public func decode<Value: PostgresDecodable>(
        _ column: StaticString, as type: Value.Type = Value.self
    ) throws(PostgresDecodingError) -> Value {
        guard let value = try decodeIfPresent(column, as: type) else {
            throw failure(.unexpectedNull, Value.self, column.description)
        }
        return value
    }

    /// The value of a column, or `nil` for NULL.
    /// - Throws: as `decode`, except `.unexpectedNull`.
    @inlinable
    public func decodeIfPresent<Value: PostgresDecodable>(
        _ column: StaticString, as: Value.Type = Value.self
    ) throws(PostgresDecodingError) -> Value? {
        guard let position = rows.columnIndex(column) else {
            throw failure(.missingColumn, Value.self, column.description)
        }
        return try value(at: position)
    }

    /// All columns in order: `try row.decode((UUID, String).self)`.
    /// - Throws: `.columnCount` where the tuple has another number of them.
    @inlinable
    public func decode<each Column: PostgresDecodable>(
        _: (repeat each Column).Type
    ) throws(PostgresDecodingError) -> (repeat each Column) {
        var count: Int32 = 0
        for _ in repeat (each Column).self { count += 1 }
        guard count == rows.columnCount else { throw failure(.columnCount, (repeat each Column).self, "") }
        var position: Int32 = -1
        func next<Value: PostgresDecodable>(_: Value.Type) throws(PostgresDecodingError) -> Value {
            position += 1
            guard let value: Value = try value(at: position) else {
                throw failure(.unexpectedNull, Value.self, rows.columnName(position))
            }
            return value
        }
        return (repeat try next((each Column).self))
    }

    @inlinable
    func value<Value: PostgresDecodable>(at position: Int32) throws(PostgresDecodingError) -> Value? {
        do {
            guard let bytes = rows.bytes(row: index, column: position) else { return nil }
            return try Value(postgres: bytes.bytes, type: rows.type(of: position))
        } catch {
            throw error.named(rows.columnName(position))
        }
    }

    @usableFromInline
    func failure(
        _ reason: PostgresDecodingError.Reason, _ expected: any Any.Type, _ column: String
    ) -> PostgresDecodingError {
        PostgresDecodingError(reason, expected: expected, type: .unspecified).named(column)
    }
}

/// A row as a value of the program.
public protocol PostgresRecord: Sendable {
    /// Reads the columns it needs by name.
    init(row: PostgresRow) throws
}
