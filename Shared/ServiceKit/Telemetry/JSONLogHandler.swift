import Foundation
import Logging

/// Log lines as JSON: `{"time":…,"level":…,"message":…,"service":…,"node":…, …metadata}`.
struct JSONLogHandler: LogHandler {
    var logLevel: Logger.Level = .info
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let sink: LogSink

    init(label: String, sink: LogSink, metadata: Logger.Metadata, level: Logger.Level) {
        self.label = label
        self.sink = sink
        self.metadata = metadata
        self.logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let line = JSONSink()
        line.text("{\"time\":")
        line.string(Timestamp.text(Date()))
        line.text(",\"level\":")
        line.string(event.level.rawValue)
        line.text(",\"message\":")
        line.string(event.message.description)
        line.text(",\"logger\":")
        line.string(label)
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { $1 } }
        if let own = event.metadata { all.merge(own) { $1 } }
        if let error = event.error, all["error"] == nil { all["error"] = .string(String(describing: error)) }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) {
            line.text(",")
            line.string(key)
            line.text(":")
            Self.write(value, to: line)
        }
        line.text("}\n")
        sink.write(line.bytes)
    }

    private static func write(_ value: Logger.MetadataValue, to line: JSONSink) {
        switch value {
        case .string(let text): line.string(text)
        case .stringConvertible(let value):
            switch value {
            case let value as Int: line.text(String(value))
            case let value as Bool: line.text(value ? "true" : "false")
            case let value as Double: line.number(value)
            default: line.string(value.description)
            }
        case .array(let values):
            line.text("[")
            for (place, value) in values.enumerated() {
                if place > 0 { line.text(",") }
                write(value, to: line)
            }
            line.text("]")
        case .dictionary(let members):
            line.text("{")
            for (place, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
                if place > 0 { line.text(",") }
                line.string(member.key)
                line.text(":")
                write(member.value, to: line)
            }
            line.text("}")
        }
    }
}
