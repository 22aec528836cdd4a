import Foundation
import Hummingbird
import Identity
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// One action on many cases, each with its own result: what one case refuses does not hold up the others.
///
/// | route | permission | for whom |
/// |---|---|---|
/// | `POST /v1/bulk` | that of the action: assign, note, or draft, approve and publish | as for each case alone |
struct BulkController: Sendable {
    let callers: CallerReader
    let cases: CaseWorkflow
    let answers: AnswerWorkflow

    func addRoutes(to router: Router<AppContext>) {
        router.post("/v1/bulk", use: run)
    }

    @Sendable private func run(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let caller = try await callers.caller(request, context)
        let key = try request.idempotencyKey()
        let (bytes, value) = try await JSONBody.bytesAndValue(from: request, context)
        let body = try JSONBody.read(BulkBody.self, from: value)
        let action = try Action(body)
        for permission in action.permissions { try caller.require(permission) }
        var results: [JSONValue] = []
        for id in body.cases {
            // Each case's repeat is its own: a caller who lost the answer sends the whole again.
            let repeatable = key.map {
                IdempotentRequest(
                    caller: caller, key: String("\($0)/\(id.text)".suffix(255)), request: request, body: bytes)
            }
            do {
                var caller = caller
                caller.about = CaseGuard(ids: [id])
                caller = try await callers.knowing(caller)
                let action = caller.words.isEmpty ? action : try Action(body.sealed(by: caller))
                let reply = try await carryOut(action, CaseID(id), caller: caller, repeatable: repeatable)
                results.append(
                    ["case_id": .string(id.text), "status": .integer(reply.status.code), "problem": nil])
            } catch let problem as Problem {
                var short = problem
                short.current = nil
                results.append(
                    [
                        "case_id": .string(id.text), "status": .integer(problem.status.code),
                        "problem": short.json(language: context.language, requestID: context.requestID),
                    ])
            }
        }
        return try JSONResponse(["data": .array(results)] as JSONValue)
    }

    private func carryOut(
        _ action: Action, _ id: CaseID, caller: Caller, repeatable: IdempotentRequest?
    ) async throws -> Reply {
        switch action {
        case .assign(let body): return try await cases.assign(id, body, expected: nil, caller: caller)
        case .note(let body): return try await cases.note(id, body, caller: caller, repeatable: repeatable)
        case .answer(let body):
            let drafted = try await answers.draft(id, body, expected: nil, caller: caller, repeatable: repeatable)
            guard let text = try JSONBody.parse(drafted.bytes)["answer_id"]?.string, let answer = UUID(uuidString: text)
            else { throw Problem.notFound }
            let note = NoteBody(note: nil)
            // A repeat finds it approved or published already.
            switch try await answers.state(AnswerID(answer), case: id, caller: caller) {
            case "draft": _ = try await answers.approve(AnswerID(answer), case: id, note, caller: caller)
            case "published": return drafted
            default: break
            }
            return try await answers.publish(AnswerID(answer), case: id, note, expected: nil, caller: caller)
        }
    }

    /// What to do, read from `with` as the action alone would read its body.
    private enum Action {
        case assign(AssignBody)
        case note(CaseNoteBody)
        case answer(AnswerBody)

        init(_ body: BulkBody) throws {
            switch body.action {
            case .assign: self = .assign(try JSONBody.read(AssignBody.self, from: body.with))
            case .note: self = .note(try JSONBody.read(CaseNoteBody.self, from: body.with))
            case .answer: self = .answer(try JSONBody.read(AnswerBody.self, from: body.with))
            }
        }

        var permissions: [Permission] {
            switch self {
            case .assign: [.assign]
            case .note: [.note]
            case .answer: [.draft, .approve, .publish]
            }
        }
    }
}

/// Body of `POST /v1/bulk`.
struct BulkBody: RequestBodyFields, Sendable {
    enum Action: String {
        case assign, note, answer
    }
    let action: Action
    let cases: [UUID]
    /// The body that the action alone would have.
    private(set) var with: JSONValue

    /// The same with its words as they may stand in the database.
    func sealed(by caller: Caller) -> BulkBody {
        var sealed = self
        sealed.with = caller.sealing(with)
        return sealed
    }

    init(fields: inout FieldReader) {
        if !fields.contains("action") { fields.fail("action", "required") }
        action = fields.choice("action", Action.self) ?? .note
        let texts = fields.strings("case_ids", max: 100, length: 36) ?? []
        let ids = texts.compactMap(UUID.init(uuidString:))
        if ids.isEmpty { fields.fail("case_ids", "required") }
        if ids.count != texts.count { fields.fail("case_ids", "bad_format") }
        var seen: Set<UUID> = []
        cases = ids.filter { seen.insert($0).inserted }
        with = fields.value("with") ?? [:]
    }
}
