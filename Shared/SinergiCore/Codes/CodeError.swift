/// A code that does not have the form of its kind.
public struct CodeError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of code, such as `office`.
    public let kind: String
    /// What was read.
    public let text: String

    public var description: String { "“\(text.prefix(60))” is not a valid \(kind) code." }
}

/// A code written as one string on the wire; decoding refuses what does not have its form.
public protocol WireCode: Sendable, Hashable, Codable, CustomStringConvertible, Comparable {
    init(_ text: String) throws(CodeError)
    /// The canonical spelling.
    var text: String { get }
}

extension WireCode {
    public var description: String { text }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            try self.init(try container.decode(String.self))
        } catch let error as CodeError {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    public static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}
