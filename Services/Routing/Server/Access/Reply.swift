import HTTPTypes
import Hummingbird
import ServiceKit

/// The answer to a write, encoded once: the same bytes are sent and, for a repeat, kept.
struct Reply: Sendable, ResponseGenerator {
    var status: HTTPResponse.Status
    let bytes: [UInt8]
    /// The case's version after the write.
    var version: Int?
    /// Relative to the agency's base address.
    var location: String?

    init(_ value: some Encodable, status: HTTPResponse.Status = .ok, version: Int? = nil, location: String? = nil)
        throws
    {
        self.init(bytes: try JSONWriter.bytes(of: value), status: status, version: version, location: location)
    }

    init(bytes: [UInt8], status: HTTPResponse.Status, version: Int? = nil, location: String? = nil) {
        self.bytes = bytes
        self.status = status
        self.version = version
        self.location = location
    }

    func response(from request: Request, context: some RequestContext) throws -> Response {
        var headers: HTTPFields = [:]
        if let version { headers[.eTag] = EntityTag.text(version: version) }
        if let location { headers[.location] = location }
        return try JSONResponse(bytes: bytes, status: status, headers: headers).response(
            from: request, context: context)
    }
}
