public import Foundation

/// A JSON array of events, media type `application/cloudevents-batch+json`.
public struct CloudEventBatch: Sendable, Equatable {
    /// The media type of a batch.
    public static let mediaType = "application/cloudevents-batch+json"

    public let events: [CloudEvent]

    public init(_ events: [CloudEvent]) {
        self.events = events
    }

    /// Reads a batch.
    /// - Throws: `CloudEventError` for another shape, `DecodingError` for bad JSON.
    public init(json: Data) throws {
        let envelopes = try EventCoding.decoder().decode([Envelope].self, from: json)
        // The decoder has checked the syntax; the payloads are cut out as they stand, so that no number is rounded.
        let payloads = JSONSlices.members(named: "data", in: [UInt8](json))
        guard payloads.count == envelopes.count else { throw CloudEventError.noArray }
        events = try zip(envelopes, payloads).map { envelope, payload in
            guard envelope.specversion == "1.0" else { throw CloudEventError.version(envelope.specversion) }
            guard let id = UUID(uuidString: envelope.id) else { throw CloudEventError.id(envelope.id) }
            return CloudEvent(
                id: id, source: envelope.source, type: envelope.type,
                lane: envelope.sinergilane ?? envelope.subject ?? "", number: envelope.sinerginumber ?? 0,
                time: envelope.time, data: payload.map { String(decoding: $0, as: UTF8.self) } ?? "null",
                traceparent: envelope.traceparent, attempt: envelope.sinergiattempt ?? 1)
        }
    }

    /// The batch as JSON.
    /// - Throws: `EncodingError`.
    public func json() throws -> Data {
        var bytes = Data([UInt8(ascii: "[")])
        for (place, event) in events.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            var envelope = try EventCoding.encoder().encode(Envelope(event))
            envelope.removeLast()
            bytes.append(envelope)
            bytes.append(contentsOf: #","data":"#.utf8)
            bytes.append(contentsOf: event.data.utf8)
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(UInt8(ascii: "]"))
        return bytes
    }
}

/// Why a batch cannot be read.
public enum CloudEventError: Error, Equatable {
    /// The body is no array of objects.
    case noArray
    /// Another version of CloudEvents.
    case version(String)
    /// An id that is no UUID.
    case id(String)
}

/// Everything of an event but its payload; extension attributes are lower-case words, as the specification asks.
private struct Envelope: Codable {
    let specversion: String
    let id: String
    let source: String
    let type: String
    let subject: String?
    let time: Date
    let datacontenttype: String?
    let traceparent: String?
    let sinergilane: String?
    let sinerginumber: Int?
    let sinergiattempt: Int?

    init(_ event: CloudEvent) {
        specversion = "1.0"
        id = event.id.uuidString.lowercased()
        source = event.source
        type = event.type
        subject = event.subject
        time = event.time
        datacontenttype = "application/json"
        traceparent = event.traceparent
        sinergilane = event.lane
        sinerginumber = event.number
        sinergiattempt = event.attempt
    }
}
