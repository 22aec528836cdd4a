import Hummingbird
import ServiceKit
import SinergiCore

/// Answers over HTTP.
///
/// | route | permission | for whom |
/// |---|---|---|
/// | `POST /v1/cases/{id}/answers` | draft | offices with an accepted part |
/// | `POST …/answers/{answer_id}/approve`, `/return` | approve | the answer's office |
/// | `POST …/answers/{answer_id}/publish` | publish | the answer's office |
struct AnswerController: Sendable {
    let callers: CallerReader
    let answers: AnswerWorkflow

    func addRoutes(to router: Router<AppContext>) {
        router.post("/v1/cases/:case_id/answers", use: draft)
        router.post("/v1/cases/:case_id/answers/:answer_id/approve", use: approve)
        router.post("/v1/cases/:case_id/answers/:answer_id/return", use: sendBack)
        router.post("/v1/cases/:case_id/answers/:answer_id/publish", use: publish)
    }

    @Sendable private func draft(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body, repeatable) = try await callers.creation(AnswerBody.self, .draft, request, context)
        return try await answers.draft(
            CaseID(try request.pathID("case_id", context)), body, expected: request.expectedVersion, caller: caller,
            repeatable: repeatable)
    }

    @Sendable private func approve(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body) = try await callers.action(NoteBody.self, .approve, request, context, emptyAllowed: true)
        let (id, caseID) = try Self.ids(request, context)
        return try await answers.approve(id, case: caseID, body, caller: caller)
    }

    @Sendable private func sendBack(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body) = try await callers.action(NoteBody.self, .approve, request, context, emptyAllowed: true)
        let (id, caseID) = try Self.ids(request, context)
        return try await answers.sendBack(id, case: caseID, body, caller: caller)
    }

    @Sendable private func publish(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body) = try await callers.action(NoteBody.self, .publish, request, context, emptyAllowed: true)
        let (id, caseID) = try Self.ids(request, context)
        return try await answers.publish(id, case: caseID, body, expected: request.expectedVersion, caller: caller)
    }

    private static func ids(_ request: Request, _ context: AppContext) throws(Problem) -> (AnswerID, CaseID) {
        (AnswerID(try request.pathID("answer_id", context)), CaseID(try request.pathID("case_id", context)))
    }
}
