import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import SinergiCore
import Synchronization
import Logging

/// What every request passes, from the outside in: trace, access log, metrics, problems, shedding, body limit, rate
/// limit, language, base path, and then the service's own router.
///
/// One responder and not eight middlewares: each of those would cost an allocation and a hop for every request.
final class ServiceResponder: HTTPResponder {
    private let host: RequestHost
    private let common: CommonRoutes
    private let renderer: ErrorRenderer
    private let accessLog: AccessLog
    private let metrics: RequestMetrics
    private let active = Mutex<(basePath: BasePath, router: ServiceRouter)?>(nil)

    init(
        host: RequestHost, common: CommonRoutes, renderer: ErrorRenderer, accessLog: AccessLog, metrics: RequestMetrics
    ) {
        self.host = host
        self.common = common
        self.renderer = renderer
        self.accessLog = accessLog
        self.metrics = metrics
    }

    /// From now on requests reach the service. Before, they are told that the database is not there yet.
    func activate(_ router: ServiceRouter, _ basePath: BasePath) {
        active.withLock { $0 = (basePath, router) }
    }

    func respond(to request: Request, context: AppContext) async throws -> Response {
        let start = ContinuousClock.now
        host.bodyWatch.endRefused(context.channel)
        var context = context
        context.host = host
        context.trace = request.headers[.traceparent].flatMap(TraceContext.init)?.child() ?? TraceContext()
        context.address = host.limits.trusted.client(
            peer: context.channel.remoteAddress?.ipAddress, forwardedFor: request.headers[.forwardedFor])
        context.language = Self.language(of: request)
        context.base = BasePath.prefix(request.headers[.forwardedPrefix])
        var response: Response
        do {
            response = try await admitted(request, &context)
        } catch let error as HTTPParserError {
            // The server itself answers what is no HTTP.
            throw error
        } catch {
            response = renderer.response(for: error, request, context)
        }
        if response.status.code >= 400,
            request.headers[.transferEncoding] != nil || request.headers[.contentLength].map({ $0 != "0" }) == true
        {
            host.bodyWatch.beginRefused(context.channel)
        }
        response.headers[.requestID] = context.requestID.text
        response.headers[.xContentTypeOptions] = "nosniff"
        if request.method == .head { response = response.createHeadResponse() }
        let duration = start.duration(to: .now)
        metrics.record(
            method: request.method, route: context.endpointPath ?? "other", status: response.status.code,
            duration: duration)
        // Probes and scrapes come every few seconds and say nothing.
        if accessLog.level <= .debug || !CommonRoutes.contains(context.endpointPath) {
            accessLog.record(
                request, context, status: response.status, bytes: response.body.contentLength, duration: duration)
        }
        return response
    }

    private func admitted(_ request: Request, _ context: inout AppContext) async throws -> Response {
        if let response = await common.response(to: request, context) { return response }
        guard host.limits.shedder.enter() else { throw Problem.overloaded }
        defer { host.limits.shedder.leave() }
        if let length = request.headers[.contentLength], Int(length).map({ $0 > host.limits.maximumBody }) ?? true,
            Int(length) == nil || !host.streamsBody(request.uri.path)
        {
            throw Problem.tooLarge(limit: host.limits.maximumBody)
        }
        let allowance =
            request.uri.path.hasSuffix("/v1/inbox") ? nil : host.limits.addresses.take(context.address ?? "")
        if let allowance, !allowance.isAllowed { throw Problem.rateLimited(allowance) }
        guard let (basePath, router) = active.withLock({ $0 }) else { throw Problem.databaseUnavailable }
        let inner = try basePath.enter(request, &context)
        if let response = await common.response(to: inner, context) { return response }
        var response = try await router.responder.respond(to: inner, context: context)
        if let allowance { response.headers.append(contentsOf: allowance.headers) }
        return response
    }

    /// Pages may be switched by `?lang=en`, which is remembered in a cookie; the API goes by `Accept-Language`.
    private static func language(of request: Request) -> Language {
        let accepted = request.headers[.acceptLanguage]
        guard !request.uri.path.hasPrefix("/v1/") else { return Language(accepting: accepted) }
        if let query = request.uri.query, query.contains("lang="),
            let chosen = request.query("lang").flatMap(Language.init(rawValue:))
        {
            return chosen
        }
        if let cookie = request.headers[.cookie], cookie.contains(Pages.languageCookie),
            let chosen = request.cookies[Pages.languageCookie].flatMap({ Language(rawValue: $0.value) })
        {
            return chosen
        }
        return Language(accepting: accepted)
    }
}
