import Foundation
import Hummingbird
import Identity
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// An agency's own rules for its answers, and the wordings that it starts from.
///
/// | route | permission | for whom |
/// |---|---|---|
/// | `GET /v1/practice` | read | the agency |
/// | `POST /v1/practice` | manageRules | the agency |
/// | `GET /v1/answer-templates` | read | the agency |
/// | `POST /v1/answer-templates`, `DELETE …/{id}` | approve or manageRules | the agency |
struct PracticeController: Sendable {
    let callers: CallerReader
    let database: AgencyDatabase

    func addRoutes(to router: Router<AppContext>) {
        router.get("/v1/practice", use: read)
        router.post("/v1/practice", use: change)
        router.get("/v1/answer-templates", use: templates)
        router.post("/v1/answer-templates", use: addTemplate)
        router.delete("/v1/answer-templates/:template_id", use: removeTemplate)
    }

    @Sendable private func read(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let caller = try await callers.caller(request, context)
        guard caller.may(.read) || caller.may(.manageRules) else { throw Problem.insufficientRole }
        let rows = try await database.query(
            caller,
            """
            SELECT four_eyes_answers, four_eyes_evidence, sample_percent::int8 AS sample_percent
            FROM casework.practice WHERE agency = directory.me()
            """)
        return try JSONResponse(Self.practice(rows.first))
    }

    @Sendable private func change(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let (caller, body) = try await callers.action(PracticeBody.self, .manageRules, request, context)
        let rows = try await database.query(
            caller,
            """
            INSERT INTO casework.practice AS s (agency, four_eyes_answers, four_eyes_evidence, sample_percent, changed_by)
            VALUES (directory.me(), \(body.answers.rawValue), \(body.evidence.rawValue), \(Int32(body.percent)), \(caller.actor))
            ON CONFLICT (agency) DO UPDATE
                SET four_eyes_answers = excluded.four_eyes_answers, four_eyes_evidence = excluded.four_eyes_evidence,
                    sample_percent = excluded.sample_percent, changed_by = excluded.changed_by, changed_at = clock_timestamp()
            RETURNING s.four_eyes_answers, s.four_eyes_evidence, s.sample_percent::int8 AS sample_percent
            """)
        return try JSONResponse(Self.practice(rows.first))
    }

    private static func practice(_ row: PostgresRow?) throws -> JSONValue {
        [
            "four_eyes_answers": .string(try row?.decode("four_eyes_answers", as: String.self) ?? "off"),
            "four_eyes_evidence": .string(try row?.decode("four_eyes_evidence", as: String.self) ?? "off"),
            "sample_percent": .integer(try row?.decode("sample_percent", as: Int.self) ?? 20),
        ]
    }

    // MARK: Templates

    @Sendable private func templates(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let caller = try await callers.caller(request, context)
        guard caller.may(.read) || caller.may(.manageRules) else { throw Problem.insufficientRole }
        let rows = try await database.query(
            caller,
            """
            SELECT \(TemplateStore.columns) FROM casework.answer_template t
            WHERE t.agency = directory.me() AND t.removed_at IS NULL ORDER BY t.name, t.id LIMIT 200
            """)
        return try JSONResponse(ShortList.document(rows.map(TemplateStore.view)))
    }

    @Sendable private func addTemplate(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body, repeatable) = try await callers.creation(TemplateBody.self, .readFigures, request, context)
        guard caller.may(.approve) || caller.may(.manageRules) else { throw Problem.insufficientRole }
        if let category = body.category, caller.directory.categories[category] == nil {
            throw Problem.invalid("#/category", "unknown_category")
        }
        let insert: SQL = """
            INSERT INTO casework.answer_template AS t (agency, id, name, category, body, own_words, created_by)
            VALUES (directory.me(), \(UUID.v7()), \(body.name), \(body.category), \(body.body), \(Int32(body.ownWords)), \(caller.actor))
            RETURNING \(TemplateStore.columns)
            """
        return try await PrivateWrite(database: database).run(insert, caller: caller, repeatable: repeatable) { row in
            try Reply(try TemplateStore.view(row), status: .created)
        }
    }

    @Sendable private func removeTemplate(_ request: Request, _ context: AppContext) async throws -> Response {
        let caller = try await callers.caller(request, context)
        guard caller.may(.approve) || caller.may(.manageRules) else { throw Problem.insufficientRole }
        let removed = try await database.query(
            caller,
            """
            UPDATE casework.answer_template SET removed_at = clock_timestamp()
            WHERE agency = directory.me() AND id = \(try request.pathID("template_id", context)) AND removed_at IS NULL
            RETURNING id
            """)
        guard !removed.isEmpty else { throw Problem.notFound }
        return Response(status: .noContent)
    }
}

/// Body of `POST /v1/practice`; what is absent is off.
struct PracticeBody: RequestBodyFields, Sendable {
    enum FourEyes: String {
        case off, sample, on
    }
    let answers: FourEyes
    let evidence: FourEyes
    /// Of a hundred, how many `sample` takes.
    let percent: Int

    init(fields: inout FieldReader) {
        answers = fields.choice("four_eyes_answers", FourEyes.self) ?? .off
        evidence = fields.choice("four_eyes_evidence", FourEyes.self) ?? .off
        percent = fields.integer("sample_percent", in: 1...100) ?? 20
    }
}

/// Body of `POST /v1/answer-templates`.
struct TemplateBody: RequestBodyFields, Sendable {
    let name: String
    let category: String?
    /// Holds at least one place `[[…]]` for what is particular about the case.
    let body: String
    /// How many characters of its own an answer must have beside the template's.
    let ownWords: Int

    init(fields: inout FieldReader) {
        name = fields.requiredString("name", max: 100)
        category = fields.string("category", max: 81)
        body = fields.requiredString("body", min: 20, max: 10_000)
        ownWords = fields.integer("own_words", in: 0...2000) ?? 40
        if !body.isEmpty, AnswerTemplate.pieces(of: body) == nil { fields.fail("body", "bad_format") }
    }
}
