import Hummingbird
import ServiceKit
import SinergiCore

/// Routing rules over HTTP.
///
/// | route | permission | for whom |
/// |---|---|---|
/// | `GET /v1/rules` | manageRules or read | the agency |
/// | `POST /v1/rules` | manageRules | the agency |
struct RuleController: Sendable {
    let callers: CallerReader
    let rules: RuleWorkflow

    func addRoutes(to router: Router<AppContext>) {
        router.get("/v1/rules", use: list)
        router.post("/v1/rules", use: create)
    }

    @Sendable private func list(_ request: Request, _ context: AppContext) async throws -> some ResponseGenerator {
        let caller = try await callers.caller(request, context)
        let page = try Page(request)
        let cursor = try page.cursor.map { cursor throws(Problem) in
            guard cursor.values.count == 1, let text = cursor.values[0], let value = RuleCursor(text) else {
                throw Problem.invalid("#/cursor", "bad_format")
            }
            return value
        }
        let (rows, next) = try await rules.list(after: cursor, limit: page.limit, caller: caller)
        return ListResponse(data: rows, page: page, next: next.map { Cursor([$0.text]) })
    }

    @Sendable private func create(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body, repeatable) = try await callers.creation(NewRuleBody.self, .manageRules, request, context)
        return try await rules.create(
            body, caller: caller, language: context.language, repeatable: repeatable)
    }
}
