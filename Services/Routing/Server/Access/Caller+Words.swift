import Foundation
import Identity
import ServiceKit

/// What is written about a secret case stands sealed in the database (ADR 0044): sealed where a request is read, opened where
/// something is shown.
extension Caller {
    /// Fields whose text is somebody's words about the case.
    private static let free: Set<String> = [
        "body", "reason", "note", "request", "result", "comment", "caption", "purpose", "why", "items",
    ]

    /// A text of the database in the clear.
    func reveal(_ text: String) -> String { WordsKey.reveal(text) { words[$0] } }

    func reveal(_ text: String?) -> String? { text.map { reveal($0) } }

    /// A request's body as it may stand in the database.
    func sealing(_ value: JSONValue) -> JSONValue {
        guard let (id, key) = words.first else { return value }
        return Self.sealed(value, isFree: false) { key.seal($0, about: id) }
    }

    private static func sealed(_ value: JSONValue, isFree: Bool, _ seal: (String) -> String) -> JSONValue {
        switch value {
        case .string(let text): isFree && !text.isEmpty ? .string(seal(text)) : value
        case .array(let items): .array(items.map { sealed($0, isFree: isFree, seal) })
        case .object(let object):
            .object(
                JSONObject(
                    object.members.map {
                        (name: $0.name, value: sealed($0.value, isFree: free.contains($0.name), seal))
                    }))
        default: value
        }
    }
}
