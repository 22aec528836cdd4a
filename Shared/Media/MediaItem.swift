public import Foundation
public import Postgres

/// One file of one case: an attachment of the reporter's, or evidence of an office's.
public struct MediaItem: Sendable {
    /// What has become of the file.
    public enum State: String, Sendable {
        /// Pieces are missing.
        case uploading
        /// Complete; nobody sees it before it has been scanned and, if a picture, drawn anew.
        case checking
        /// May be shown.
        case ready
        /// Thrown away; `reason` says why.
        case refused
        /// A state that newer code knows.
        case unknown
    }

    /// What a file is for.
    public enum Purpose: String, Sendable {
        case attachment, evidence
    }

    public let id: UUID
    /// Number of the agency that stored it.
    public let agency: Int
    public let caseID: UUID
    public let purpose: Purpose
    public let state: State
    /// `unsupported_type`, `unreadable`, `too_many_pixels`, `malware`, `too_large`, `too_large_to_scan`, `abandoned`.
    public let reason: String?
    /// The sender's name for it, cleaned; for display only.
    public let name: String
    public let addedBy: String
    /// Bytes announced and bytes here.
    public let declaredSize: Int
    public let received: Int
    public let chunks: Int
    public let upload: UUID
    public let content: UUID?
    public let thumbnail: UUID?
    public let thumbnailSize: Int?
    /// By content; of what is shown.
    public let type: MediaType?
    public let size: Int?
    public let width: Int?
    public let height: Int?
    /// Of the bytes that were sent.
    public let originalSHA256: [UInt8]?
    /// dHash of 64 bits, see `MediaStore.alike`.
    public let perceptualHash: Int?
    /// From the file, in the camera's own time; with an offset where the camera knew one. For officers only.
    public let capturedAt: String?
    /// WGS 84 degrees; for officers only.
    public let capturedLatitude: Double?
    public let capturedLongitude: Double?
    public let attempts: Int
    public let createdAt: Date
}

extension MediaItem: PostgresRecord {
    public init(row: PostgresRow) throws(PostgresDecodingError) {
        id = try row.decode("id")
        agency = Int(try row.decode("agency", as: Int32.self))
        caseID = try row.decode("case_id")
        // The table's CHECK knows these two and no others.
        purpose = try row.decode("purpose", as: String.self) == "evidence" ? .evidence : .attachment
        state = State(rawValue: try row.decode("state", as: String.self)) ?? .unknown
        reason = try row.decodeIfPresent("reason")
        name = try row.decode("name")
        addedBy = try row.decode("added_by")
        declaredSize = try row.decode("declared_size")
        received = try row.decode("received")
        chunks = Int(try row.decode("chunks", as: Int32.self))
        upload = try row.decode("upload")
        content = try row.decodeIfPresent("content")
        thumbnail = try row.decodeIfPresent("thumbnail")
        thumbnailSize = try row.decodeIfPresent("thumbnail_size")
        type = try row.decodeIfPresent("type", as: String.self).flatMap(MediaType.init(rawValue:))
        size = try row.decodeIfPresent("size")
        width = try row.decodeIfPresent("width", as: Int32.self).map(Int.init)
        height = try row.decodeIfPresent("height", as: Int32.self).map(Int.init)
        originalSHA256 = try row.decodeIfPresent("original_sha256")
        perceptualHash = try row.decodeIfPresent("perceptual_hash")
        capturedAt = try row.decodeIfPresent("captured_at")
        capturedLatitude = try row.decodeIfPresent("captured_lat")
        capturedLongitude = try row.decodeIfPresent("captured_long")
        attempts = Int(try row.decode("attempts", as: Int32.self))
        createdAt = try row.decode("created_at")
    }

    static let columns: SQL = """
        id, agency, case_id, purpose, state, reason, name, added_by, declared_size, received, chunks, upload, content, thumbnail,
        thumbnail_size, type, size, width, height, original_sha256, perceptual_hash, captured_at, captured_lat, captured_long,
        attempts, created_at
        """
}

/// A file that is about to come.
public struct NewMedia: Sendable {
    /// The item's id. The same id again is the same item: derive it from an Idempotency-Key with `UUID.media(…)`.
    public var id: UUID
    public var caseID: UUID
    public var purpose: MediaItem.Purpose
    /// Whether other agencies with a part in the case see it.
    public var isShared: Bool
    public var name: String
    /// `reporter`, or an officer's name.
    public var addedBy: String
    /// Bytes; where they are not known, the most it can be, and `MediaStore.finish` tells the end.
    public var size: Int

    public init(
        id: UUID, caseID: UUID, purpose: MediaItem.Purpose, isShared: Bool = true, name: String, addedBy: String,
        size: Int
    ) {
        self.id = id
        self.caseID = caseID
        self.purpose = purpose
        self.isShared = isShared
        self.name = Self.clean(name)
        self.addedBy = String(addedBy.prefix(200))
        self.size = size
    }

    /// The last part of a path, without what could mislead: control characters, separators, direction marks.
    static func clean(_ name: String) -> String {
        let last = name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? ""
        let kept = last.unicodeScalars.filter { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
            default: scalar != "\"" && scalar != "<" && scalar != ">"
            }
        }
        var text = ""
        text.unicodeScalars.append(contentsOf: kept)
        text = String(text.prefix(120))
        // Dots at the ends hide files and endings.
        while text.first == "." || text.first == " " { text.removeFirst() }
        while text.last == "." || text.last == " " { text.removeLast() }
        return text.isEmpty ? "berkas" : text
    }
}
