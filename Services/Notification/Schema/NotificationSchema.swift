private import Foundation
public import PostgresMigrations

/// The schema `notification`, which the service notification owns.
public enum NotificationSchema {
    /// The migrations of group `notification`.
    /// - Throws: When the package's resources are missing or a file is misnamed.
    public static func migrations() throws -> MigrationGroup {
        try MigrationGroup(name: "notification", directory: Bundle.module.bundleURL.appending(path: "SQL"))
    }
}
