import Foundation
import Hummingbird
import Postgres
import RoutingAPI
import ServiceKit
import SinergiCore
import Tenancy

/// Decisions over HTTP, with every rule that was tried.
///
/// | route | permission | for whom |
/// |---|---|---|
/// | `GET /v1/decisions/{id}` | read | agencies with a part in the case |
struct DecisionController: Sendable {
    let callers: CallerReader
    let cases: CaseWorkflow
    let database: AgencyDatabase

    func addRoutes(to router: Router<AppContext>) {
        router.get("/v1/decisions/:decision_id", use: read)
    }

    @Sendable private func read(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let caller = try await callers.knowing(try await callers.caller(request, context))
        try caller.require(.read)
        let id = try request.pathID("decision_id", context)
        guard let row = try await database.query(caller, DecisionStore.read(id)).first else {
            throw Problem.notFound
        }
        // Secret cases are closed to units without a part in them; so is what was decided about them.
        _ = try await cases.read(CaseID(try row.decode("case_id", as: UUID.self)), caller: caller)
        var view = try DecisionView(row: row, full: true, directory: caller.directory)
        view.suggestions = view.suggestions.map { $0.revealed(to: caller) }
        return try JSONResponse(view)
    }
}
