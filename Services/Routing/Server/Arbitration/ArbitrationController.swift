import Hummingbird
import ServiceKit
import SinergiCore

/// Arbitration over HTTP.
///
/// | route | permission | for whom |
/// |---|---|---|
/// | `GET /v1/arbitrations` | read | offices that arbitrate |
/// | `GET /v1/arbitrations?for=advice` | read | parties that may advise |
/// | `POST /v1/arbitrations` | requestArbitration | offices with a part |
/// | `POST /v1/arbitrations/{id}/advice` | note | parties, while there is time |
/// | `POST /v1/arbitrations/{id}/decide` | arbitrate | the arbiter's office |
struct ArbitrationController: Sendable {
    let callers: CallerReader
    let arbitrations: ArbitrationWorkflow

    func addRoutes(to router: Router<AppContext>) {
        router.get("/v1/arbitrations", use: list)
        router.post("/v1/arbitrations", use: create)
        router.post("/v1/arbitrations/:arbitration_id/advice", use: advise)
        router.post("/v1/arbitrations/:arbitration_id/decide", use: decide)
    }

    @Sendable private func list(_ request: Request, _ context: AppContext) async throws -> some ResponseGenerator {
        let caller = try await callers.caller(request, context)
        let page = try Page(request)
        let cursor = try page.cursor.map { try DueCursor(page: $0) }
        let (rows, next) = try await arbitrations.list(
            after: cursor, limit: page.limit, caller: caller, forAdvice: request.query("for") == "advice")
        return ListResponse(data: rows, page: page, next: next.map { Cursor([$0.text]) })
    }

    @Sendable private func create(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body, repeatable) = try await callers.creation(
            RequestArbitrationBody.self, .requestArbitration, request, context)
        return try await arbitrations.request(
            body.caseID, body.reason, expected: request.expectedVersion, caller: caller, repeatable: repeatable)
    }

    @Sendable private func advise(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body, repeatable) = try await callers.creation(AdviceBody.self, .note, request, context)
        let id = ArbitrationID(try request.pathID("arbitration_id", context))
        return try await arbitrations.advise(id, body, caller: caller, repeatable: repeatable)
    }

    @Sendable private func decide(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body) = try await callers.action(DecideBody.self, .arbitrate, request, context)
        let id = ArbitrationID(try request.pathID("arbitration_id", context))
        return try await arbitrations.decide(id, body, expected: request.expectedVersion, caller: caller)
    }
}
