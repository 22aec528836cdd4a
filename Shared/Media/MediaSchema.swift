private import Foundation
public import PostgresMigrations

/// The schema `media`: attachments and evidence. It is applied after `casework` and `intake`, to which its policies refer.
public enum MediaSchema {
    /// The migrations of group `media`.
    /// - Throws: When the package's resources are missing or a file is misnamed.
    public static func migrations() throws -> MigrationGroup {
        try MigrationGroup(name: "media", directory: Bundle.module.bundleURL.appending(path: "Schema"))
    }
}
