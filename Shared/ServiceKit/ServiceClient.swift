public import AsyncHTTPClient
public import HTTPTypes
public import Identity
import NIOCore
import NIOHTTP1
public import Tenancy

/// Talks to the node's other services, in the name of one agency.
///
/// One per process: connections are kept and used again. Every request carries a service token, the trace and a deadline.
public struct ServiceClient: Sendable {
    /// What a service answered.
    public struct Response: Sendable {
        public let status: HTTPResponse.Status
        public let headers: HTTPFields
        /// The body, at most `maximumBody` bytes.
        public let body: [UInt8]

        /// Whether the status is 2xx.
        public var isSuccess: Bool { status.kind == .successful }

        /// The body as JSON.
        /// - Throws: `JSONSyntaxError`.
        public func json() throws(JSONSyntaxError) -> JSONValue { try JSONParser.parse(body) }
    }

    /// Why there is no answer.
    public enum Failure: Error, Sendable {
        /// The node has no keys of that agency, so it cannot speak for it.
        case unknownAgency(String)
        /// No connection, no answer in time, or one that is too long. Worth another try.
        case unreachable(ServiceName, any Error)
    }

    private static let maximumBody = 16_777_216

    private let http: HTTPClient
    private let configuration: NodeConfiguration
    private let service: ServiceName
    private let issuers: [String: TokenIssuer]

    /// - Parameters:
    ///   - http: The process's one client; whoever made it shuts it down.
    ///   - service: Who is speaking.
    ///   - issuers: Signers by agency code.
    public init(
        http: HTTPClient, configuration: NodeConfiguration, service: ServiceName, issuers: [String: TokenIssuer]
    ) {
        self.http = http
        self.configuration = configuration
        self.service = service
        self.issuers = issuers
    }

    /// Sends a body.
    /// - Parameters:
    ///   - path: Begins with a slash, without the agency: `/v1/inbox`.
    ///   - trace: Whose child the request is; `nil` begins a new trace.
    ///   - deadline: For the whole exchange.
    /// - Throws: `Failure`. Any answer, also an error status, is returned.
    public func post(
        _ service: ServiceName, agency: AgencyScope, path: String, body: [UInt8],
        contentType: String = "application/json", headers: HTTPFields = [:], trace: TraceContext? = nil,
        deadline: Duration = .seconds(10)
    ) async throws(Failure) -> Response {
        var headers = headers
        headers[.contentType] = contentType
        return try await send(.POST, service, agency, path, body, headers, trace, deadline)
    }

    /// Sends a value as JSON.
    /// - Throws: `Failure`, or what `value` throws while it is encoded.
    public func post(
        _ service: ServiceName, agency: AgencyScope, path: String, json value: some Encodable,
        headers: HTTPFields = [:], trace: TraceContext? = nil, deadline: Duration = .seconds(10)
    ) async throws -> Response {
        try await post(
            service, agency: agency, path: path, body: JSONWriter.bytes(of: value), headers: headers, trace: trace,
            deadline: deadline)
    }

    /// Asks for something.
    /// - Throws: `Failure`.
    public func get(
        _ service: ServiceName, agency: AgencyScope, path: String, headers: HTTPFields = [:],
        trace: TraceContext? = nil, deadline: Duration = .seconds(5)
    ) async throws(Failure) -> Response {
        try await send(.GET, service, agency, path, nil, headers, trace, deadline)
    }

    private func send(
        _ method: HTTPMethod, _ target: ServiceName, _ agency: AgencyScope, _ path: String, _ body: [UInt8]?,
        _ headers: HTTPFields, _ trace: TraceContext?, _ deadline: Duration
    ) async throws(Failure) -> Response {
        guard let issuer = issuers[agency.code] else { throw .unknownAgency(agency.code) }
        var request = HTTPClientRequest(url: configuration.address(of: target, agency: agency.code) + path)
        request.method = method
        for field in headers { request.headers.add(name: field.name.rawName, value: field.value) }
        request.headers.replaceOrAdd(name: "traceparent", value: (trace?.child() ?? TraceContext()).traceparent)
        if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
        do {
            let token = try await issuer.serviceToken(name: service.rawValue)
            request.headers.replaceOrAdd(name: "authorization", value: "Bearer " + token)
            let answer = try await http.execute(request, deadline: .now() + TimeAmount(deadline))
            let buffer = try await answer.body.collect(upTo: Self.maximumBody)
            var fields = HTTPFields()
            for (name, value) in answer.headers {
                if let name = HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) }
            }
            return Response(
                status: .init(code: Int(answer.status.code)), headers: fields, body: Array(buffer.readableBytesView))
        } catch {
            throw .unreachable(target, error)
        }
    }
}
