import OperatorKit
import PostgresMigrations
import Testing

/// What may be applied again must be harmless when applied again.
@Suite("Definitions")
struct DefinitionsTests {
    private static let harmless = ["CREATE OR REPLACE FUNCTION ", "GRANT ", "REVOKE ", "COMMENT ", "SET LOCAL ROLE "]

    @Test("a script with a revision holds nothing but what can be repeated")
    func repeatable() throws {
        var seen = 0
        for group in try OperatorMigrations.groups() {
            for migration in group.migrations where migration.revision != nil {
                seen += 1
                for statement in Self.statements(migration.sql) {
                    #expect(
                        Self.harmless.contains { statement.hasPrefix($0) },
                        "\(group.name) \(migration.number): \(statement.prefix(80))")
                }
            }
        }
        #expect(seen > 5)
    }

    @Test("a function stands in one script with a revision, or the older text would come back")
    func once() throws {
        for group in try OperatorMigrations.groups() {
            var homes: [String: Int] = [:]
            for migration in group.migrations where migration.revision != nil {
                for statement in Self.statements(migration.sql) where statement.hasPrefix("CREATE OR REPLACE FUNCTION ")
                {
                    let name = String(statement.dropFirst("CREATE OR REPLACE FUNCTION ".count).prefix { $0 != "(" })
                    let home = homes.updateValue(migration.number, forKey: name)
                    #expect(
                        home == nil || home == migration.number,
                        "\(name) stands in \(home ?? 0) and \(migration.number)")
                }
            }
        }
    }

    /// The scripts begin each statement at the start of a line; bodies between `$$` are indented or parts of one.
    static func statements(_ sql: String) -> [String] {
        var inBody = false
        var found: [String] = []
        for line in sql.split(separator: "\n") {
            if !inBody, let first = line.first, first.isLetter, first.isUppercase { found.append(String(line)) }
            if line.split(separator: "$$", omittingEmptySubsequences: false).count.isMultiple(of: 2) { inBody.toggle() }
        }
        return found
    }
}
