import Foundation
import HTTPTypes
public import Hummingbird
import Identity
public import ServiceKit
public import Tenancy

/// `POST /v1/inbox`: takes batches of events from the node's own services and answers per event, after commit.
///
/// | route | who | answer |
/// |---|---|---|
/// | `POST /v1/inbox` | role `service` of the same agency | 200 `{"results":[{"id","status","problem"}]}` in order |
public struct InboxRoute: Sendable {
    private let processor: InboxProcessor
    private let verify: @Sendable (Request, AppContext) async throws -> Principal

    /// - Parameters:
    ///   - committed: Hears, after each commit that applied something new, whose it was.
    ///   - handler: Applies one event; see `EventHandler`.
    public init(
        environment: ServiceEnvironment, waker: Waker,
        committed: @escaping @Sendable (AgencyScope) -> Void = { _ in }, handler: @escaping EventHandler
    ) {
        processor = InboxProcessor(
            database: environment.database, waker: waker, logger: environment.logger, committed: committed,
            handler: handler)
        let verifier = environment.verifier
        verify = { request, context in try await context.authenticate(request, verifier) }
    }

    /// Adds the route.
    public func mount(on router: Router<AppContext>) {
        router.post("/v1/inbox") { request, context in try await receive(request, context) }
    }

    @Sendable private func receive(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        guard try await verify(request, context).isService else { throw Problem.insufficientRole }
        let type = request.headers[.contentType]?.prefix { $0 != ";" && $0 != " " }.lowercased()
        guard type == CloudEventBatch.mediaType else {
            throw Problem.unsupportedMediaType([CloudEventBatch.mediaType])
        }
        let bytes = try await context.collect(request)
        let batch: CloudEventBatch
        do {
            batch = try CloudEventBatch(json: Data(bytes))
        } catch {
            throw Problem.malformedJSON.explained(
                id: "Kirim larik peristiwa CloudEvents 1.0.", en: "Send an array of CloudEvents 1.0 events.")
        }
        let results = await processor.process(batch.events, in: context.agency)
        return JSONResponse(bytes: Array(try EventCoding.text(InboxAnswer(results: results)).utf8))
    }
}
