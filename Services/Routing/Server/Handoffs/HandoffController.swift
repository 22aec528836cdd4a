import Hummingbird
import ServiceKit
import SinergiCore

/// Handoffs over HTTP.
///
/// | route | permission | for whom |
/// |---|---|---|
/// | `POST /v1/handoffs` | offer | the lead's office |
/// | `GET /v1/handoffs/{id}` | read | both agencies, and all with a part in the case |
/// | `POST …/accept` | accept | the office that it was offered to |
/// | `POST …/decline` | decline | the office that it was offered to |
/// | `POST …/recall` | recall | the office that offered it |
struct HandoffController: Sendable {
    let callers: CallerReader
    let handoffs: HandoffWorkflow

    func addRoutes(to router: Router<AppContext>) {
        router.post("/v1/handoffs", use: create)
        router.get("/v1/handoffs/:handoff_id", use: read)
        router.post("/v1/handoffs/:handoff_id/accept", use: accept)
        router.post("/v1/handoffs/:handoff_id/decline", use: decline)
        router.post("/v1/handoffs/:handoff_id/recall", use: recall)
    }

    @Sendable private func create(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body, repeatable) = try await callers.creation(HandoffBody.self, .offer, request, context)
        return try await handoffs.offer(
            body.caseID, body.offer, expected: request.expectedVersion, caller: caller, repeatable: repeatable)
    }

    @Sendable private func read(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let caller = try await callers.knowing(try await callers.caller(request, context))
        return try JSONResponse(
            await handoffs.read(HandoffID(try request.pathID("handoff_id", context)), caller: caller))
    }

    @Sendable private func accept(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body) = try await callers.action(AcceptBody.self, .accept, request, context, emptyAllowed: true)
        let id = HandoffID(try request.pathID("handoff_id", context))
        return try await handoffs.accept(id, body, expected: request.expectedVersion, caller: caller)
    }

    @Sendable private func decline(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body) = try await callers.action(DeclineBody.self, .decline, request, context)
        let id = HandoffID(try request.pathID("handoff_id", context))
        return try await handoffs.decline(id, body, expected: request.expectedVersion, caller: caller)
    }

    @Sendable private func recall(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body) = try await callers.action(ReasonBody.self, .recall, request, context)
        let id = HandoffID(try request.pathID("handoff_id", context))
        return try await handoffs.recall(id, body, expected: request.expectedVersion, caller: caller)
    }
}
