import Exchange
import Foundation
import ServiceKit

/// Reads payloads whose keys are spelled as on the wire, with times as PostgreSQL and our services write them.
enum EventData {
    /// - Throws: `DecodingError`, which refuses the event for good.
    static func decode<Value: Decodable>(_ type: Value.Type, from event: CloudEvent) throws -> Value {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let container = try decoder.singleValueContainer()
            let text = try container.decode(String.self)
            guard let date = Timestamp.date(text) else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an RFC 3339 time")
            }
            return date
        }
        return try decoder.decode(type, from: Data(event.data.utf8))
    }
}
