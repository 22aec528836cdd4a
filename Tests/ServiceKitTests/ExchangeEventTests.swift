import Foundation
import Tenancy
import Testing

@testable import Exchange

@Suite("CloudEvents batches")
struct ExchangeEventTests {
    private static func event(_ data: String, number: Int = 1) -> CloudEvent {
        CloudEvent(
            id: UUID(uuidString: "0190a000-0000-7000-8000-00000000000a") ?? UUID(), source: "sinergi/PPU/intake",
            type: "complaint.received", lane: "complaint:1", number: number,
            time: Date(timeIntervalSince1970: 1_790_000_000),
            data: data, traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", attempt: 2)
    }

    @Test(
        "a payload crosses the wire byte for byte",
        arguments: [
            #"{"a":1}"#, "null", "[]", #""text with \" and \\ and }""#, "12345678901234567890.10",
            #"{"nested":{"data":[1,{"b":"]"}]},"é":"\u00e9"}"#, "true", #"{ "spaces" : [ 1 , 2 ] }"#,
        ])
    func roundTrip(data: String) throws {
        let batch = CloudEventBatch([Self.event(data), Self.event("{}", number: 2)])
        let read = try CloudEventBatch(json: try batch.json())
        #expect(read == batch)
    }

    @Test("the envelope has the attributes of CloudEvents 1.0, in lower case")
    func envelope() throws {
        let json = try CloudEventBatch([Self.event("{}")]).json()
        let objects = try #require(try JSONSerialization.jsonObject(with: json) as? [[String: Any]])
        let object = try #require(objects.first)
        #expect(object["specversion"] as? String == "1.0")
        #expect(object["id"] as? String == "0190a000-0000-7000-8000-00000000000a")
        #expect(object["time"] as? String == "2026-09-21T14:13:20.000Z")
        #expect(object["subject"] as? String == "complaint:1")
        #expect(object["sinergilane"] as? String == "complaint:1")
        #expect(object["sinerginumber"] as? Int == 1)
    }

    @Test("an empty batch is a batch")
    func empty() throws {
        #expect(try CloudEventBatch(json: Data("[]".utf8)).events.isEmpty)
        #expect(try CloudEventBatch([]).json() == Data("[]".utf8))
    }

    @Test(
        "what is no batch is refused",
        arguments: [
            "", "{}", "[1]", "[{}]", #"[{"specversion":"1.0"}"#,
            #"[{"specversion":"0.3","id":"0190a000-0000-7000-8000-00000000000a","source":"s","type":"t","time":"2026-01-01T00:00:00Z"}]"#,
            #"[{"specversion":"1.0","id":"x","source":"s","type":"t","time":"2026-01-01T00:00:00Z"}]"#,
        ])
    func refused(text: String) {
        #expect(throws: (any Error).self) { try CloudEventBatch(json: Data(text.utf8)) }
    }

    @Test(
        "times with and without fraction, in any zone",
        arguments: [
            "2026-11-20T07:30:00Z", "2026-11-20T15:30:00+08:00", "2026-11-20T07:30:00.000Z",
            "2026-11-20T07:30:00.000000+00:00",
        ])
    func times(text: String) {
        #expect(Date(rfc3339: text)?.timeIntervalSince1970 == 1_795_159_800)
    }

    @Test("an answer writes explicit nulls and lower-case ids")
    func answer() throws {
        let id = UUID()
        let text = try EventCoding.text(InboxAnswer(results: [.init(id: id, status: 202)]))
        #expect(text.contains(#""problem":null"#))
        #expect(text.contains(id.uuidString.lowercased()))
        #expect(try EventCoding.decoder().decode(InboxAnswer.self, from: Data(text.utf8)).results.first?.id == id)
    }
}
