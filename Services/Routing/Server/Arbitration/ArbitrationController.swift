import Hummingbird
import ServiceKit
import SinergiCore

/// Arbitration over HTTP.
///
/// | route | permission | for whom |
/// |---|---|---|
/// | `GET /v1/arbitrations` | read | offices that arbitrate |
/// | `POST /v1/arbitrations/{id}/decide` | arbitrate | the arbiter's office |
struct ArbitrationController: Sendable {
    let callers: CallerReader
    let arbitrations: ArbitrationWorkflow

    func addRoutes(to router: Router<AppContext>) {
        router.get("/v1/arbitrations", use: list)
        router.post("/v1/arbitrations/:arbitration_id/decide", use: decide)
    }

    @Sendable private func list(_ request: Request, _ context: AppContext) async throws -> some ResponseGenerator {
        let caller = try await callers.caller(request, context)
        let page = try Page(request)
        let cursor = try page.cursor.map { try DueCursor(page: $0) }
        let (rows, next) = try await arbitrations.list(after: cursor, limit: page.limit, caller: caller)
        return ListResponse(data: rows, page: page, next: next.map { Cursor([$0.text]) })
    }

    @Sendable private func decide(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body) = try await callers.action(DecideBody.self, .arbitrate, request, context)
        let id = ArbitrationID(try request.pathID("arbitration_id", context))
        return try await arbitrations.decide(id, body, expected: request.expectedVersion, caller: caller)
    }
}
