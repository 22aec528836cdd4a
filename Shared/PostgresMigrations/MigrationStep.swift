/// A migration and the group that it belongs to: what was applied, or is still to be.
public struct MigrationStep: Sendable, Hashable, CustomStringConvertible {
    /// The group's name.
    public let group: String
    /// The script.
    public let migration: Migration

    /// `casework 3 add_index`.
    public var description: String { "\(group) \(migration.number) \(migration.name)" }
}

/// What a database says about one applied script.
struct AppliedMigration: Hashable {
    let group: String
    let number: Int
    let checksum: String
    /// Of definitions; 0 for all other scripts.
    let revision: Int
}

/// Compares the scripts at hand with those that a database has; pure, so that its rules are tested without one.
enum MigrationPlan {
    /// The steps still to be done, in order: group by group, number by number.
    ///
    /// Scripts that only the database knows, and later revisions of definitions, are fine: older code runs on a newer schema.
    static func pending(_ groups: [MigrationGroup], applied: [AppliedMigration]) throws(MigrationError)
        -> [MigrationStep]
    {
        var pending: [MigrationStep] = []
        for group in groups {
            let known = Dictionary(
                applied.filter { $0.group == group.name }.map { ($0.number, $0) }, uniquingKeysWith: { $1 })
            let latest = known.keys.max() ?? 0
            for migration in group.migrations {
                let step = MigrationStep(group: group.name, migration: migration)
                if let found = known[migration.number] {
                    switch migration.revision ?? 0 {
                    case let revision where revision > found.revision: pending.append(step)
                    case let revision where revision < found.revision: continue
                    default:
                        guard found.checksum == migration.checksum else {
                            throw .changed(step, applied: found.checksum)
                        }
                    }
                } else {
                    guard migration.number > latest else { throw .outOfOrder(step, after: latest) }
                    pending.append(step)
                }
            }
        }
        return pending
    }
}
