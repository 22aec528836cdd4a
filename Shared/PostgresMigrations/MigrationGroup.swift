public import Foundation

/// The migrations of one owner, a schema or a library, in order.
///
/// Groups are numbered apart from each other, so two owners never compete for the next number.
public struct MigrationGroup: Sendable {
    /// The group's name in `platform.migration`.
    public let name: String
    /// The scripts by number, ascending. Numbers may be left out, so that parts of a schema can be written beside each other.
    public let migrations: [Migration]

    /// A group from scripts at hand.
    /// - Throws: `MigrationError` when the numbers do not ascend from 1 or more, as with two scripts of one number.
    public init(name: String, migrations: [Migration]) throws {
        var last = 0
        for migration in migrations {
            guard migration.number > last else {
                throw MigrationError.numbering(group: name, after: last, found: migration.number)
            }
            last = migration.number
        }
        self.name = name
        self.migrations = migrations
    }

    /// A group from a folder of `NNNN_name.sql` files. Files whose names begin with no digit are none of its migrations.
    /// - Throws: `MigrationError` for a `.sql` file with another kind of name or a number used twice; Foundation's errors
    ///   when the folder cannot be read.
    public init(name: String, directory: URL) throws {
        let files = try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
        let migrations = try files.filter { $0.pathExtension == "sql" && $0.lastPathComponent.first?.isNumber == true }
            .map { file in
                let base = file.deletingPathExtension().lastPathComponent
                guard let (number, title) = Self.parts(of: base) else {
                    throw MigrationError.fileName(group: name, file: file.lastPathComponent)
                }
                return Migration(number: number, name: title, sql: try String(contentsOf: file, encoding: .utf8))
            }
            .sorted { $0.number < $1.number }
        try self.init(name: name, migrations: migrations)
    }

    /// `0007_add_index` → (7, "add_index").
    static func parts(of base: String) -> (number: Int, name: String)? {
        let digits = base.prefix(4)
        let rest = base.dropFirst(4)
        guard digits.count == 4, digits.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int(digits),
            rest.first == "_", rest.count > 1,
            rest.allSatisfy({ $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "_") })
        else { return nil }
        return (number, String(rest.dropFirst()))
    }
}
