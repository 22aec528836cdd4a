import HTTPTypes
import Hummingbird
import NIOCore
import SinergiCore

/// The addresses that every service has, with or without an agency in front: health, metrics, OpenAPI and assets.
///
/// They pass neither shedding nor rate limits: a full service is still healthy, and its figures matter most then.
struct CommonRoutes: Sendable {
    let readiness: Readiness
    let registry: PrometheusRegistry
    let openAPI: OpenAPIDocument?
    /// The same as OpenAPI 3.0.3.
    var openAPI30: OpenAPIDocument?
    let assets: Assets

    /// Whether a route is one of these.
    static func contains(_ route: String?) -> Bool {
        guard let route else { return false }
        return ["/healthz", "/readyz", "/metrics", "/openapi.json", "/openapi-3.0.json", "/assets/**", "/favicon.ico"]
            .contains(route)
    }

    /// `nil` for an address that is not one of these.
    func response(to request: Request, _ context: AppContext) async -> Response? {
        let path = request.uri.path
        // Nearly all requests end here.
        guard
            path.hasPrefix("/healthz") || path.hasPrefix("/readyz") || path.hasPrefix("/metrics")
                || path.hasPrefix("/openapi") || path.hasPrefix("/assets/") || path == "/favicon.ico"
        else { return nil }
        let answer: @Sendable () async -> Response
        switch path {
        case "/healthz":
            answer = { Self.json(.ok, ["status": "ok"]) }
        case "/readyz":
            answer = {
                let state = await readiness.check()
                return Self.json(
                    state.isReady ? .ok : .serviceUnavailable,
                    [
                        "status": state.isReady ? "ready" : "not_ready",
                        "reason": state.reason.map(JSONValue.string) ?? .null,
                    ])
            }
        case "/metrics":
            answer = { Self.text(registry.text(), "text/plain; version=0.0.4; charset=utf-8") }
        case "/openapi.json":
            guard let openAPI else { return nil }
            answer = { openAPI.response(base: context.base) }
        case "/openapi-3.0.json":
            guard let openAPI30 else { return nil }
            answer = { openAPI30.response(base: context.base) }
        case "/favicon.ico":
            answer = { Response(status: .noContent, headers: [.cacheControl: "public, max-age=86400"]) }
        default:
            guard path.hasPrefix("/assets/") else { return nil }
            let found = assets.response(path)
            answer = { found ?? Problem.notFound.response(language: context.language, requestID: context.requestID) }
        }
        context.coreContext.endpointPath.value = path.hasPrefix("/assets/") ? "/assets/**" : path
        guard request.method == .get || request.method == .head else {
            return Problem.methodNotAllowed(allow: [.get, .head])
                .response(language: context.language, requestID: context.requestID)
        }
        return await answer()
    }

    private static func json(_ status: HTTPResponse.Status, _ value: JSONValue) -> Response {
        let sink = JSONSink()
        sink.json(value)
        return Response(
            status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: sink.bytes)))
    }

    private static func text(_ text: String, _ type: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: type, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
