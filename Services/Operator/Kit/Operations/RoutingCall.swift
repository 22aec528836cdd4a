import AsyncHTTPClient
import NIOCore
import NIOHTTP1
public import ServiceKit

/// Asks an agency's routing service in an officer's name.
public struct RoutingCall: Sendable {
    private let url: String
    private let token: String

    /// - Parameters:
    ///   - url: Base address, without a final slash.
    ///   - token: A bearer token.
    public init(url: String, token: String) {
        self.url = url
        self.token = token
    }

    /// Posts JSON and reads the answer.
    /// - Throws: `OperatorError` with what the service says to do.
    public func post(_ path: String, _ body: JSONValue) async throws -> JSONValue {
        var request = HTTPClientRequest(url: url + path)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.headers.add(name: "Accept-Language", value: "en")
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        request.body = .bytes(ByteBuffer(bytes: try JSONWriter.bytes(of: body)))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let bytes = Array(try await response.body.collect(upTo: 4 << 20).readableBytesView)
        let answer = (try? JSONParser.parse(bytes)) ?? .null
        guard response.status.code < 300 else {
            let errors = (answer["errors"]?.array ?? []).map {
                "\n  \($0["pointer"]?.string ?? ""): \($0["detail"]?.string ?? "")"
            }
            throw OperatorError(
                "\(response.status.code) \(answer["title"]?.string ?? ""): \(answer["detail"]?.string ?? "")"
                    + errors.joined())
        }
        return answer
    }
}
