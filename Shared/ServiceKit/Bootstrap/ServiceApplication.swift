public import Hummingbird
import HTTPTypes
import Logging
import Tenancy

/// A service as something that answers requests, without its process: for tests, and for programs that run several.
public enum ServiceApplication {
    /// The very stack that `serve` listens with, ready at once.
    /// - Throws: When the OpenAPI document or the common templates cannot be read.
    public static func responder<Definition: ServiceDefinition>(
        for definition: Definition, in environment: ServiceEnvironment
    ) throws -> some HTTPResponder<AppContext> {
        let readiness = Readiness()
        let parts = try ServiceParts(
            Definition.self, configuration: environment.configuration, registry: environment.metrics,
            readiness: readiness)
        parts.activate(definition, environment.agencies)
        readiness.open { try await definition.ready() }
        return parts.responder
    }
}

/// The pieces of the HTTP side that depend on configuration alone and so exist before the database answers.
struct ServiceParts: Sendable {
    let host: RequestHost
    let renderer: ErrorRenderer
    let responder: ServiceResponder
    private let isHosted: Bool

    init<Definition: ServiceDefinition>(
        _: Definition.Type, configuration: NodeConfiguration, registry: PrometheusRegistry, readiness: Readiness
    ) throws {
        isHosted = configuration.isHosted
        host = RequestHost(configuration) { Definition.streamsBody(path: $0) }
        renderer = ErrorRenderer(
            pages: try Pages(
                directory: nil, isDemo: configuration.isDemo, isSecure: configuration.publicURL.hasPrefix("https://")))
        responder = ServiceResponder(
            host: host,
            common: CommonRoutes(
                readiness: readiness, registry: registry, openAPI: try OpenAPIDocument(Definition.openAPI),
                openAPI30: try OpenAPIDocument(Definition.openAPI, isOld: true),
                assets: try Assets.shared()),
            renderer: renderer,
            accessLog: AccessLog(
                level: configuration.logLevel, service: Definition.name.rawValue, node: configuration.node,
                sink: .standardError),
            metrics: RequestMetrics(factory: registry))
    }

    /// Lets requests reach the service.
    func activate<Definition: ServiceDefinition>(_ definition: Definition, _ agencies: [AgencyScope]) {
        let router = ServiceRouter(renderer: renderer, mediaTypes: Definition.otherMediaTypes) { definition.routes($0) }
        responder.activate(router, BasePath(agencies: agencies, isHosted: isHosted))
    }
}
