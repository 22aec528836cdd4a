private import Foundation
public import PostgresMigrations

/// The schema `casework`, which the service routing owns.
public enum RoutingSchema {
    /// The migrations of group `casework`.
    /// - Throws: When the package's resources are missing or a file is misnamed.
    public static func migrations() throws -> MigrationGroup {
        try MigrationGroup(name: "casework", directory: Bundle.module.bundleURL.appending(path: "SQL"))
    }
}
