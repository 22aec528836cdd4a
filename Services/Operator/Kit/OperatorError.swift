/// What an operator did or has to do; the text is for people.
public struct OperatorError: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}
