import CLibPQ
internal import Glibc

/// The rows that a statement returned. It owns libpq's result; values are decoded when they are asked for, by whoever
/// asks, never on the connection's thread.
// Sendable: a PGresult is never changed after libpq has handed it out, and it is freed once, here.
public final class PostgresRows: RandomAccessCollection, @unchecked Sendable {
    fileprivate let result: OpaquePointer
    /// Number of rows.
    public let endIndex: Int
    public var startIndex: Int { 0 }

    /// Takes over the result.
    init(result: OpaquePointer) {
        self.result = result
        endIndex = Int(PQntuples(result))
    }

    deinit { PQclear(result) }

    public subscript(index: Int) -> PostgresRow {
        precondition(index >= 0 && index < endIndex, "row index out of range")
        return PostgresRow(rows: self, index: Int32(index))
    }

    /// How many rows the statement inserted, updated, deleted or returned.
    public var affected: Int {
        guard let text = PQcmdTuples(result) else { return 0 }
        return atol(text)
    }

    /// The server's command tag, such as `INSERT 0 1` or `COMMIT`.
    public var tag: String {
        guard let text = PQcmdStatus(result) else { return "" }
        return String(cString: text)
    }

    /// Names of the columns in order.
    public var columns: [String] {
        (0..<columnCount).map { columnName($0) }
    }

    @usableFromInline
    var columnCount: Int32 { PQnfields(result) }

    @usableFromInline
    func columnName(_ column: Int32) -> String {
        guard let name = PQfname(result, column) else { return "" }
        return String(cString: name)
    }

    @usableFromInline
    func type(of column: Int32) -> PostgresType { PostgresType(oid: PQftype(result, column)) }

    /// The first column of this name; compares C strings in place, because rows are decoded by name all the time.
    @usableFromInline
    func columnIndex(_ name: StaticString) -> Int32? {
        guard name.hasPointerRepresentation else { return nil }
        return name.withUTF8Buffer { wanted in
            for column in 0..<PQnfields(result) {
                guard let found = PQfname(result, column), strlen(found) == wanted.count else { continue }
                guard let start = wanted.baseAddress, memcmp(found, start, wanted.count) != 0 else { return column }
            }
            return nil
        }
    }

    /// Valid as long as these rows; `nil` for NULL.
    @usableFromInline
    func bytes(row: Int32, column: Int32) -> UnsafeRawBufferPointer? {
        let length = Int(PQgetlength(result, row, column))
        if length == 0, PQgetisnull(result, row, column) != 0 { return nil }
        return UnsafeRawBufferPointer(start: PQgetvalue(result, row, column), count: length)
    }
}

extension PostgresRows: CustomStringConvertible {
    /// Counts only; values are not shown.
    public var description: String { "PostgresRows(\(endIndex) rows, \(tag))" }
}
