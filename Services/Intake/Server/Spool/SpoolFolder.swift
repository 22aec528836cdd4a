import Foundation
import GRDB

/// One copy's folder: a lock that its owner holds as long as it lives, and a SQLite file.
///
/// A lock ends with its process, so a folder that can be locked belongs to nobody: its copy has died or was moved.
final class SpoolFolder: Sendable {
    let url: URL
    let queue: DatabaseQueue
    private let lock: Int32

    /// - Returns: `nil` when another process holds the folder.
    /// - Throws: What SQLite says, or a POSIX error of the lock's file.
    init?(_ url: URL) throws {
        self.url = url
        lock = open(url.appending(path: "lock").path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw CocoaError(.fileWriteNoPermission) }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            close(lock)
            return nil
        }
        var configuration = Configuration()
        // FULL: the log is synced to the disk before a commit is answered.
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
        }
        queue = try DatabaseQueue(path: url.appending(path: "spool.sqlite").path, configuration: configuration)
        try queue.write { try Self.makeTables($0) }
        Self.sync(url)
        Self.sync(url.deletingLastPathComponent())
    }

    deinit {
        // Closing ends the lock.
        close(lock)
    }

    /// The words and the identity are in sealed alone; beside it stands what a repeat needs.
    private static func makeTables(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS spooled (
                    id INTEGER PRIMARY KEY, agency INTEGER NOT NULL, tracking_code TEXT NOT NULL,
                    access_key_hash BLOB NOT NULL, caller TEXT NOT NULL, key TEXT, request_hash BLOB NOT NULL,
                    received_at REAL NOT NULL, missing TEXT NOT NULL, sealed BLOB NOT NULL, parked INTEGER NOT NULL DEFAULT 0,
                    UNIQUE (agency, tracking_code));
                CREATE INDEX IF NOT EXISTS spooled_key ON spooled (agency, caller, key) WHERE key IS NOT NULL;
                CREATE INDEX IF NOT EXISTS spooled_order ON spooled (agency, parked, id)
                """)
    }

    /// A name in a folder is durable only once the folder itself is synced.
    private static func sync(_ folder: URL) {
        let descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
