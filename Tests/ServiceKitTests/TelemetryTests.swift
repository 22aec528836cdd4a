import Logging
import Metrics
import Synchronization
import Testing

@testable import ServiceKit

@Suite("Telemetry")
struct TelemetryTests {
    @Test("a trace goes on, with a new span")
    func trace() throws {
        let header = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        let trace = try #require(TraceContext(traceparent: header))
        #expect(trace.traceparent == header)
        let child = trace.child()
        #expect(child.traceID == "0af7651916cd43dd8448eb211c80319c")
        #expect(child.traceparent != header)
        #expect(child.traceparent.hasSuffix("-01"))
        #expect(TraceContext(traceparent: TraceContext().traceparent) != nil)
    }

    @Test(
        "what is no traceparent begins a new trace",
        arguments: [
            "", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        ])
    func badTrace(_ header: String) {
        #expect(TraceContext(traceparent: header) == nil)
    }

    @Test("metrics come out as Prometheus text")
    func prometheus() {
        let registry = PrometheusRegistry()
        Counter(label: "sinergi.sent", dimensions: [("channel", "a\"b")], factory: registry).increment(by: 3)
        Counter(label: "sinergi.sent", dimensions: [("channel", "a\"b")], factory: registry).increment()
        Gauge(label: "pool_idle", factory: registry).record(2.5)
        let timer = Timer(label: "step", factory: registry)
        timer.recordMilliseconds(3)
        timer.recordMilliseconds(300)
        let text = registry.text()
        #expect(text.contains("# TYPE sinergi_sent_total counter\nsinergi_sent_total{channel=\"a\\\"b\"} 4\n"))
        #expect(text.contains("# TYPE pool_idle gauge\npool_idle 2.5\n"))
        #expect(text.contains("step_seconds_bucket{le=\"0.005\"} 1\n"))
        #expect(text.contains("step_seconds_bucket{le=\"+Inf\"} 2\n"))
        #expect(text.contains("step_seconds_count 2\n"))
        #expect(text.contains("process_resident_memory_bytes"))
    }

    @Test("a log line is one JSON object with its metadata")
    func logLine() throws {
        let lines = Lines()
        var logger = Logger(label: "test") { label in
            JSONLogHandler(label: label, sink: lines.sink, metadata: ["service": "intake"], level: .info)
        }
        logger[metadataKey: "request_id"] = "r"
        logger.debug("not shown")
        logger.error("line\nbreak \"quoted\"", metadata: ["n": .stringConvertible(3), "list": .array(["a", "b"])])
        let all = lines.all
        #expect(all.count == 1)
        let line = try JSONParser.parse(Array(try #require(all.first).utf8))
        #expect(line["level"]?.string == "error")
        #expect(line["message"]?.string == "line\nbreak \"quoted\"")
        #expect(line["service"]?.string == "intake")
        #expect(line["request_id"]?.string == "r")
        #expect(line["n"]?.integer == 3)
        #expect(line["list"]?[1]?.string == "b")
    }
}

/// Log lines kept for a test.
final class Lines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }
    var sink: LogSink {
        LogSink { bytes in
            self.lines.withLock { $0.append(String(decoding: bytes, as: UTF8.self).trimmingCharacters()) }
        }
    }
}

extension String {
    fileprivate func trimmingCharacters() -> String { hasSuffix("\n") ? String(dropLast()) : self }
}
