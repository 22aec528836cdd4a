import HTTPTypes
import Hummingbird
import Identity
import ServiceKit
import SinergiCore

/// The workspace's page of texts that wait to be checked: original and proposal, one form each.
///
/// | route | who |
/// |---|---|
/// | `GET /publications` | with a session, and the permission to verify |
/// | `POST /publications/{id}` | the same |
struct PublicationPage: Sendable {
    let door: OfficerDoor
    let work: PublicationWorkflow

    private static let title = Localized(id: "Teks untuk umum", en: "Texts for the public")

    func addRoutes(to router: Router<AppContext>) {
        router.get("/publications", use: show)
        router.post("/publications/:case_id", use: decide)
    }

    @Sendable private func show(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let (session, caller) = try await door.officer(request, context) else { return door.login(context) }
        return try await page(caller, session, request, context, attempt: nil)
    }

    @Sendable private func decide(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let (form, session, caller) = try await door.form(request, context) else { return door.login(context) }
        let id = CaseID(try request.pathID("case_id", context))
        do {
            var members = JSONObject()
            for name in ["action", "title", "description"] {
                members[name] = form[name].flatMap { $0.isEmpty ? nil : .string($0) }
            }
            let body: PublicationBody = try JSONBody.read(PublicationBody.self, from: .object(members))
            _ = try await work.decide(id, body, expected: nil, caller: caller)
            return door.pages.redirect(to: "/publications?done=\(body.action.rawValue)", context)
        } catch let problem as Problem where problem.status != .notFound {
            return try await page(caller, session, request, context, attempt: (id, form, problem))
        }
    }

    private func page(
        _ caller: Caller, _ session: Session, _ request: Request, _ context: AppContext,
        attempt: (id: CaseID, form: FormBody, problem: Problem)?
    ) async throws -> Response {
        let asked = try Page(request)
        let rows = try await work.list(.draft, page: asked, caller: caller)
        var model: [String: Any] = [
            "rows": rows.prefix(asked.limit).map { row -> [String: Any] in
                let mine = attempt?.id == row.caseID ? attempt : nil
                var line: [String: Any] = [
                    "id": row.caseID.description, "code": row.trackingCode, "original": row.original,
                    "original_title": row.originalTitle, "title": mine?.form["title"] ?? row.title,
                    "text": mine?.form["description"] ?? row.description,
                    "masked": row.found.compactMap { PublicText.Found(rawValue: $0)?.mark }.joined(separator: " "),
                ]
                if let problem = mine?.problem {
                    line["error"] =
                        problem.errors.map { $0.detail[context.language] }.first
                        ?? problem.detail[context.language]
                }
                return line
            },
            "is_empty": rows.isEmpty,
        ]
        if let done = request.query("done"), ["publish", "keep_back", "draft"].contains(done) {
            model["done"] = door.pages.text("publication_" + done, context.language)
        }
        if rows.count > asked.limit, let last = rows.dropLast().last { model["next"] = last.cursor.text }
        return try door.pages.page(
            "publications", title: Self.title, model: model, request, context, session: session,
            status: attempt?.problem.status ?? .ok)
    }

}
