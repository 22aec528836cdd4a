import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// A service's OpenAPI document. `servers` is written anew for each answer, relative to where the reader came in.
struct OpenAPIDocument: Sendable {
    /// The document without `servers` and without its opening brace.
    private let rest: [UInt8]

    /// - Parameter isOld: As OpenAPI 3.0.3.
    /// - Throws: When the file cannot be read or holds no JSON object.
    init(_ url: URL, isOld: Bool = false) throws {
        guard case .object(var document) = try JSONParser.parse(Array(Data(contentsOf: url))) else {
            throw ConfigurationError(key: "openapi", reason: "\(url.lastPathComponent) is no JSON object")
        }
        if isOld { document = OpenAPI30.document(document) }
        document["servers"] = nil
        let sink = JSONSink()
        sink.json(.object(document))
        rest = Array(sink.bytes.dropFirst())
    }

    func response(base: String) -> Response {
        let sink = JSONSink()
        sink.text("{\"servers\":[{\"url\":")
        sink.string(base.isEmpty ? "/" : base)
        sink.text("}],")
        sink.bytes += rest
        return Response(
            status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-cache"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: sink.bytes)))
    }
}
