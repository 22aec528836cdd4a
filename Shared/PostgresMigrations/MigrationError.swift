/// Why migrations cannot be read or applied. Errors of the database itself are thrown as they are.
public struct MigrationError: Error, CustomStringConvertible, Equatable {
    /// What went wrong, for code; more kinds may be added.
    public struct Code: Sendable, Hashable {
        let name: String
        /// A `.sql` file is not named `NNNN_name.sql`.
        public static let fileName = Code(name: "fileName")
        /// The numbers of a group do not ascend, or one is used twice.
        public static let numbering = Code(name: "numbering")
        /// A script that was applied has another text now.
        public static let changed = Code(name: "changed")
        /// A later script of the group was applied without an earlier one.
        public static let outOfOrder = Code(name: "outOfOrder")
        /// Other sessions held the needed locks through every attempt.
        public static let locked = Code(name: "locked")
    }

    public let code: Code
    /// A sentence for the operator that names the group and the script.
    public let description: String

    static func fileName(group: String, file: String) -> MigrationError {
        MigrationError(code: .fileName, description: "\(group): “\(file)” is not named NNNN_name.sql.")
    }
    static func numbering(group: String, after last: Int, found: Int) -> MigrationError {
        MigrationError(
            code: .numbering,
            description: "\(group): migration \(found) follows \(last); numbers ascend and each is used once.")
    }
    static func changed(_ step: MigrationStep, applied: String) -> MigrationError {
        MigrationError(
            code: .changed,
            description: "\(step) was changed after it was applied: the database has checksum \(applied.prefix(12))…, "
                + "the file \(step.migration.checksum.prefix(12))…. Restore the file and add a new migration; definitions need a higher revision."
        )
    }
    static func outOfOrder(_ step: MigrationStep, after latest: Int) -> MigrationError {
        MigrationError(
            code: .outOfOrder, description: "\(step) is missing although migration \(latest) of its group was applied.")
    }
    static func locked(_ step: MigrationStep, attempts: Int) -> MigrationError {
        MigrationError(
            code: .locked, description: "\(step) could not get its locks in \(attempts) attempts; nothing was changed.")
    }
}
