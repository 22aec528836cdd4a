import Foundation
import Hummingbird
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

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
    let cases: CaseWorkflow

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
        let expected = request.expectedVersion
        return try await move(
            """
            casework.ask_information(\(UUID.v7()), c.id, \(expected.asInt32)::int4, \(caller.actor), \(body.items),
                \(caller.trace))
            """, request, context, expected: expected, caller: caller, repeatable: repeatable)
    }

    @Sendable private func hold(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body) = try await callers.action(HoldBody.self, .verify, request, context)
        let expected = request.expectedVersion
        return try await move(
            """
            casework.hold(c.id, \(expected.asInt32)::int4, \(caller.actor), \(body.reason), \(body.until)::text::date,
                \(caller.trace))
            """, request, context, expected: expected, caller: caller)
    }

    @Sendable private func resume(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body) = try await callers.action(NoteBody.self, .verify, request, context, emptyAllowed: true)
        let expected = request.expectedVersion
        return try await move(
            "casework.resume(c.id, \(expected.asInt32)::int4, \(caller.actor), \(body.note), \(caller.trace))",
            request, context, expected: expected, caller: caller)
    }

    @Sendable private func archive(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body) = try await callers.action(ArchiveBody.self, .verify, request, context)
        let expected = request.expectedVersion
        return try await move(
            """
            casework.archive(c.id, \(expected.asInt32)::int4, \(caller.actor), \(body.reason), \(body.note), \(caller.trace))
            """, request, context, expected: expected, caller: caller)
    }

    @Sendable private func acceptSuggestion(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body, repeatable) = try await callers.creation(SuggestionBody.self, .route, request, context)
        let expected = request.expectedVersion
        return try await move(
            """
            casework.accept_suggestion(\(UUID.v7()), c.id, \(expected.asInt32)::int4, \(caller.actor),
                \(Int32(body.rank))::int4, \(caller.trace))
            """, request, context, expected: expected, caller: caller, repeatable: repeatable)
    }

    @Sendable private func answerObjection(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body) = try await callers.action(ObjectionAnswerBody.self, .route, request, context)
        let expected = request.expectedVersion
        let id = CaseID(try request.pathID("case_id", context))
        let move = MoveResult.statement(
            """
            casework.answer_objection(c.id, \(expected.asInt32)::int4, \(caller.actor), \(body.upheld), \(body.note), \(caller.trace))
            """, from: "casework.\"case\" c", where: CaseScope.takesPart(id, caller))
        return try await cases.change(id, move, expected: expected, caller: caller)
    }

    @Sendable private func reasons(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let caller = try await callers.caller(request, context)
        try caller.require(.read)
        let rows = try await cases.database.query(
            caller,
            """
            SELECT code, name_id, name_en, needs_note FROM directory.archive_reason
            WHERE valid_from <= current_date AND (valid_to IS NULL OR valid_to > current_date) ORDER BY code
            """)
        let items = try rows.map { row -> JSONValue in
            [
                "code": .string(try row.decode("code", as: String.self)),
                "name": [
                    "id": .string(try row.decode("name_id", as: String.self)),
                    "en": .string(try row.decode("name_en", as: String.self)),
                ],
                "needs_note": .bool(try row.decode("needs_note", as: Bool.self)),
            ]
        }
        return try JSONResponse(ShortList.document(items))
    }

    private func move(
        _ call: SQL, _ request: Request, _ context: AppContext, expected: Int?, caller: Caller,
        repeatable: IdempotentRequest? = nil
    ) async throws -> Reply {
        let id = CaseID(try request.pathID("case_id", context))
        let move = MoveResult.statement(call, from: "casework.\"case\" c", where: CaseScope.leads(id, caller))
        return try await cases.change(id, move, expected: expected, caller: caller, repeatable: repeatable)
    }
}
