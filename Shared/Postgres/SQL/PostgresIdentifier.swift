/// The name of a role, channel, schema, table or column. It is always quoted in SQL, so any name is safe.
///
/// The server cuts names after 63 bytes; a longer one, or one with a zero character, fails the statement.
public struct PostgresIdentifier: Sendable, Hashable, CustomStringConvertible, ExpressibleByStringLiteral {
    /// The name without quotes, case as given.
    public let name: String

    public init(_ name: String) { self.name = name }

    public init(stringLiteral name: StaticString) { self.init(name.description) }

    public var description: String { name }

    /// The name in double quotes, quotes in it doubled.
    var quoted: String {
        guard name.utf8.contains(UInt8(ascii: "\"")) else { return "\"\(name)\"" }
        return "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    /// `nil` where the name can be sent.
    var problem: String? {
        if name.isEmpty { return "an identifier is empty" }
        if name.utf8.count > 63 { return "an identifier is longer than 63 bytes" }
        if name.utf8.contains(0) { return "an identifier contains a zero character" }
        return nil
    }
}
