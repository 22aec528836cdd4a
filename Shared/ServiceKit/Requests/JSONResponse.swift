public import HTTPTypes
public import Hummingbird

/// An answer in JSON: `return try JSONResponse(handoff, status: .created)`.
public struct JSONResponse: Sendable, ResponseGenerator {
    public var status: HTTPResponse.Status
    public var headers: HTTPFields
    /// The document, encoded already.
    public let bytes: [UInt8]

    /// - Throws: What `value` throws while it is encoded.
    public init(_ value: some Encodable, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) throws {
        self.init(bytes: try JSONWriter.bytes(of: value), status: status, headers: headers)
    }

    /// From a document that is JSON already.
    public init(bytes: [UInt8], status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) {
        self.bytes = bytes
        self.status = status
        self.headers = headers
    }

    public func response(from request: Request, context: some RequestContext) throws -> Response {
        var headers = headers
        headers[.contentType] = "application/json"
        // Answers depend on who asks; a page that may be cached says so itself.
        if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
