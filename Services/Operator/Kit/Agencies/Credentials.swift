public import Foundation
private import Identity

/// Generated passwords by login, in a JSON file that only its owner can read.
///
/// The file makes provisioning repeatable: a login that has a password there keeps it.
public struct Credentials: Sendable {
    private let file: URL
    private var passwords: [String: String]

    /// Reads the file; one that does not exist is empty.
    public init(file: URL) throws {
        self.file = file
        guard FileManager.default.fileExists(atPath: file.path) else {
            self.passwords = [:]
            return
        }
        self.passwords = try JSONDecoder().decode([String: String].self, from: Data(contentsOf: file))
    }

    /// The password of a login; a new one if it has none.
    public mutating func password(of login: String) throws -> String {
        if let known = passwords[login] { return known }
        let fresh = RandomBytes.base64URL(count: 24)
        passwords[login] = fresh
        try save()
        return fresh
    }

    /// As `password(of:)`, but one that a person can type: twelve characters without look-alikes, in groups of four.
    public mutating func typedPassword(of login: String) throws -> String {
        if let known = passwords[login] { return known }
        let alphabet = Array("abcdefghjkmnpqrstuvwxyz23456789")
        let characters = (0..<12).compactMap { _ in alphabet.randomElement() }
        let groups = stride(from: 0, to: 12, by: 4).map { String(characters[$0..<$0 + 4]) }
        passwords[login] = groups.joined(separator: "-")
        try save()
        return groups.joined(separator: "-")
    }

    /// The password of a login that was provisioned earlier.
    public func known(_ login: String) -> String? { passwords[login] }

    private func save() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try PrivateFile.write(try encoder.encode(passwords), to: file)
    }
}

/// Files with secrets: written whole, readable by their owner only.
enum PrivateFile {
    /// Writes beside the file and moves into place, so that no reader sees a half and a crash leaves the old one.
    static func write(_ data: Data, to file: URL) throws {
        let beside = file.deletingLastPathComponent().appending(path: ".\(file.lastPathComponent).new")
        guard
            FileManager.default.createFile(
                atPath: beside.path, contents: data, attributes: [.posixPermissions: 0o600])
        else { throw OperatorError("\(beside.path) cannot be written") }
        if FileManager.default.fileExists(atPath: file.path) { try FileManager.default.removeItem(at: file) }
        try FileManager.default.moveItem(at: beside, to: file)
    }
}
