import Foundation
import Hummingbird
import Postgres
import RoutingAPI
import ServiceKit
import SinergiCore
import Tenancy

/// Texts for the public: proposed by machine, checked by an officer of the agency that received the complaint.
///
/// | route | permission | for whom |
/// |---|---|---|
/// | `GET /v1/publications` | verify | offices that act for the agency; a unit sees cases that it leads |
/// | `GET /v1/cases/{id}/publication` | read | who may read the case |
/// | `POST /v1/cases/{id}/publication` | verify | as the list: save a draft, publish, or keep back |
struct PublicationController: Sendable {
    let callers: CallerReader
    let work: PublicationWorkflow

    func addRoutes(to router: Router<AppContext>) {
        router.get("/v1/publications", use: list)
        router.get("/v1/cases/:case_id/publication", use: read)
        router.post("/v1/cases/:case_id/publication", use: decide)
    }

    @Sendable private func list(_ request: Request, _ context: AppContext) async throws -> some ResponseGenerator {
        let caller = try await callers.caller(request, context)
        let page = try Page(request)
        let state = request.query("state") ?? PublicationWorkflow.State.draft.rawValue
        guard let state = PublicationWorkflow.State(rawValue: state) else {
            throw Problem.invalid("#/state", "bad_format")
        }
        let rows = try await work.list(state, page: page, caller: caller)
        return ListResponse(rows: rows, page: page, cursor: \.cursor)
    }

    @Sendable private func read(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let caller = try await callers.caller(request, context)
        return try JSONResponse(
            try await work.read(CaseID(try request.pathID("case_id", context)), caller: caller))
    }

    @Sendable private func decide(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body) = try await callers.action(PublicationBody.self, .verify, request, context)
        return try await work.decide(
            CaseID(try request.pathID("case_id", context)), body, expected: request.expectedVersion, caller: caller)
    }
}

/// Body of `POST /v1/cases/{id}/publication`.
struct PublicationBody: RequestBodyFields, Sendable {
    /// What becomes of the text.
    enum Action: String {
        case draft, publish
        case keepBack = "keep_back"
    }

    let action: Action
    /// As proposed where absent.
    private(set) var title: String?
    private(set) var description: String?
    let note: String?

    init(fields: inout FieldReader) {
        let action = fields.choice("action", Action.self)
        if action == nil { fields.fail("action", "required") }
        self.action = action ?? .draft
        title = fields.string("title", min: 3, max: 200)
        description = fields.string("description", min: 10, max: 10_000)
        note = fields.string("note", max: 2000)
    }

    /// With the stored draft for what it leaves out. Drafts are not looked at when they are saved, so both are looked at now.
    /// - Throws: 422 for a text that holds personal data.
    func checked(besides kept: PublicationView) throws(Problem) -> PublicationBody {
        var whole = self
        let (title, description) = (title ?? kept.title, description ?? kept.description)
        (whole.title, whole.description) = (title, description)
        var fields = FieldReader(.object(JSONObject()))
        fields.refuseIdentities(in: title, "title")
        fields.refuseIdentities(in: description, "description")
        try fields.finish()
        return whole
    }
}

extension FieldReader {
    /// Telephone and identity numbers, plates and addresses of mail are published by nobody.
    mutating func refuseIdentities(in text: String, _ field: String) {
        let found = PublicText.neverPublic(in: text)
        guard !found.isEmpty else { return }
        let marks = found.map(\.mark).joined(separator: ", ")
        fail(
            field, "bad_format",
            Localized(
                id: "Teks ini masih memuat data pribadi. Ganti dengan: \(marks).",
                en: "This text still holds personal data. Put in its place: \(marks)."))
    }
}
