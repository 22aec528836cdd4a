private import Foundation
public import PostgresMigrations

/// The schema `analytics`, which the service analytics owns.
public enum AnalyticsSchema {
    /// The migrations of group `analytics`.
    /// - Throws: When the package's resources are missing or a file is misnamed.
    public static func migrations() throws -> MigrationGroup {
        try MigrationGroup(name: "analytics", directory: Bundle.module.bundleURL.appending(path: "SQL"))
    }
}
