private import Foundation
public import Hummingbird
public import ServiceKit
public import Tenancy

/// Takes files in, piece by piece: at any time one piece of a request is in memory, and a slow database slows the sender.
///
/// A file comes in one request, or announced first and then in parts, each beginning where the last one ended; after a line
/// that broke, `received` tells where to go on.
public struct MediaUploads: Sendable {
    public let store: MediaStore
    let checker: MediaChecker

    /// A whole file as the body of a request, its size in Content-Length.
    /// - Throws: 400 without a length, 413, 415 for a type that is not allowed, 409 and 429 as `MediaStore.begin`.
    public func receive(_ new: NewMedia, _ request: Request, _ context: AppContext) async throws -> MediaItem {
        let item = try await store.begin(new, in: context.agency)
        guard item.state == .uploading else { return item }
        return try await append(to: item, at: item.received, skipping: item.received, request, context)
    }

    /// The next part of an announced file.
    /// - Throws: 409 `wrong_state` with the item as it is, when the part does not begin at `received`; 413; 415.
    public func append(
        to item: MediaItem, at offset: Int, skipping: Int = 0, _ request: Request, _ context: AppContext
    ) async throws -> MediaItem {
        guard item.state == .uploading, offset == item.received else { throw Self.elsewhere(item) }
        var upload = Upload(item: item, store: store, scope: context.agency, skip: skipping)
        do {
            try await context.stream(request, limit: item.declaredSize - item.received + skipping) { piece in
                try await upload.take(piece)
            }
            try await upload.flush()
        } catch let refusal as Upload.Refused {
            try await store.refuse(item.id, refusal.reason, in: context.agency)
            throw refusal.problem
        }
        return try await current(item, in: context.agency)
    }

    /// Takes a part's bytes from elsewhere, as from a form; then `finish` tells the end.
    public func sink(for item: MediaItem, in scope: AgencyScope) -> MediaSink {
        MediaSink(upload: Upload(item: item, store: store, scope: scope, skip: 0))
    }

    /// Ends a file of unknown size, and returns it.
    public func finish(_ item: MediaItem, in scope: AgencyScope) async throws -> MediaItem {
        try await store.finish(item.id, in: scope)
        return try await current(item, in: scope)
    }

    private func current(_ item: MediaItem, in scope: AgencyScope) async throws -> MediaItem {
        guard let now = try await store.item(item.id, ofCase: item.caseID, in: scope) else { throw Problem.notFound }
        if now.state == .checking { checker.wake() }
        return now
    }

    static func elsewhere(_ item: MediaItem) -> Problem {
        var current = JSONObject()
        current["attachment_id"] = .string(item.id.uuidString.lowercased())
        current["state"] = .string(item.state.rawValue)
        current["received"] = .integer(item.received)
        return Problem.wrongState(current: .object(current)).explained(
            id: "Bagian ini harus mulai pada bita \(item.received).",
            en: "This part must begin at byte \(item.received).")
    }
}

/// Where the bytes of one file go that come through a form.
public struct MediaSink: Sendable {
    var upload: Upload

    /// - Throws: 415 and 413; the file is thrown away then.
    public mutating func take(_ bytes: [UInt8]) async throws {
        do {
            try await upload.take(bytes)
        } catch let refusal as Upload.Refused {
            try await upload.store.refuse(upload.item.id, refusal.reason, in: upload.scope)
            throw refusal.problem
        }
    }

    /// Writes what has not filled a piece.
    public mutating func flush() async throws {
        do {
            try await upload.flush()
        } catch let refusal as Upload.Refused {
            try await upload.store.refuse(upload.item.id, refusal.reason, in: upload.scope)
            throw refusal.problem
        }
    }
}

/// One file on its way into the database.
struct Upload: Sendable {
    /// The file will never pass.
    struct Refused: Error {
        let reason: String
        let problem: Problem
    }

    let item: MediaItem
    let store: MediaStore
    let scope: AgencyScope
    private var offset: Int
    private var pending: [UInt8] = []
    /// Bytes that a repeated request sends again.
    private var skip: Int
    private var maximum: Int

    init(item: MediaItem, store: MediaStore, scope: AgencyScope, skip: Int) {
        self.item = item
        self.store = store
        self.scope = scope
        self.skip = skip
        offset = item.received
        maximum = MediaType.maximumSize
    }

    mutating func take(_ bytes: [UInt8]) async throws {
        var bytes = bytes[...]
        if skip > 0 {
            let step = min(skip, bytes.count)
            skip -= step
            bytes = bytes.dropFirst(step)
        }
        // Of the very size, so that no array grows to twice it: a hundred files at once are a hundred of these.
        if pending.capacity < MediaStore.pieceSize { pending.reserveCapacity(MediaStore.pieceSize) }
        while !bytes.isEmpty {
            let part = bytes.prefix(MediaStore.pieceSize - pending.count)
            pending.append(contentsOf: part)
            bytes = bytes.dropFirst(part.count)
            if pending.count == MediaStore.pieceSize {
                try await write(pending)
                pending.removeAll(keepingCapacity: true)
            }
        }
    }

    mutating func flush() async throws {
        guard !pending.isEmpty else { return }
        try await write(pending)
        pending = []
    }

    private mutating func write(_ piece: [UInt8]) async throws {
        if offset == 0 {
            // Of a first part that is too short the checks will tell the type.
            if let type = MediaType(beginning: piece) {
                maximum = type.maximumSize
            } else if piece.count >= MediaType.neededBytes || piece.count == item.declaredSize {
                throw Refused(
                    reason: "unsupported_type", problem: .unsupportedMediaType(MediaType.allCases.map(\.rawValue)))
            }
        }
        guard offset + piece.count <= maximum else {
            throw Refused(reason: "too_large", problem: .tooLarge(limit: maximum))
        }
        let progress = try await store.append(piece, to: item.id, at: offset, in: scope)
        guard progress.isTaken else {
            guard let now = try await store.item(item.id, ofCase: item.caseID, in: scope) else {
                throw Problem.notFound
            }
            throw MediaUploads.elsewhere(now)
        }
        offset = progress.received
    }
}
