import Hummingbird
import RoutingAPI
import ServiceKit
import SinergiCore

/// Deliveries over HTTP.
///
/// | route | permission | for whom |
/// |---|---|---|
/// | `GET /v1/cases/{id}/deliveries` | offer | the agency that delivered |
/// | `POST /v1/cases/{id}/deliveries` | offer | who leads or watches the case |
struct DeliveryController: Sendable {
    let callers: CallerReader
    let deliveries: DeliveryWorkflow

    func addRoutes(to router: Router<AppContext>) {
        router.get("/v1/cases/:case_id/deliveries", use: list)
        router.post("/v1/cases/:case_id/deliveries", use: create)
    }

    private struct DeliveryList: Encodable, Sendable {
        let data: [DeliveryView]
    }

    @Sendable private func list(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let caller = try await callers.caller(request, context)
        let id = CaseID(try request.pathID("case_id", context))
        return try JSONResponse(DeliveryList(data: await deliveries.list(id, caller: caller)))
    }

    /// Not repeatable by key: a kept answer would keep the secrets.
    @Sendable private func create(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body) = try await callers.action(DeliveryBody.self, .offer, request, context)
        let id = CaseID(try request.pathID("case_id", context))
        return try await deliveries.deliver(id, body, expected: request.expectedVersion, caller: caller)
    }
}
