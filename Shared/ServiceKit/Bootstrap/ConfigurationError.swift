/// A configuration that a process cannot start with. The text names the key.
public struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The key as documented, such as `database.intake.url`.
    public let key: String
    /// What is wrong with its value; never the value of a secret.
    public let reason: String

    public init(key: String, reason: String) {
        self.key = key
        self.reason = reason
    }

    public var description: String { "\(key): \(reason)" }
}
