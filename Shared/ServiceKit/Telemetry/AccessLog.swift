import Foundation
import HTTPTypes
import Hummingbird
import Logging
import SinergiCore
import Tenancy

/// One line for each request, in the same form as other log lines but written without a dictionary in between.
///
/// Neither query nor headers appear: they carry keys. At level `debug` headers appear with secrets blotted out.
struct AccessLog: Sendable {
    let level: Logger.Level
    let service: String
    let node: String
    let sink: LogSink

    func record(
        _ request: Request, _ context: AppContext, status: HTTPResponse.Status, bytes: Int?, duration: Duration
    ) {
        let isFault = status.code >= 500
        guard level <= (isFault ? .warning : .info) else { return }
        let line = JSONSink()
        line.text("{\"time\":\"")
        line.text(Timestamp.text(Date()))
        line.text(isFault ? "\",\"level\":\"warning\"" : "\",\"level\":\"info\"")
        line.text(",\"message\":\"request\",\"service\":\"")
        line.text(service)
        line.text("\",\"node\":")
        line.string(node)
        line.text(",\"agency\":")
        context.agency.number == 0 ? line.text("null") : line.string(context.agency.code)
        line.text(",\"request_id\":\"")
        line.text(context.requestID.text)
        line.text("\",\"trace_id\":\"")
        line.text(context.trace.traceID)
        line.text("\",\"method\":")
        line.string(request.method.rawValue)
        line.text(",\"path\":")
        line.string(String(request.uri.path.prefix(300)))
        line.text(",\"status\":")
        line.text(String(status.code))
        line.text(",\"bytes\":")
        line.text(bytes.map(String.init) ?? "null")
        line.text(",\"ms\":")
        line.number((duration.seconds * 1_000_000).rounded() / 1000)
        line.text(",\"address\":")
        context.address.map(line.string) ?? line.text("null")
        if level <= .debug {
            line.text(",\"headers\":{")
            for (place, field) in request.headers.enumerated() {
                if place > 0 { line.text(",") }
                line.string(field.name.canonicalName)
                line.text(":")
                line.string(Self.secrets.contains(field.name.canonicalName) ? "***" : field.value)
            }
            line.text("}")
        }
        line.text("}\n")
        sink.write(line.bytes)
    }

    private static let secrets: Set<String> = [
        "authorization", "cookie", "set-cookie", "proxy-authorization", "x-api-key", "idempotency-key",
    ]
}
