private import Crypto
public import Foundation
private import Postgres
private import ServiceKit
public import Tenancy

/// Files in the database. All writing goes through functions that know their caller's agency.
public struct MediaStore: Sendable {
    /// Bytes of a chunk; what a request holds in memory at any time.
    public static let pieceSize = 65_536

    public let database: AgencyDatabase
    /// Files of one case and purpose.
    public let maximumFiles: Int

    public init(database: AgencyDatabase, maximumFiles: Int = 10) {
        self.database = database
        self.maximumFiles = maximumFiles
    }

    // MARK: Writing

    /// Announces a file. With the id of one that exists nothing changes, and that one is returned.
    /// - Throws: 404 for a case the agency has nothing to do with, 409 `wrong_state` when the case has enough files, 429 when
    ///   the agency has stored enough for the day.
    public func begin(_ new: NewMedia, in scope: AgencyScope) async throws -> MediaItem {
        do {
            let results = try await database.once(
                scope,
                """
                SELECT media.begin(\(new.id), \(new.caseID), \(new.purpose.rawValue), \(new.isShared), \(new.name),
                    \(new.addedBy), \(new.size), \(Int32(maximumFiles)))
                """,
                "SELECT \(MediaItem.columns) FROM media.item WHERE agency = directory.me() AND id = \(new.id)")
            guard let row = results.last?.first else { throw TenancyError.noResult }
            return try MediaItem(row: row)
        } catch let error as PostgresError where error.sqlState?.rawValue == "SN409" {
            throw Problem.wrongState().explained(
                id: "Paling banyak \(maximumFiles) berkas untuk satu laporan.",
                en: "At most \(maximumFiles) files for one report.")
        }
    }

    /// What became of a piece.
    public struct Progress: Sendable {
        public let received: Int
        public let state: MediaItem.State
        /// `false`: the piece does not begin where the last one ended, or the item takes no more.
        public let isTaken: Bool
    }

    /// Stores the next piece, at most `pieceSize` bytes.
    public func append(_ piece: [UInt8], to id: UUID, at offset: Int, in scope: AgencyScope) async throws -> Progress {
        let rows = try await database.query(
            scope, "SELECT received, state, taken FROM media.append(\(id), \(offset), \(piece))")
        guard let row = rows.first else { throw TenancyError.noResult }
        return Progress(
            received: try row.decode("received"),
            state: MediaItem.State(rawValue: try row.decode("state", as: String.self)) ?? .unknown,
            isTaken: try row.decode("taken"))
    }

    /// Ends a file whose size was not known.
    public func finish(_ id: UUID, in scope: AgencyScope) async throws {
        _ = try await database.query(scope, "SELECT media.finish(\(id))")
    }

    /// Throws a file away that has not passed.
    public func refuse(_ id: UUID, _ reason: String, in scope: AgencyScope) async throws {
        _ = try await database.query(scope, "SELECT media.refuse(\(id), \(reason))")
    }

    // MARK: Reading

    /// One file; `nil` when the agency neither stored it nor sees it by a part in its case.
    public func item(_ id: UUID, ofCase caseID: UUID, in scope: AgencyScope) async throws -> MediaItem? {
        try await database.query(
            scope, "SELECT \(MediaItem.columns) FROM media.item WHERE case_id = \(caseID) AND id = \(id)"
        ).first.map(MediaItem.init(row:))
    }

    /// Files of a case, oldest first: the agency's own, and those it sees by its part.
    public func items(
        ofCase caseID: UUID, _ purpose: MediaItem.Purpose, in scope: AgencyScope
    ) async throws -> [MediaItem] {
        try await database.query(
            scope,
            """
            SELECT \(MediaItem.columns) FROM media.item
            WHERE case_id = \(caseID) AND purpose = \(purpose.rawValue) ORDER BY id LIMIT 200
            """
        ).map(MediaItem.init(row:))
    }

    /// The agency's own files that look like one or have its very bytes, in other cases or in the same; newest first.
    /// - Parameter distance: Bits that may differ; up to 6 is the same picture, cut or lit a little differently.
    public func alike(_ item: MediaItem, distance: Int = 6, in scope: AgencyScope) async throws -> [MediaItem] {
        try await database.query(
            scope,
            """
            SELECT \(MediaItem.columns) FROM media.item
            WHERE agency = directory.me() AND id <> \(item.id) AND state = 'ready'
                AND (original_sha256 = \(item.originalSHA256)
                     OR bit_count((perceptual_hash # \(item.perceptualHash)::int8)::bit(64)) <= \(distance))
            ORDER BY id DESC LIMIT 20
            """
        ).map(MediaItem.init(row:))
    }

    /// One chunk of some bytes; `nil` after the last.
    func chunk(_ number: Int, of content: UUID, agency: Int, in scope: AgencyScope) async throws -> [UInt8]? {
        try await database.query(
            scope,
            """
            SELECT data FROM media.chunk
            WHERE agency = \(Int32(agency)) AND content = \(content) AND number = \(Int32(number))
            """
        ).first?.decode("data", as: [UInt8].self)
    }
}

extension UUID {
    /// The id of a file that a caller may announce twice: the same for the same words, and ordered by `time` like every other.
    public static func media(_ words: String..., at time: Date) -> UUID {
        var digest = SHA256()
        for word in words { digest.update(data: Data("\(word.utf8.count):\(word)".utf8)) }
        var bytes = Array(digest.finalize().prefix(16))
        let milliseconds = UInt64(max(0, time.timeIntervalSince1970 * 1000))
        for index in 0..<6 { bytes[index] = UInt8(truncatingIfNeeded: milliseconds >> UInt64(40 - 8 * index)) }
        bytes[6] = bytes[6] & 0x0F | 0x70
        bytes[8] = bytes[8] & 0x3F | 0x80
        return bytes.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
    }
}
