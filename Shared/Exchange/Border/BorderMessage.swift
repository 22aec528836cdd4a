public import Foundation

/// A message from another agency, or from the platform. It is a hint: whoever gets it reads the tables again.
public struct BorderMessage: Sendable, Equatable {
    public let id: UUID
    /// Number of the agency that sent it; 0 is the platform.
    public let source: Int
    public let lane: String
    public let number: Int
    public let type: String
    /// One JSON value as text.
    public let data: String
    /// W3C traceparent.
    public let trace: String?
    /// How often it was tried, this time included.
    public let attempt: Int
    public let createdAt: Date

    /// The payload as a value; keys in snake_case match properties in camelCase, times are RFC 3339.
    public func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try EventCoding.decoder().decode(type, from: Data(data.utf8))
    }
}
