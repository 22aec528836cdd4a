private import AnalyticsSchema
private import Exchange
private import IntakeSchema
private import Media
private import NotificationSchema
public import PostgresMigrations
private import RoutingSchema
private import Tenancy

/// All migrations of the system, in the order in which they are applied.
public enum OperatorMigrations {
    /// `directory`, `exchange`, `casework`, `intake`, `notification`, `analytics`, `media`.
    /// - Throws: When the package's resources are missing or a file is misnamed.
    public static func groups() throws -> [MigrationGroup] {
        [
            try DirectorySchema.migrations(), try ExchangeSchema.migrations(), try RoutingSchema.migrations(),
            try IntakeSchema.migrations(), try NotificationSchema.migrations(), try AnalyticsSchema.migrations(),
            try MediaSchema.migrations(),
        ]
    }
}
