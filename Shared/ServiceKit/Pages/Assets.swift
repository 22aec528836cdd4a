import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The files that pages load. Their address holds a hash of all of them, so browsers may keep them for a year.
struct Assets: Sendable {
    private struct File {
        let type: String
        let bytes: ByteBuffer
    }

    private let files: [String: File]
    private let hash: String

    /// ServiceKit's own files.
    /// - Throws: When they cannot be read.
    static func shared() throws -> Assets {
        try Assets(directory: Bundle.module.bundleURL.appending(path: "Assets/static"))
    }

    init(directory: URL) throws {
        var files: [String: File] = [:]
        var hash = SHA256()
        let urls = try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
        for url in urls.sorted(by: { $0.lastPathComponent < $1.lastPathComponent }) {
            guard let type = Self.types[url.pathExtension] else { continue }
            let data = try Data(contentsOf: url)
            hash.update(data: data)
            files[url.lastPathComponent] = File(type: type, bytes: ByteBuffer(bytes: data))
        }
        self.files = files
        self.hash = Data(hash.finalize().prefix(6)).map { String($0, radix: 16) }.joined()
    }

    /// The path of a file, without the base: `/assets/1a2b3c/sinergi.css`.
    func path(_ name: String) -> String { "/assets/\(hash)/\(name)" }

    /// A file, whatever the hash: a page of the release before may still be open.
    func response(_ path: String) -> Response? {
        let parts = path.split(separator: "/")
        guard parts.count == 3, let file = files[String(parts[2])] else { return nil }
        let isCurrent = parts[1] == hash
        return Response(
            status: .ok,
            headers: [
                .contentType: file.type,
                .cacheControl: isCurrent ? "public, max-age=31536000, immutable" : "public, max-age=60",
            ], body: ResponseBody(byteBuffer: file.bytes))
    }

    private static let types = [
        "css": "text/css; charset=utf-8", "svg": "image/svg+xml", "png": "image/png",
        "js": "text/javascript; charset=utf-8",
        "woff2": "font/woff2",
    ]
}
