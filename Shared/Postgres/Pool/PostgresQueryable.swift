/// What can run a statement: the client, a connection, a transaction.
public protocol PostgresQueryable: Sendable {
    /// Runs one statement and returns its rows.
    /// - Throws: `PostgresError`, or `CancellationError` when the task was cancelled; the server was told to stop then.
    func query(_ sql: SQL) async throws -> PostgresRows
}

extension PostgresQueryable {
    /// Runs one statement and says how many rows it concerned.
    @discardableResult
    public func execute(_ sql: SQL) async throws -> Int {
        try await query(sql).affected
    }

    /// All rows as records.
    public func all<Record: PostgresRecord>(_ sql: SQL, as: Record.Type = Record.self) async throws -> [Record] {
        try await query(sql).map { try Record(row: $0) }
    }

    /// The only row.
    /// - Throws: `.rowCount` unless there is exactly one.
    public func one<Record: PostgresRecord>(_ sql: SQL, as: Record.Type = Record.self) async throws -> Record {
        let rows = try await query(sql)
        guard rows.count == 1, let row = rows.first else { throw Self.rowCount(rows, sql) }
        return try Record(row: row)
    }

    /// The only row, or `nil` where there is none.
    /// - Throws: `.rowCount` above one.
    public func optional<Record: PostgresRecord>(_ sql: SQL, as: Record.Type = Record.self) async throws -> Record? {
        let rows = try await query(sql)
        guard rows.count <= 1 else { throw Self.rowCount(rows, sql) }
        return try rows.first.map { try Record(row: $0) }
    }

    private static func rowCount(_ rows: PostgresRows, _ sql: SQL) -> PostgresError {
        PostgresError(.rowCount, message: "\(rows.count) rows", statement: sql.text)
    }
}
