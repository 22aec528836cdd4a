import Hummingbird
import ServiceKit
import SinergiCore

/// An office's part over HTTP. Each answers the case as it is afterwards.
///
/// | route | permission | for whom |
/// |---|---|---|
/// | `POST /v1/cases/{id}/part/finish` | publish | contributors and monitors |
/// | `POST …/part/extend` | publish | lead and contributors |
/// | `POST …/part/withdraw` | decline | contributors and monitors whom no arbiter named |
/// | `POST …/part/reference` | assign | every office, its own number only |
/// | `POST …/part/act-for` | arbitrate | the coordinator above an office that stayed silent |
/// | `POST …/outcome` | publish | the lead |
struct PartController: Sendable {
    let callers: CallerReader
    let parts: PartWorkflow

    func addRoutes(to router: Router<AppContext>) {
        router.post("/v1/cases/:case_id/part/finish") { request, context in
            try await action(FinishBody.self, .publish, request, context, parts.finish)
        }
        router.post("/v1/cases/:case_id/part/extend") { request, context in
            try await action(ExtendBody.self, .publish, request, context, parts.extend)
        }
        router.post("/v1/cases/:case_id/part/withdraw") { request, context in
            try await action(PartReasonBody.self, .decline, request, context, parts.withdraw)
        }
        router.post("/v1/cases/:case_id/part/reference") { request, context in
            try await action(ReferenceBody.self, .assign, request, context, parts.setReference)
        }
        router.post("/v1/cases/:case_id/part/act-for") { request, context in
            try await action(PartReasonBody.self, .arbitrate, request, context) {
                try await parts.act(for: $0, $1, expected: $2, caller: $3)
            }
        }
        router.post("/v1/cases/:case_id/outcome") { request, context in
            try await action(OutcomeBody.self, .publish, request, context, parts.planOutcome)
        }
    }

    private func action<Body: RequestBodyFields>(
        _: Body.Type, _ permission: Permission, _ request: Request, _ context: AppContext,
        _ work: (CaseID, Body, Int?, Caller) async throws -> Reply
    ) async throws -> Reply {
        let (caller, body) = try await callers.action(Body.self, permission, request, context)
        return try await work(
            CaseID(try request.pathID("case_id", context)), body, request.expectedVersion, caller)
    }
}
