import Foundation
import Media
import ServiceKit
import SinergiCore
import Tenancy

/// A file of a form before its complaint exists: on the disk without a name, and gone with this object.
final class UnnamedFile: Sendable {
    let name: String
    private let handle: FileHandle

    /// - Throws: What the file system says.
    init(name: String) throws {
        self.name = name
        let url = FileManager.default.temporaryDirectory.appending(path: "sinergi-\(UUID.v7().text)")
        guard FileManager.default.createFile(atPath: url.path, contents: nil, attributes: [.posixPermissions: 0o600])
        else {
            throw CocoaError(.fileWriteUnknown)
        }
        handle = try FileHandle(forUpdating: url)
        try FileManager.default.removeItem(at: url)
    }

    func append(_ bytes: [UInt8]) throws { try handle.write(contentsOf: Data(bytes)) }

    var size: Int { get throws { Int(try handle.seekToEnd()) } }

    /// The bytes from the beginning, piece by piece.
    func read(_ take: ([UInt8]) async throws -> Void) async throws {
        try handle.seek(toOffset: 0)
        while let piece = try handle.read(upToCount: MediaStore.pieceSize), !piece.isEmpty {
            try await take(Array(piece))
        }
    }
}

extension MediaDesk {
    /// Files that came with a form, added to its complaint; told by content, scanned and drawn anew like every other.
    /// - Returns: Names of files that were not taken.
    func attach(
        _ files: [UnnamedFile], to record: ComplaintRecord, addedBy: String, in scope: AgencyScope
    ) async throws -> [String] {
        var refused: [String] = []
        for (place, file) in files.enumerated() {
            do {
                let size = try file.size
                guard size > 0 else { continue }
                // The same request sent again brings the same files.
                let id = UUID.media("form", record.trackingCode, String(place), at: record.receivedAt)
                let item = try await store.begin(
                    NewMedia(
                        id: id, caseID: record.id, purpose: .attachment, name: file.name, addedBy: addedBy, size: size),
                    in: scope)
                guard item.state == .uploading, item.received == 0 else { continue }
                var sink = uploads.sink(for: item, in: scope)
                try await file.read { try await sink.take($0) }
                try await sink.flush()
            } catch is Problem {
                refused.append(file.name)
            }
        }
        return refused
    }
}
