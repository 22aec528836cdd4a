import Foundation
import Hummingbird
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// A case's chained history over HTTP.
///
/// | route | permission | for whom |
/// |---|---|---|
/// | `GET /v1/cases/{id}/history` | read | who may read the case |
/// | `POST …/history/{number}/erasure` | overrule | the agency that wrote the entry |
/// | `POST …/entries/{number}/erasure`, `POST …/answers/{answer_id}/erasure` | overrule | the agency that wrote it |
struct HistoryController: Sendable {
    let callers: CallerReader
    let cases: CaseWorkflow
    let runner: MoveRunner

    func addRoutes(to router: Router<AppContext>) {
        router.get("/v1/cases/:case_id/history", use: read)
        router.post("/v1/cases/:case_id/history/:number/erasure", use: erase)
        router.post("/v1/cases/:case_id/entries/:number/erasure", use: eraseEntry)
        router.post("/v1/cases/:case_id/answers/:answer_id/erasure", use: eraseAnswer)
    }

    /// The same document as `sinergi history export` writes, with the bodies that the caller's agency may see.
    @Sendable private func read(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let caller = try await callers.caller(request, context)
        let id = CaseID(try request.pathID("case_id", context))
        _ = try await cases.read(id, caller: caller)
        let rows = try await cases.database.query(
            caller, "SELECT casework.history_document(\(id.uuid))::text AS document")
        guard let text = try rows.first?.decodeIfPresent("document", as: String.self) else { throw Problem.notFound }
        return JSONResponse(bytes: Array(text.utf8))
    }

    /// The words of an own entry go, as the law on personal data asks; its link stays, and a new entry says why.
    @Sendable private func erase(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body) = try await callers.action(ErasureBody.self, .overrule, request, context)
        let id = CaseID(try request.pathID("case_id", context))
        let number = try Self.number(context)
        let move = MoveResult.statement(
            "casework.erase_history(c.id, \(number)::int8, \(caller.actor), \(body.reason), \(caller.trace))",
            from: "casework.\"case\" c", where: CaseScope.takesPart(id, caller))
        let plan = MoveRunner.Plan(
            statements: [move, "SELECT casework.history_document(\(id.uuid))::text AS document"], subject: .case(id)
        ) { move, results in
            guard let text = try results[1].first?.decodeIfPresent("document", as: String.self) else {
                throw Problem.notFound
            }
            return Reply(bytes: Array(text.utf8), status: .ok, version: move.version)
        }
        return try await runner.run(plan, caller: caller)
    }

    @Sendable private func eraseEntry(_ request: Request, _ context: AppContext) async throws -> Reply {
        try await eraseWords(request, context) { _ in (Int32(exactly: try Self.number(context)) ?? 0, nil) }
    }

    @Sendable private func eraseAnswer(_ request: Request, _ context: AppContext) async throws -> Reply {
        try await eraseWords(request, context) { _ in (nil, try request.pathID("answer_id", context)) }
    }

    /// The words of an own entry or answer go; the history says who erased them and why. Answers the case as it is then.
    private func eraseWords(
        _ request: Request, _ context: AppContext, _ which: (Request) throws -> (Int32?, UUID?)
    ) async throws -> Reply {
        let (caller, body) = try await callers.action(ErasureBody.self, .overrule, request, context)
        let id = CaseID(try request.pathID("case_id", context))
        let (entry, answer) = try which(request)
        let move = MoveResult.statement(
            """
            casework.erase_words(c.id, \(entry)::int4, \(answer)::uuid, \(caller.actor), \(body.reason), \(caller.trace))
            """, from: "casework.\"case\" c", where: CaseScope.takesPart(id, caller))
        return try await cases.change(id, move, expected: nil, caller: caller)
    }

    private static func number(_ context: AppContext) throws -> Int {
        guard let number = context.parameters.get("number").flatMap({ Int($0) }), number > 0 else {
            throw Problem.notFound
        }
        return number
    }
}

/// Body of `POST …/history/{number}/erasure`.
struct ErasureBody: RequestBodyFields, Sendable {
    /// By which law or decision.
    let reason: String

    init(fields: inout FieldReader) {
        reason = fields.requiredString("reason", min: 10, max: 2000)
    }
}
