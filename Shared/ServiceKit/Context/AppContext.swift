public import Foundation
public import Hummingbird
public import Identity
public import Logging
import NIOCore
public import Tenancy
public import SinergiCore

/// What a handler knows about its request besides the request itself.
public struct AppContext: RequestContext {
    public var coreContext: CoreRequestContextStorage
    /// Names this request in logs and in the `instance` of problems.
    public let requestID: UUID
    /// The trace that the request belongs to; this request's own span.
    public internal(set) var trace = TraceContext()
    /// In whose name the request is served. On a host it comes from the address, elsewhere it is always the same.
    ///
    /// Number 0, which sees no row of any table, until the base path has been read.
    public internal(set) var agency = AgencyScope(number: 0, code: "")
    /// Who asks, once a handler has called `authenticate`.
    public internal(set) var principal: Principal?
    /// In which language to answer.
    public internal(set) var language = Language.id
    /// What stands before every path on our pages: `""`, `/KALTIM`, or a gateway's prefix and these.
    public internal(set) var base = ""
    /// The client's address; the one a trusted gateway reports, else the other end of the connection.
    public internal(set) var address: String?
    /// Limits and services of the process that this request runs in; `nil` in a bare test router.
    var host: RequestHost?

    private let baseLogger: Logger
    let channel: any Channel

    public init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        baseLogger = source.logger
        channel = source.channel
        requestID = UUID.v7()
    }

    /// A logger whose lines carry request, trace and agency. It is made when asked for: most requests log nothing.
    public var logger: Logger {
        var logger = baseLogger
        logger[metadataKey: "hb.request.id"] = nil
        logger[metadataKey: "request_id"] = .string(requestID.uuidString.lowercased())
        logger[metadataKey: "trace_id"] = .string(trace.traceID)
        if agency.number != 0 { logger[metadataKey: "agency"] = .string(agency.code) }
        if let principal { logger[metadataKey: "principal"] = .string(principal.subject) }
        return logger
    }

    /// Bytes of a body that a handler may collect.
    public var maxUploadSize: Int { host?.limits.maximumBody ?? 1_048_576 }

    /// The address of one of our own paths for links on pages: `link("/kasus")` → `/KALTIM/kasus`.
    public func link(_ path: String) -> String { base + path }
}
