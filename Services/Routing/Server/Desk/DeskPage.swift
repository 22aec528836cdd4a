import Foundation
import HTTPTypes
import Hummingbird
import Identity
import ServiceKit
import SinergiCore
import Tenancy

/// The workspace's page for what comes by telephone, letter, in person, or stands in a group that no webhook reaches.
///
/// | route | who |
/// |---|---|
/// | `GET /desk` | with a session, and the permission to receive |
/// | `POST /desk/complaint`, `POST /desk/post` | the same |
///
/// Intake takes it; this page only asks it, and prints the receipt. Code and key are shown once.
struct DeskPage: Sendable {
    let pages: Pages
    let sessions: BrowserSession
    let callers: CallerReader
    let intake: ServiceClient

    private static let title = Localized(id: "Meja pengaduan", en: "Complaints desk")
    private static let own: Set<String> = [CSRF.field, "form_id"]
    private static let texts = [
        "description", "address", "area_code", "category", "on_behalf_of", "originally_received_on", "reporter_name",
        "reporter_phone", "link", "text", "post_address",
    ]

    func addRoutes(to router: Router<AppContext>) {
        router.get("/desk", use: show)
        router.post("/desk/:form", use: send)
    }

    @Sendable private func show(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let (session, caller) = try await officer(request, context) else {
            return pages.redirect(to: "/login", context)
        }
        return try form(caller, session, request, context, attempt: nil, error: nil, status: .ok)
    }

    @Sendable private func send(_ request: Request, _ context: AppContext) async throws -> Response {
        let form = try await FormBody.decode(from: request, context)
        guard let (session, caller) = try await officer(request, context) else {
            return pages.redirect(to: "/login", context)
        }
        try CSRF.check(form, request, context, session: session)
        let isPost = context.parameters.get("form") == "post"
        guard isPost || context.parameters.get("form") == "complaint" else { throw Problem.notFound }
        // A second tap is the same complaint.
        let id = form["form_id"].flatMap(UUID.init(uuidString:)) ?? UUID.v7()
        var headers: HTTPFields = [.acceptLanguage: context.language.rawValue]
        headers[.idempotencyKey] = id.text
        headers[.officer] = caller.principal.subject
        let answer: ServiceClient.Response
        do {
            answer = try await intake.post(
                .intake, agency: caller.scope, path: isPost ? "/v1/desk/posts" : "/v1/desk/complaints",
                json: isPost ? Self.post(form) : Self.complaint(form), headers: headers, trace: context.trace)
        } catch is ServiceClient.Failure {
            return try self.form(
                caller, session, request, context, attempt: form, error: Problem.overloaded.detail[context.language],
                status: .serviceUnavailable)
        }
        let body = try answer.json()
        guard answer.isSuccess, let code = body["tracking_code"]?.string else {
            let problems = (body["errors"]?.array ?? []).compactMap { $0["detail"]?.string }
            let error = problems.isEmpty ? body["detail"]?.string ?? "" : problems.joined(separator: " ")
            return try self.form(
                caller, session, request, context, attempt: form, error: error, status: answer.status)
        }
        return try pages.page(
            "desk-receipt", title: Self.title, model: receipt(code, body, isPost, context.language), request, context,
            session: session, status: .created)
    }

    private static func complaint(_ form: FormBody) -> JSONValue {
        var body = JSONObject()
        var reporter = JSONObject()
        for field in form.fields where !own.contains(field.name) && field.value.contains(where: { !$0.isWhitespace }) {
            switch field.name {
            case "reporter_name": reporter["name"] = .string(field.value)
            case "reporter_phone": reporter["phone"] = .string(field.value)
            case "anonymous", "confidential": body[field.name] = .bool(field.value == "true")
            default: body[field.name] = .string(field.value)
            }
        }
        if !reporter.members.isEmpty { body["reporter"] = .object(reporter) }
        return .object(body)
    }

    private static func post(_ form: FormBody) -> JSONValue {
        var body = JSONObject()
        for (name, field) in [("link", "link"), ("text", "text"), ("address", "post_address")] {
            if let value = form[field], value.contains(where: { !$0.isWhitespace }) { body[name] = .string(value) }
        }
        return .object(body)
    }

    private func form(
        _ caller: Caller, _ session: Session, _ request: Request, _ context: AppContext, attempt: FormBody?,
        error: String?, status: HTTPResponse.Status
    ) throws -> Response {
        let language = context.language
        let means = attempt?["means"] ?? "phone"
        var model: [String: Any] = [
            "form_id": UUID.v7().text,
            "means": ["phone", "walk_in", "letter"].map {
                ["value": $0, "label": pages.text("means_" + $0, language), "chosen": means == $0] as [String: Any]
            },
            "categories": caller.directory.categories.values.filter { $0.active && $0.parent != nil }
                .sorted { $0.code < $1.code }.map {
                    [
                        "code": $0.code, "label": language == .id ? $0.nameID : $0.nameEN,
                        "chosen": attempt?["category"] == $0.code,
                    ] as [String: Any]
                },
            "is_anonymous": attempt?["anonymous"] == "true", "is_confidential": attempt?["confidential"] == "true",
        ]
        for name in Self.texts { model[name] = attempt?[name] ?? "" }
        if let error { model["error"] = error }
        return try pages.page(
            "desk", title: Self.title, model: model, request, context, session: session, status: status)
    }

    private func receipt(_ code: String, _ body: JSONValue, _ isPost: Bool, _ language: Language) -> [String: Any] {
        let link = body["public_link"]?.string ?? ""
        var model: [String: Any] = ["code": code, "is_post": isPost, "public_link": link]
        if isPost { model["reply"] = pages.text("post_reply", language) + " " + link }
        for name in ["access_key", "code_words", "key_words"] where !isPost {
            if let value = body[name]?.string { model[name] = value }
        }
        if !isPost, let link = body["link"]?.string {
            model["link"] = link
            if let image = QRCode.svg(link, label: code) { model["qr"] = image }
        }
        return model
    }

    private func officer(_ request: Request, _ context: AppContext) async throws -> (Session, Caller)? {
        guard let session = try await sessions.current(request, context) else { return nil }
        let caller = try await callers.caller(session.principal, context)
        try caller.require(.receive)
        return (session, caller)
    }
}
