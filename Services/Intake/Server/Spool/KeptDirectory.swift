import Foundation
import Identity
import Logging
import ServiceKit
import Tenancy

/// What intake needs of the directory to judge a complaint, as a file beside the spool keeps it: who is who, categories
/// and their questions, public keys, and the codes of areas. All of it is public; no office's contact is in it.
///
/// The first line is a keyed hash of the rest, made with the agency's door key: whoever can only write the disk cannot put
/// another key in the place of the agency's.
struct KeptDirectory: Sendable, Codable {
    let directory: DirectoryCopy
    /// Codes of all areas that were valid when it was written.
    let areas: [String]
    /// Areas to choose from on the report form, by agency.
    let choices: [Int: [AreaFinder.Area]]

    /// Older ones name people and keys that may be gone.
    private static let maximumAge: TimeInterval = 30 * 24 * 3600

    /// - Returns: `nil` where there is none that may be used; why not is logged.
    static func read(from file: URL, door: DoorKey, _ logger: Logger, now: Date = Date()) -> KeptDirectory? {
        guard let bytes = try? Data(contentsOf: file) else { return nil }
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")),
            let mark = String(data: bytes[..<end], encoding: .utf8),
            let text = String(data: bytes[(end + 1)...], encoding: .utf8),
            ConstantTime.equal(mark, Self.mark(of: text, door)),
            let kept = try? JSONCoding.decoder.decode(KeptDirectory.self, from: Data(text.utf8))
        else {
            logger.error(
                "the kept directory was changed or is unreadable", metadata: ["file": "\(file.lastPathComponent)"])
            return nil
        }
        guard now.timeIntervalSince(kept.directory.readAt) < maximumAge else {
            logger.error("the kept directory is too old", metadata: ["read_at": "\(kept.directory.readAt)"])
            return nil
        }
        return kept
    }

    /// Replaces the file in one step.
    func write(to file: URL, door: DoorKey) throws {
        let text = String(decoding: try JSONCoding.encoder.encode(self), as: UTF8.self)
        try Data((Self.mark(of: text, door) + "\n" + text).utf8).write(to: file, options: .atomic)
    }

    private static func mark(of text: String, _ door: DoorKey) -> String {
        // No access key holds blanks, so this is the hash of none.
        Base64URL.text(door.hash(accessKey: "kept directory of intake\n" + text))
    }
}

extension KeptDirectory {
    /// The file of a node, and the key that its mark is made with; `nil` where there is no spool.
    static func place(_ configuration: NodeConfiguration, _ keys: NodeKeys) -> (file: URL, door: DoorKey)? {
        guard let folder = SpoolSettings.directory(configuration), let code = configuration.agencies.first,
            let door = keys.door(AgencyScope(number: 0, code: code))
        else { return nil }
        return (folder.appending(path: "directory.kept"), door)
    }
}
