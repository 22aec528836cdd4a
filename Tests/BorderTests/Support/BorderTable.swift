import Foundation
import Postgres

/// A table that is not public, as the catalogue describes it.
struct BorderTable: Sendable, CustomStringConvertible {
    let schema: String
    let name: String
    let columns: [String]
    /// Whether rows say whose they are.
    let hasAgency: Bool

    var description: String { "\(schema).\(name)" }

    /// The name for use in a statement.
    var sql: SQL { "\(identifier: PostgresIdentifier(schema)).\(identifier: PostgresIdentifier(name))" }

    /// All tables of our schemas, without partitions, the migrator's ledger and those that everybody reads.
    static func all() async throws -> [BorderTable] {
        try await Border.superuser { client in
            try await client.query(
                """
                SELECT n.nspname::text AS schema, c.relname::text AS name,
                    array_agg(a.attname::text ORDER BY a.attnum) AS columns,
                    bool_or(a.attname = 'agency') AS has_agency
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                WHERE n.nspname = ANY (\(Border.schemas)) AND c.relkind IN ('r', 'p') AND NOT c.relispartition
                    AND c.relrowsecurity
                    AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND pg_get_expr(p.polqual, p.polrelid) = 'true')
                GROUP BY 1, 2 ORDER BY 1, 2
                """
            ).map { row in
                BorderTable(
                    schema: try row.decode("schema", as: String.self), name: try row.decode("name", as: String.self),
                    columns: try row.decode("columns", as: [String].self),
                    hasAgency: try row.decode("has_agency", as: Bool.self))
            }
        }
    }

    /// Columns that a login may use in a way.
    func columns(_ login: String, may privilege: String) async throws -> [String] {
        try await Border.superuser { client in
            try await client.texts(
                """
                SELECT a.attname::text AS value FROM pg_attribute a
                WHERE a.attrelid = \(description)::regclass AND a.attnum > 0 AND NOT a.attisdropped
                    AND has_column_privilege(\(login)::name, a.attrelid, a.attnum, \(privilege))
                ORDER BY a.attnum
                """)
        }
    }

    /// Column names in a list.
    static func list(_ columns: [String]) -> SQL {
        var list: SQL = ""
        for (place, column) in columns.enumerated() {
            list =
                place == 0
                ? "\(identifier: PostgresIdentifier(column))" : "\(list), \(identifier: PostgresIdentifier(column))"
        }
        return list
    }
}
