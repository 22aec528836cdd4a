import Hummingbird
import ServiceKit
import SinergiCore

/// What an officer at the desk does with a case that goes nowhere by itself.
///
/// | route | permission | for whom |
/// |---|---|---|
/// | `POST /v1/cases/{id}/ask-information` | verify | the lead's office |
/// | `POST …/hold`, `…/resume`, `…/archive` | verify | the lead's office |
/// | `POST …/accept-suggestion` | route | the lead's office |
/// | `POST …/objection` | route | the agency that received it |
/// | `GET /v1/archive-reasons` | read | everybody |
struct TriageController: Sendable {
    let callers: CallerReader
    let triage: TriageWorkflow

    func addRoutes(to router: Router<AppContext>) {
        router.post("/v1/cases/:case_id/ask-information", use: ask)
        router.post("/v1/cases/:case_id/hold", use: hold)
        router.post("/v1/cases/:case_id/resume", use: resume)
        router.post("/v1/cases/:case_id/archive", use: archive)
        router.post("/v1/cases/:case_id/accept-suggestion", use: acceptSuggestion)
        router.post("/v1/cases/:case_id/objection", use: answerObjection)
        router.get("/v1/archive-reasons", use: reasons)
    }

    @Sendable private func ask(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body, repeatable) = try await callers.creation(AskBody.self, .verify, request, context)
        return try await triage.ask(
            try Self.id(request, context), body, expected: request.expectedVersion, caller: caller,
            repeatable: repeatable)
    }

    @Sendable private func hold(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body) = try await callers.action(HoldBody.self, .verify, request, context)
        return try await triage.hold(
            try Self.id(request, context), body, expected: request.expectedVersion, caller: caller)
    }

    @Sendable private func resume(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body) = try await callers.action(NoteBody.self, .verify, request, context, emptyAllowed: true)
        return try await triage.resume(
            try Self.id(request, context), body, expected: request.expectedVersion, caller: caller)
    }

    @Sendable private func archive(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body) = try await callers.action(ArchiveBody.self, .verify, request, context)
        return try await triage.archive(
            try Self.id(request, context), body, expected: request.expectedVersion, caller: caller)
    }

    @Sendable private func acceptSuggestion(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body, repeatable) = try await callers.creation(SuggestionBody.self, .route, request, context)
        return try await triage.acceptSuggestion(
            try Self.id(request, context), body, expected: request.expectedVersion, caller: caller,
            repeatable: repeatable)
    }

    @Sendable private func answerObjection(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body) = try await callers.action(ObjectionAnswerBody.self, .route, request, context)
        return try await triage.answerObjection(
            try Self.id(request, context), body, expected: request.expectedVersion, caller: caller)
    }

    @Sendable private func reasons(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let reasons = try await triage.archiveReasons(try await callers.caller(request, context))
        let items = reasons.map { reason -> JSONValue in
            [
                "code": .string(reason.code),
                "name": ["id": .string(reason.name.id), "en": .string(reason.name.en)],
                "needs_note": .bool(reason.needsNote),
            ]
        }
        return try JSONResponse(ShortList.document(items))
    }

    private static func id(_ request: Request, _ context: AppContext) throws -> CaseID {
        CaseID(try request.pathID("case_id", context))
    }
}
