import Foundation
import HTTPTypes
import Hummingbird
import ServiceKit
import SinergiCore
import Tenancy

/// Following a published complaint of somebody else's.
///
/// | route | who |
/// |---|---|
/// | `POST /v1/complaints/{code}/followers` | everybody; the address gets a link and nothing else |
/// | `POST /status/{code}/follow` | the same from the page |
/// | `GET`, `POST /f/{token}` | the holder of the link: confirm, or stop; a GET changes nothing |
struct FollowerController: Sendable {
    let workflow: FollowerWorkflow
    let pages: Pages
    let status: StatusPage

    func addRoutes(to router: some RouterMethods<AppContext>) {
        router.post("/v1/complaints/:tracking_code/followers", use: ask)
        router.post("/status/:tracking_code/follow", use: askOnPage)
        router.get("/f/:token", use: show)
        router.post("/f/:token", use: decide)
    }

    private func ask(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        _ = try request.idempotencyKey(anonymous: true)
        let code = try await workflow.following.code(
            try context.parameters.require("tracking_code"), in: context.agency)
        try await workflow.following.gate.pass(.follow, Visitor(request, context), in: context.agency)
        let body = try await JSONBody.decode(FollowerBody.self, from: request, context)
        try await workflow.ask(
            try FollowerContact(email: body.email, phone: body.phone), code: code, language: body.language,
            in: context.agency, trace: context.trace)
        return try JSONResponse(
            JSONValue.object(["tracking_code": .string(code), "state": .string("confirmation_sent")]), status: .accepted
        )
    }

    private func askOnPage(_ request: Request, _ context: AppContext) async throws -> Response {
        let form = try await FormBody.decode(from: request, context)
        try CSRF.check(form, request, context)
        let code = try await workflow.following.code(
            try context.parameters.require("tracking_code"), in: context.agency)
        do {
            try await workflow.following.gate.pass(.follow, Visitor(form, context), in: context.agency)
            let contact = try FollowerContact(email: form["email"]?.trimmed, phone: form["phone"]?.trimmed)
            try await workflow.ask(
                contact, code: code, language: context.language, in: context.agency, trace: context.trace)
            return try pages.page(
                "follower", title: Self.title,
                model: ["code": code, "sent": true, "mail": contact.email != nil] as [String: Any],
                request, context)
        } catch let problem as Problem where problem.challenge != nil {
            return try workflow.following.gate.page(
                problem, to: "/status/\(code)/follow", form, pages, request, context)
        } catch let problem as Problem where problem.status == .unprocessableContent {
            return try await status.page(code, problem, form, request, context)
        }
    }

    private func show(_ request: Request, _ context: AppContext) async throws -> Response {
        let token = try context.parameters.require("token")
        let found = try await workflow.find(token, in: context.agency).following
        return try pages.page(
            "follower", title: Self.title,
            model: [
                "code": found.trackingCode, "token": token, "waits": !found.isConfirmed, "follows": found.isConfirmed,
            ] as [String: Any], request, context)
    }

    private func decide(_ request: Request, _ context: AppContext) async throws -> Response {
        let form = try await FormBody.decode(from: request, context)
        try CSRF.check(form, request, context)
        let token = try context.parameters.require("token")
        let (id, found) = try await workflow.find(token, in: context.agency)
        guard form["step"] == "stop" else {
            try await workflow.confirm(id, in: context.agency)
            return pages.redirect(to: "/f/\(token)", context)
        }
        try await workflow.stop(id, in: context.agency)
        return try pages.page(
            "follower", title: Self.title, model: ["code": found.trackingCode, "ended": true] as [String: Any], request,
            context)
    }

    private static let title = Localized(id: "Ikuti laporan", en: "Follow a report")
}

/// Body of `POST …/followers`.
private struct FollowerBody: RequestBodyFields {
    let email: String?
    let phone: String?
    let language: Language

    init(fields: inout FieldReader) {
        email = fields.string("email", max: 254)?.trimmed
        phone = fields.string("phone", max: 40)?.trimmed
        language = fields.choice("language", Language.self) ?? .id
    }
}
