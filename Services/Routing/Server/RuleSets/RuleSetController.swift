import HTTPTypes
import Hummingbird
import ServiceKit
import SinergiCore

/// Drafts and versions of the agency's rules over HTTP.
///
/// | route | permission | for whom |
/// |---|---|---|
/// | `GET /v1/rules/drafts`, `GET /v1/rules/drafts/{id}` | manageRules or read | the agency |
/// | `POST /v1/rules/drafts`, `PUT`, `DELETE /v1/rules/drafts/{id}` | manageRules | the agency |
/// | `POST /v1/rules/drafts/{id}/simulate`, `…/activate` | manageRules | the agency |
/// | `GET /v1/rules/versions`, `GET /v1/rules/versions/{version}` | manageRules or read | the agency |
/// | `POST /v1/rules/versions/{version}/restore` | manageRules | the agency |
struct RuleSetController: Sendable {
    let callers: CallerReader
    let sets: RuleSetWorkflow
    let simulations: RuleSimulationRun

    func addRoutes(to router: Router<AppContext>) {
        router.get("/v1/rules/drafts") { request, context in
            try JSONResponse(try await sets.drafts(try await callers.caller(request, context)))
        }
        router.post("/v1/rules/drafts", use: create)
        router.get("/v1/rules/drafts/:draft_id") { request, context in
            try await sets.draft(
                try request.pathID("draft_id", context), try await callers.caller(request, context), context.language)
        }
        router.put("/v1/rules/drafts/:draft_id", use: change)
        router.delete("/v1/rules/drafts/:draft_id", use: discard)
        router.post("/v1/rules/drafts/:draft_id/simulate", use: simulate)
        router.post("/v1/rules/drafts/:draft_id/activate", use: activate)
        router.get("/v1/rules/versions", use: versions)
        router.get("/v1/rules/versions/:version") { request, context in
            try await sets.version(try Self.version(context), try await callers.caller(request, context))
        }
        router.post("/v1/rules/versions/:version/restore", use: restore)
    }

    @Sendable private func create(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body, repeatable) = try await callers.creation(
            RuleDraftBody.self, .manageRules, request, context)
        return try await sets.create(body, caller, context.language, repeatable: repeatable)
    }

    @Sendable private func change(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body) = try await callers.action(RuleDraftChange.self, .manageRules, request, context)
        return try await sets.change(
            try request.pathID("draft_id", context), expected: try request.requiredVersion(), body, caller,
            context.language)
    }

    @Sendable private func discard(_ request: Request, _ context: AppContext) async throws -> Response {
        let caller = try await callers.caller(request, context)
        try caller.require(.manageRules)
        try await sets.discard(
            try request.pathID("draft_id", context), expected: request.expectedVersion, caller, context.language)
        return Response(status: .noContent)
    }

    @Sendable private func simulate(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body) = try await callers.action(
            SimulateBody.self, .manageRules, request, context, emptyAllowed: true)
        return try await simulations.run(try request.pathID("draft_id", context), body, caller)
    }

    @Sendable private func activate(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body) = try await callers.action(
            ActivateRulesBody.self, .manageRules, request, context, emptyAllowed: true)
        return try await sets.activate(
            try request.pathID("draft_id", context), expected: request.expectedVersion, untried: body.untried, caller,
            context.language)
    }

    @Sendable private func versions(_ request: Request, _ context: AppContext) async throws -> some ResponseGenerator {
        let caller = try await callers.caller(request, context)
        let page = try Page(request)
        let before = try page.cursor.map { cursor throws(Problem) in
            guard cursor.values.count == 1, let value = cursor.values[0].flatMap({ Int($0) }) else {
                throw Problem.invalid("#/cursor", "bad_format")
            }
            return value
        }
        let (rows, next) = try await sets.versions(before: before, limit: page.limit, caller)
        return ListResponse(data: rows, page: page, next: next.map { Cursor([String($0)]) })
    }

    @Sendable private func restore(_ request: Request, _ context: AppContext) async throws -> Reply {
        let caller = try await callers.caller(request, context)
        try caller.require(.manageRules)
        let key = try request.idempotencyKey()
        let (bytes, value) = try await JSONBody.bytesAndValue(from: request, context, emptyAllowed: true)
        _ = try JSONBody.read(NothingBody.self, from: value)
        let repeatable = key.map { IdempotentRequest(caller: caller, key: $0, request: request, body: bytes) }
        return try await sets.restore(
            try Self.version(context), caller, context.language, repeatable: repeatable)
    }

    private static func version(_ context: AppContext) throws(Problem) -> Int {
        guard let version = context.parameters.get("version").flatMap({ Int32($0) }), version > 0 else {
            throw Problem.notFound
        }
        return Int(version)
    }
}

/// Body of an action that needs none: `{}`.
private struct NothingBody: RequestBodyFields, Sendable {
    init(fields: inout FieldReader) {}
}
