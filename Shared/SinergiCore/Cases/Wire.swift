/// A value from a fixed vocabulary that newer code may have widened.
///
/// Code N−1 reads what code N wrote: an unknown word is kept and passed on, never an error.
public struct Wire<Value: RawRepresentable & Sendable>: Sendable, Hashable, Codable, CustomStringConvertible
where Value.RawValue == String {
    /// The word exactly as it was read.
    public let text: String

    public init(text: String) {
        self.text = text
    }

    public init(_ value: Value) {
        self.text = value.rawValue
    }

    /// The value, or `nil` where this code does not know the word.
    public var known: Value? { Value(rawValue: text) }

    public var description: String { text }

    public init(from decoder: any Decoder) throws {
        self.text = try decoder.singleValueContainer().decode(String.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
