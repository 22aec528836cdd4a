private import Configuration
private import Foundation
public import ServiceKit
public import ServiceLifecycle

/// Everything about files that a service needs: where they are kept, how they come in and go out, and their checks.
///
/// Configuration keys:
/// - `media.worker` (path, default `media-worker` beside the executable): draws pictures anew.
/// - `media.clamd` (`tcp://host:port` or `unix:/path`, default none): ClamAV's daemon. Where it is set, nothing is shown
///   before it has said that a file is clean, however long it is away.
/// - `media.max.files` (1 to 1000, default 10): files of one case and purpose.
/// - `media.max.pixels` (default 64000000): of one picture.
public struct MediaDesk: Sendable {
    public let store: MediaStore
    public let uploads: MediaUploads
    private let checker: MediaChecker

    /// - Throws: `ConfigurationError` that names the bad key.
    public init(environment: ServiceEnvironment) throws {
        let reader = environment.configuration.reader
        var scanner: MalwareScanner?
        if let text = reader.string(forKey: "media.clamd"), !text.isEmpty {
            guard let address = MalwareScanner.Address(text) else {
                throw ConfigurationError(key: "media.clamd", reason: "must be tcp://host:port or unix:/path")
            }
            scanner = MalwareScanner(address: address)
        }
        let files = reader.int(forKey: "media.max.files", default: 10)
        guard (1...1000).contains(files) else {
            throw ConfigurationError(key: "media.max.files", reason: "must be 1 to 1000")
        }
        let pixels = reader.int(forKey: "media.max.pixels", default: 64_000_000)
        guard (10_000...1_000_000_000).contains(pixels) else {
            throw ConfigurationError(key: "media.max.pixels", reason: "must be 10000 to 1000000000")
        }
        let own = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        store = MediaStore(database: environment.database, maximumFiles: files)
        checker = MediaChecker(
            MediaChecker.Parts(
                store: store,
                worker: PictureWorker(
                    executable: reader.string(
                        forKey: "media.worker", default: own.appending(path: "media-worker").path),
                    maximumPixels: pixels),
                scanner: scanner, scopes: environment.agencies, logger: environment.logger))
        uploads = MediaUploads(store: store, checker: checker)
    }

    /// The checks of what came in.
    public var background: [any Service] { [checker] }

    /// What the bytes of files may be, by route; for `ServiceDefinition.otherMediaTypes`.
    /// - Parameter route: Of one file, `/v1/cases/{case_id}/attachments/{attachment_id}`.
    public static func mediaTypes(below route: String) -> [String: [String]] {
        let types = MediaType.allCases.map(\.rawValue)
        return ["\(route)/content": types, "\(route)/thumbnail": types]
    }

    /// Whether an address takes bodies of any size, piece by piece; for `ServiceDefinition.streamsBody`.
    public static func streams(path: String) -> Bool {
        path.hasSuffix("/attachments") || path.hasSuffix("/evidence") || path.hasSuffix("/parts")
    }
}
