public import Foundation

/// One event in CloudEvents 1.0 structured JSON, as services of a node send each other.
public struct CloudEvent: Sendable, Equatable {
    /// Id of the message; the same on every attempt.
    public let id: UUID
    /// Who produced it, `sinergi/<agency>/<service>`.
    public let source: String
    /// What happened, such as `complaint.received`.
    public let type: String
    /// What it is about: the lane, such as `complaint:<id>`.
    public let subject: String
    public let time: Date
    /// The payload: one JSON value as text, exactly as it was enqueued.
    public let data: String
    /// W3C trace context of the step that enqueued it.
    public let traceparent: String?
    /// Events of one lane arrive in the order of their numbers.
    public let lane: String
    /// Place in the lane; numbers may skip.
    public let number: Int
    /// How often delivery was tried, this time included.
    public let attempt: Int

    public init(
        id: UUID, source: String, type: String, lane: String, number: Int, time: Date, data: String,
        traceparent: String? = nil, attempt: Int = 1
    ) {
        self.id = id
        self.source = source
        self.type = type
        self.subject = lane
        self.time = time
        self.data = data
        self.traceparent = traceparent
        self.lane = lane
        self.number = number
        self.attempt = attempt
    }

    /// The payload as a value; keys in snake_case match properties in camelCase, times are RFC 3339.
    /// - Throws: `DecodingError`; a consumer that lets it through refuses the event for good.
    public func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try EventCoding.decoder().decode(type, from: Data(data.utf8))
    }
}

/// How payloads and envelopes are written: snake_case keys, RFC 3339 times with milliseconds.
public enum EventCoding {
    /// A value as payload text.
    public static func text(_ value: some Encodable) throws -> String {
        String(decoding: try encoder().encode(value), as: UTF8.self)
    }

    static func encoder() -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
        }
        return encoder
    }

    static func decoder() -> JSONDecoder {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        decoder.dateDecodingStrategy = .custom { decoder in
            let container = try decoder.singleValueContainer()
            let text = try container.decode(String.self)
            guard let date = Date(rfc3339: text) else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an RFC 3339 time: \(text)")
            }
            return date
        }
        return decoder
    }
}

extension Date {
    /// Reads `2026-11-20T07:30:00Z`, with or without a fraction, with any zone offset.
    init?(rfc3339 text: String) {
        // Two strategies: one demands a fraction, the other refuses it. A text that is neither is no time.
        if let date = try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)) {
            self = date
        } else if let date = try? Date(text, strategy: .iso8601) {
            self = date
        } else {
            return nil
        }
    }
}
