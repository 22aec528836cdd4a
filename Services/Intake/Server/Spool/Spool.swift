import SinergiCore
import Foundation
import GRDB
import Logging
import Metrics
import Synchronization

/// Keeps accepted complaints on this machine's disk while the database is away or has not said whether it committed.
///
/// Each copy of intake has a folder of its own beneath the spool's directory. At its start a copy takes the first folder
/// that nobody holds and adopts the others: what died with another copy drains through this one.
final class Spool: Sendable {
    /// A complaint as it lies here.
    struct Entry: Sendable {
        let agency: Int
        let first: StoredComplaint
        let caller: String
        let key: String?
        let requestHash: [UInt8]
        /// `Acceptance` as JSON, sealed to the agency's key.
        let sealed: [UInt8]
    }

    /// What became of an entry.
    enum Kept: Sendable {
        case kept
        case repeated(StoredComplaint)
        case keyReused
    }

    /// An entry that waits to be drained.
    struct Waiting: Sendable {
        let folder: Int
        let id: Int64
        let sealed: [UInt8]
    }

    /// Nothing more is accepted than fits.
    struct Full: Error {}

    /// The own folder first, adopted ones after it.
    private let folders: [SpoolFolder]
    private let limit: Int
    private let count: Mutex<Int>

    /// - Parameters:
    ///   - directory: Made when it is not there.
    ///   - limit: Complaints at most, adopted ones included.
    /// - Throws: When the directory cannot be written or a file of it cannot be read.
    init(directory: URL, limit: Int, logger: Logger) throws {
        try FileManager.default.createDirectory(
            at: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        var folders: [SpoolFolder] = []
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path).filter { $0.hasPrefix("copy-") }
        for name in names.sorted() {
            if let folder = try SpoolFolder(directory.appending(path: name)) { folders.append(folder) }
        }
        if folders.isEmpty {
            let own = directory.appending(path: "copy-\(UUID.v7().text)")
            try FileManager.default.createDirectory(
                at: own, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
            guard let folder = try SpoolFolder(own) else { throw CocoaError(.fileLocking) }
            folders.append(folder)
        }
        self.folders = folders
        self.limit = limit
        let waiting = try folders.reduce(0) { sum, folder in
            sum + (try folder.queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM spooled") ?? 0 })
        }
        count = Mutex(waiting)
        if waiting > 0 {
            logger.notice("spool holds complaints", metadata: ["count": "\(waiting)", "folders": "\(folders.count)"])
        }
        record(waiting)
    }

    /// Complaints that wait, parked ones included.
    var waiting: Int { count.withLock { $0 } }
    var hasRoom: Bool { waiting < limit }

    /// Makes entries durable in one commit. They are on the disk when this returns.
    /// - Returns: One outcome for each, in order.
    /// - Throws: `Full`, or what SQLite says; nothing is kept then.
    func keep(_ entries: [Entry]) async throws -> [Kept] {
        guard waiting + entries.count <= limit else { throw Full() }
        let outcomes = try await folders[0].queue.write { database in
            try entries.map { try Self.keep($0, database) }
        }
        let kept = outcomes.count { if case .kept = $0 { true } else { false } }
        change(by: kept)
        Counter(label: "sinergi_intake_spooled_total").increment(by: kept)
        return outcomes
    }

    private static func keep(_ entry: Entry, _ database: Database) throws -> Kept {
        let first = entry.first
        if let known = try known(entry, database) {
            return known
        }
        try database.execute(
            sql: """
                INSERT INTO spooled (agency, tracking_code, access_key_hash, caller, key, request_hash, received_at,
                    missing, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                entry.agency, first.trackingCode, Data(first.accessKeyHash), entry.caller, entry.key,
                Data(entry.requestHash), first.receivedAt.timeIntervalSince1970, first.missing.joined(separator: " "),
                Data(entry.sealed),
            ])
        return .kept
    }

    /// What waits here under the same key or code, for each of an agency's entries, in order: until it is drained the
    /// database knows nothing of it.
    func known(_ entries: [Entry]) async throws -> [Kept?] {
        var found = [Kept?](repeating: nil, count: entries.count)
        guard waiting > 0 else { return found }
        for folder in folders {
            let here = try await folder.queue.read { database in
                try entries.map { try Self.known($0, database) }
            }
            for (place, kept) in here.enumerated() where found[place] == nil { found[place] = kept }
        }
        return found
    }

    private static func known(_ entry: Entry, _ database: Database) throws -> Kept? {
        let first = entry.first
        if let key = entry.key,
            let hash = try Data.fetchOne(
                database, sql: "SELECT request_hash FROM spooled WHERE agency = ? AND caller = ? AND key = ?",
                arguments: [entry.agency, entry.caller, key]), Array(hash) != entry.requestHash
        {
            return .keyReused
        }
        let row = try Row.fetchOne(
            database,
            sql: "SELECT access_key_hash, received_at, missing FROM spooled WHERE agency = ? AND tracking_code = ?",
            arguments: [entry.agency, first.trackingCode])
        guard let row else { return nil }
        let (hash, seconds): (Data, Double) = (row["access_key_hash"], row["received_at"])
        let missing: String = row["missing"]
        guard Array(hash) == first.accessKeyHash else { return .keyReused }
        return .repeated(
            StoredComplaint(
                trackingCode: first.trackingCode, accessKeyHash: first.accessKeyHash,
                receivedAt: Date(timeIntervalSince1970: seconds),
                missing: missing.split(separator: " ").map(String.init)))
    }

    /// The sealed acceptance that waits here under a code; `nil` where none does.
    func sealed(agency: Int, code: String) async throws -> [UInt8]? {
        guard waiting > 0 else { return nil }
        for folder in folders {
            let found = try await folder.queue.read { database in
                try Data.fetchOne(
                    database, sql: "SELECT sealed FROM spooled WHERE agency = ? AND tracking_code = ?",
                    arguments: [agency, code])
            }
            if let found { return Array(found) }
        }
        return nil
    }

    /// The oldest entries of an agency that are not parked.
    func oldest(of agency: Int, limit: Int) async throws -> [Waiting] {
        var found: [Waiting] = []
        for (place, folder) in folders.enumerated() where found.count < limit {
            let room = limit - found.count
            found += try await folder.queue.read { database in
                try Row.fetchAll(
                    database,
                    sql: "SELECT id, sealed FROM spooled WHERE agency = ? AND parked = 0 ORDER BY id LIMIT ?",
                    arguments: [agency, room]
                ).map { row in
                    let (id, sealed): (Int64, Data) = (row["id"], row["sealed"])
                    return Waiting(folder: place, id: id, sealed: Array(sealed))
                }
            }
        }
        return found
    }

    /// Forgets what the database has.
    func remove(_ entries: [Waiting]) async throws {
        try await each(entries, "DELETE FROM spooled WHERE id = ?")
        change(by: -entries.count)
    }

    /// Sets aside what the database will never take; an operator looks at it.
    func park(_ entries: [Waiting]) async throws {
        Counter(label: "sinergi_intake_spool_parked_total").increment(by: entries.count)
        try await each(entries, "UPDATE spooled SET parked = 1 WHERE id = ?")
    }

    private func each(_ entries: [Waiting], _ sql: String) async throws {
        for (place, own) in Dictionary(grouping: entries, by: \.folder) {
            try await folders[place].queue.write { database in
                let statement = try database.cachedStatement(sql: sql)
                for entry in own { try statement.execute(arguments: [entry.id]) }
            }
        }
    }

    private func change(by difference: Int) {
        record(
            count.withLock { count in
                count += difference
                return count
            })
    }

    private func record(_ waiting: Int) { Gauge(label: "sinergi_intake_spool_waiting").record(waiting) }
}
