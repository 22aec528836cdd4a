private import Foundation
public import PostgresMigrations

/// The schema `intake`, which the service intake owns.
public enum IntakeSchema {
    /// The migrations of group `intake`.
    /// - Throws: When the package's resources are missing or a file is misnamed.
    public static func migrations() throws -> MigrationGroup {
        try MigrationGroup(name: "intake", directory: Bundle.module.bundleURL.appending(path: "SQL"))
    }
}
