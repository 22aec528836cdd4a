import Configuration
import Foundation
import Logging
import ServiceKit

/// Configuration keys of intake's spool:
/// - `intake.spool.directory` (path, default none): a durable folder of this copy, or one that copies on one machine share.
///   Without it complaints are answered 503 while the database is away.
/// - `intake.spool.limit` (1 to 10,000,000, default 100,000): complaints that it may hold; about 3 KB each.
struct SpoolSettings: Sendable {
    private let directory: URL?
    private let limit: Int

    init(_ environment: ServiceEnvironment) throws(ConfigurationError) {
        let reader = environment.configuration.reader
        directory = Self.directory(environment.configuration)
        limit = reader.int(forKey: "intake.spool.limit") ?? 100_000
        guard (1...10_000_000).contains(limit) else {
            throw ConfigurationError(key: "intake.spool.limit", reason: "must be 1 to 10000000")
        }
    }

    /// `nil` where none is configured.
    static func directory(_ configuration: NodeConfiguration) -> URL? {
        guard let path = configuration.reader.string(forKey: "intake.spool.directory"), !path.isEmpty else {
            return nil
        }
        return URL(filePath: path)
    }

    /// `nil` where none is configured.
    /// - Throws: `ConfigurationError`: a spool that cannot be written would be found out too late.
    func open(_ logger: Logger) throws -> Spool? {
        guard let directory else {
            logger.warning("no spool: complaints will be refused while the database is away")
            return nil
        }
        do {
            return try Spool(directory: directory, limit: limit, logger: logger)
        } catch {
            throw ConfigurationError(key: "intake.spool.directory", reason: "cannot be used: \(error)")
        }
    }
}
