import Foundation
import Testing

@testable import PostgresMigrations

@Suite("Migration plan")
struct MigrationsPlanTests {
    private static let one = Migration(number: 1, name: "one", sql: "SELECT 1;")
    private static let two = Migration(number: 2, name: "two", sql: "-- concurrent\nSELECT 2;\n-- next\nSELECT 3;\n")

    private static func applied(_ migration: Migration, in group: String = "a") -> AppliedMigration {
        AppliedMigration(
            group: group, number: migration.number, checksum: migration.checksum, revision: migration.revision ?? 0)
    }

    @Test("pending is what the database does not have, group by group")
    func pending() throws {
        let groups = [
            try MigrationGroup(name: "a", migrations: [Self.one, Self.two]),
            try MigrationGroup(name: "b", migrations: [Self.one]),
        ]
        #expect(try MigrationPlan.pending(groups, applied: []).map(\.description) == ["a 1 one", "a 2 two", "b 1 one"])
        let some = [Self.applied(Self.one), Self.applied(Self.two), Self.applied(Self.two, in: "elsewhere")]
        #expect(try MigrationPlan.pending(groups, applied: some).map(\.description) == ["b 1 one"])
    }

    @Test("a newer database is fine for older code")
    func newer() throws {
        let groups = [try MigrationGroup(name: "a", migrations: [Self.one])]
        #expect(try MigrationPlan.pending(groups, applied: [Self.applied(Self.one), Self.applied(Self.two)]).isEmpty)
    }

    @Test("a changed script is named")
    func changed() throws {
        let groups = [try MigrationGroup(name: "a", migrations: [Self.one])]
        let error = #expect(throws: MigrationError.self) {
            try MigrationPlan.pending(
                groups, applied: [AppliedMigration(group: "a", number: 1, checksum: "0", revision: 0)])
        }
        #expect(error?.code == .changed)
        #expect(error?.description.hasPrefix("a 1 one was changed") == true)
    }

    @Test("definitions are pending where the database has a lower revision, and changed if their number stayed")
    func definitions() throws {
        let third = Migration(number: 1, name: "moves", sql: "-- definitions 3\nCREATE OR REPLACE …")
        let groups = [try MigrationGroup(name: "a", migrations: [third])]
        func pending(_ revision: Int, _ checksum: String) throws -> [String] {
            try MigrationPlan.pending(
                groups, applied: [AppliedMigration(group: "a", number: 1, checksum: checksum, revision: revision)]
            ).map(\.description)
        }
        #expect(third.revision == 3)
        #expect(try pending(2, "0") == ["a 1 moves"])
        #expect(try pending(0, "0") == ["a 1 moves"], "once applied as a plain script")
        #expect(try pending(3, third.checksum) == [])
        #expect(try pending(4, "0") == [], "older code on a newer schema")
        #expect(throws: MigrationError.self) { try pending(3, "0") }
        for sql in ["-- definitions", "-- definitions 0", "-- definitions x", "SELECT 1; -- definitions 2"] {
            #expect(Migration(number: 1, name: "x", sql: sql).revision == nil)
        }
    }

    @Test("a script that comes late is an error, a number left out is none, a number used twice is one")
    func order() throws {
        let groups = [try MigrationGroup(name: "a", migrations: [Self.one, Self.two])]
        let error = #expect(throws: MigrationError.self) {
            try MigrationPlan.pending(groups, applied: [Self.applied(Self.two)])
        }
        #expect(error?.code == .outOfOrder)
        #expect(try MigrationGroup(name: "a", migrations: [Self.two]).migrations.count == 1)
        #expect(throws: MigrationError.self) { try MigrationGroup(name: "a", migrations: [Self.two, Self.two]) }
        #expect(throws: MigrationError.self) { try MigrationGroup(name: "a", migrations: [Self.two, Self.one]) }
    }

    @Test("a concurrent script is cut at its marks")
    func batches() {
        #expect(Self.two.concurrent && !Self.one.concurrent)
        #expect(Self.two.batches == ["-- concurrent\nSELECT 2;\n", "SELECT 3;\n\n"])
        #expect(Self.one.batches == [Self.one.sql])
    }

    @Test("the checksum is SHA-256 of the text")
    func checksum() {
        #expect(
            Migration(number: 1, name: "x", sql: "abc").checksum
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test(
        "file names",
        arguments: [
            ("0001_a", 1), ("0012_add_index_2", 12), ("001_a", nil), ("0001", nil), ("0001_", nil), ("0001_A", nil),
            ("00o1_a", nil),
        ] as [(String, Int?)])
    func names(base: String, number: Int?) {
        #expect(MigrationGroup.parts(of: base)?.number == number)
    }
}
