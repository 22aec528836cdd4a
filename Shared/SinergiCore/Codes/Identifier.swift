public import Foundation

/// An id of one kind of thing, so that a case's id cannot be given where a handoff's is asked for.
///
/// On the wire it is a lower-case UUID string; reading accepts any case.
public struct Identifier<Subject>: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
    public let uuid: UUID

    public init(_ uuid: UUID) {
        self.uuid = uuid
    }

    /// Reads a UUID's text; `nil` for anything else.
    public init?(_ text: String) {
        guard let uuid = UUID(uuidString: text) else { return nil }
        self.uuid = uuid
    }

    /// A new id, ordered by time.
    public static func new(at time: Date = Date()) -> Self { Self(UUID.v7(at: time)) }

    public var description: String { uuid.text }

    public init(from decoder: any Decoder) throws {
        self.uuid = try decoder.singleValueContainer().decode(UUID.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(uuid.text)
    }

    public static func < (left: Self, right: Self) -> Bool { left.uuid < right.uuid }
}

/// What the ids name; never made.
public enum CaseSubject {}
public enum HandoffSubject {}
public enum ArbitrationSubject {}
public enum AnswerSubject {}
public enum OfficeSubject {}
public enum OfficerSubject {}

public typealias CaseID = Identifier<CaseSubject>
public typealias HandoffID = Identifier<HandoffSubject>
public typealias ArbitrationID = Identifier<ArbitrationSubject>
public typealias AnswerID = Identifier<AnswerSubject>
public typealias OfficeID = Identifier<OfficeSubject>
public typealias OfficerID = Identifier<OfficerSubject>
