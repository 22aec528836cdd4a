import HTTPTypes
import Hummingbird
import Synchronization

/// A service's routes, ready to answer.
struct ServiceRouter: Sendable {
    let responder: RouterResponder<AppContext>

    /// - Parameter add: Adds the service's routes.
    init(renderer: ErrorRenderer, mediaTypes: [String: [String]] = [:], add: (Router<AppContext>) -> Void) {
        let router = Router(context: AppContext.self, options: [.autoGenerateHeadEndpoints])
        let table = RouteTableBox()
        router.add(middleware: ErrorMiddleware(renderer: renderer, routes: { table.value }))
        router.add(middleware: NegotiationMiddleware(mediaTypes: mediaTypes))
        add(router)
        table.set(RouteTable(router))
        responder = router.buildResponder()
    }
}

/// The middleware stands in the router before its routes are known.
private final class RouteTableBox: Sendable {
    private let table = Mutex<RouteTable?>(nil)
    var value: RouteTable? { table.withLock { $0 } }
    func set(_ value: RouteTable) { table.withLock { $0 = value } }
}

/// 406 where a caller of the API accepts nothing that we could answer with, before any work is done.
struct NegotiationMiddleware: RouterMiddleware {
    /// Media types of routes that answer in something else than JSON, by route: `["/v1/exports/{id}": ["text/csv"]]`.
    let mediaTypes: [String: [String]]

    func handle(
        _ request: Request, context: AppContext, next: @concurrent (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        if let accept = request.headers[.accept], accept != "*/*", accept != "application/json",
            request.uri.path.hasPrefix("/v1/"), let route = context.endpointPath, route != "NotFound"
        {
            let types = (mediaTypes[route] ?? []) + ["application/json", "application/problem+json"]
            guard MediaTypes.accepts(accept, types) else { throw Problem.notAcceptable }
        }
        return try await next(request, context)
    }
}
