private import Foundation
public import Postgres
public import PostgresMigrations

/// The schema `directory`: agencies, offices, areas, calendars, roles and `me()`. It is the first group to be applied.
public enum DirectorySchema {
    /// The migrations of group `directory`.
    /// - Throws: When the package's resources are missing or a file is misnamed.
    public static func migrations() throws -> MigrationGroup {
        try MigrationGroup(name: "directory", directory: Bundle.module.bundleURL.appending(path: "Schema"))
    }

    /// What a superuser runs once in an empty database before the first migration: roles that own things, extensions,
    /// and what is taken from PUBLIC. It may be run again.
    /// - Throws: When the package's resources are missing.
    public static func bootstrap() throws -> PostgresScript {
        PostgresScript(
            try String(contentsOf: Bundle.module.bundleURL.appending(path: "Schema/bootstrap.sql"), encoding: .utf8))
    }
}
