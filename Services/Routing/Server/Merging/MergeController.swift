import Hummingbird
import ServiceKit
import SinergiCore

/// Duplicates over HTTP.
///
/// | route | permission | for whom |
/// |---|---|---|
/// | `GET /v1/cases/{id}/similar` | read | agencies with a part; nothing is like a secret case |
/// | `POST /v1/cases/{id}/merge` | verify | who holds both cases |
/// | `POST /v1/cases/{id}/unmerge` | verify | who held the merged case |
/// | `POST /v1/cases/{id}/split` | verify, route too for parts that are offered | who received the case and holds it |
struct MergeController: Sendable {
    let callers: CallerReader
    let merging: MergeWorkflow

    func addRoutes(to router: Router<AppContext>) {
        router.get("/v1/cases/:case_id/similar", use: similar)
        router.post("/v1/cases/:case_id/merge", use: merge)
        router.post("/v1/cases/:case_id/unmerge", use: unmerge)
        router.post("/v1/cases/:case_id/split", use: split)
    }

    /// Most that one page shows; whoever needs more has a cluster and no duplicates.
    private static let most = 50

    @Sendable private func similar(_ request: Request, _ context: AppContext) async throws -> some ResponseGenerator {
        let caller = try await callers.caller(request, context)
        let page = try Page(request)
        let found = try await merging.similar(
            to: CaseID(try request.pathID("case_id", context)), limit: min(page.limit, Self.most),
            language: context.language, caller: caller)
        return ListResponse(data: found, page: page, next: nil)
    }

    @Sendable private func merge(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body) = try await callers.action(MergeBody.self, .verify, request, context)
        let id = CaseID(try request.pathID("case_id", context))
        return try await merging.merge(id, body, expected: request.expectedVersion, caller: caller)
    }

    @Sendable private func unmerge(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body) = try await callers.action(ReasonBody.self, .verify, request, context)
        let id = CaseID(try request.pathID("case_id", context))
        return try await merging.unmerge(id, body, expected: request.expectedVersion, caller: caller)
    }

    @Sendable private func split(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body, repeatable) = try await callers.creation(SplitBody.self, .verify, request, context)
        return try await merging.split(
            CaseID(try request.pathID("case_id", context)), body, expected: request.expectedVersion, caller: caller,
            repeatable: repeatable)
    }
}
