private import Foundation
public import PostgresMigrations

/// The schema `exchange`: messages, what is pending, and inboxes.
public enum ExchangeSchema {
    /// The migrations of group `exchange`.
    /// - Throws: When the package's resources are missing or a file is misnamed.
    public static func migrations() throws -> MigrationGroup {
        try MigrationGroup(name: "exchange", directory: Bundle.module.bundleURL.appending(path: "Schema"))
    }
}
