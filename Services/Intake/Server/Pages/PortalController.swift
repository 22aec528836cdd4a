import Foundation
import HTTPTypes
import Hummingbird
import IntakeAPI
import Logging
import Media
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// Pages for reporters: report, receipt, follow. They work without JavaScript, on a small phone, in two languages.
///
/// | route | who |
/// |---|---|
/// | `GET /`, `POST /` | everybody: the report form, and its receipt |
/// | `GET /follow`, `POST /follow` | everybody: where code and access key are typed |
/// | `GET /follow/{code}` and its actions | whoever typed the right key in this browser less than half an hour ago |
///
/// The access key never stands in an address: it comes by POST, and a signed cookie of this one complaint stands for it.
struct PortalController: Sendable {
    let pages: Pages
    let submissions: SubmissionWorkflow
    let following: FollowingWorkflow
    let directory: DirectoryStore
    let areas: AgencyAreas
    let media: MediaDesk
    let isSecure: Bool
    let links: ReporterLinks
    let contacts: ContactVerification
    let similar: SimilarPage

    func addRoutes(to router: some RouterMethods<AppContext>) {
        router.get("/", use: showForm)
        router.post("/", use: send)
        router.get("/follow", use: showDoor)
        router.post("/follow", use: openDoor)
        router.get("/follow/:tracking_code", use: showComplaint)
        router.post("/follow/:tracking_code/confirm", use: confirm)
        router.post("/follow/:tracking_code/dispute", use: dispute)
        router.post("/follow/:tracking_code/object", use: object)
        router.post("/follow/:tracking_code/withdraw", use: withdraw)
        router.post("/follow/:tracking_code/consent", use: consent)
        router.post("/follow/:tracking_code/message", use: writeMessage)
        router.post("/follow/:tracking_code/rate", use: rate)
        router.post("/follow/:tracking_code/leave", use: leave)
        router.post("/follow/:tracking_code/contact", use: addContact)
        router.post("/follow/:tracking_code/contact/confirm", use: confirmContact)
        router.post("/follow/:tracking_code/attachments", use: attach)
        router.get("/follow/:tracking_code/attachments/:attachment_id/content", use: showAttachment)
        router.get("/follow/:tracking_code/attachments/:attachment_id/thumbnail", use: showThumbnail)
    }

    // MARK: Report

    private func showForm(_ request: Request, _ context: AppContext) async throws -> Response {
        try await form(ReportForm(language: context.language), nil, request, context)
    }

    private func send(_ request: Request, _ context: AppContext) async throws -> Response {
        let body = try await FormBody.decode(from: request, context)
        try CSRF.check(body, request, context)
        let form = ReportForm(body)
        // Not sent yet: the questions of the category are asked for.
        guard body["step"] != "questions" else { return try await self.form(form, nil, request, context) }
        if body["step"] != "send", let page = await similar.page(form, request, context) { return page }
        do {
            let receipt = try await submissions.submit(
                SubmissionWorkflow.Request(
                    reader: SubmissionReader(form.body, isForm: true), hash: form.hash,
                    caller: SubmissionCaller(principal: nil, key: form.id), scope: context.agency, trace: context.trace,
                    channel: .portal, language: context.language, visitor: Visitor(body, context)))
            return try pages.page(
                "receipt", title: Localized(id: "Laporan diterima", en: "Report received"),
                model: ReceiptPage.model(
                    receipt, link: links.following(code: receipt.trackingCode, agency: context.agency), texts: pages,
                    context.language), request, context, script: "draft.js", status: .created)
        } catch let problem as Problem where problem.challenge != nil {
            return try following.gate.page(problem, to: "/", body, pages, request, context)
        } catch let problem as Problem {
            return try await self.form(form, problem, request, context)
        } catch let error as PostgresError {
            // Whatever went wrong, the text that somebody typed on a phone comes back to them.
            context.logger.warning("report not stored", metadata: ["error": "\(String(reflecting: error))"])
            return try await self.form(form, Problem(error) ?? .internal, request, context)
        }
    }

    private func form(
        _ form: ReportForm, _ problem: Problem?, _ request: Request, _ context: AppContext
    ) async throws -> Response {
        let directory = try await directory.current()
        // Without the database there is no choice of areas; an address will do.
        let areas = (try? await areas.areas(of: context.agency, directory)) ?? []
        return try pages.page(
            "report", title: Localized(id: "Kirim laporan", en: "Send a report"),
            model: form.model(directory: directory, areas: areas, agency: context.agency, problem, context.language),
            request, context, script: "draft.js",
            status: problem?.status ?? .ok)
    }

    // MARK: Follow

    private func showDoor(_ request: Request, _ context: AppContext) async throws -> Response {
        try door(code: request.query("code") ?? "", nil, request, context)
    }

    private func openDoor(_ request: Request, _ context: AppContext) async throws -> Response {
        let body = try await FormBody.decode(from: request, context)
        try CSRF.check(body, request, context)
        let typed = body["code"] ?? ""
        do {
            // Both may come as words, from a sheet of paper.
            let code = try await following.code(
                (try? TrackingCode(spoken: typed))?.text ?? typed, in: context.agency)
            let key = AccessKeyWords.key(of: body["access_key"] ?? "")
            let record = try await following.record(
                code: code, proof: .accessKey(key), from: Visitor(body, context), in: context.agency)
            guard let desk = following.desks[context.agency.number] else { throw Problem.notFound }
            let value = FollowCookie(key: desk.followKey).value(code: code, accessKeyHash: record.accessKeyHash)
            return pages.redirect(
                to: "/follow/\(code)", context, setting: [cookie(value, code, context, maxAge: FollowCookie.seconds)])
        } catch let problem as Problem where problem.challenge != nil {
            return try following.gate.page(problem, to: "/follow", body, pages, request, context)
        } catch let problem as Problem
            where [.unauthorized, .notFound, .forbidden].contains(problem.status)
        {
            return try door(code: typed, problem, request, context)
        }
    }

    private func door(
        code: String, _ problem: Problem?, _ request: Request, _ context: AppContext
    ) throws -> Response {
        var model: [String: Any] = ["code": code]
        if let problem { model["problem"] = problem.detail[context.language] }
        return try pages.page(
            "follow-door", title: Localized(id: "Lacak laporan", en: "Follow a report"), model: model, request, context,
            status: problem?.status ?? .ok)
    }

    private func showComplaint(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let record = try await proven(request, context) else { return toDoor(context) }
        return try await complaint(record, nil, request, context)
    }

    func complaint(
        _ record: ComplaintRecord, _ problem: Problem?, _ request: Request, _ context: AppContext,
        more: [String: Any] = [:]
    ) async throws -> Response {
        let more = more.merging(try await contacts(of: record, context)) { $1 }
        let view = try await following.view(of: record, in: context.agency)
        let page = FollowPage(
            directory: try await directory.current(), agency: context.agency, language: context.language)
        return try pages.page(
            "follow", title: Localized(id: "Laporan \(record.trackingCode)", en: "Report \(record.trackingCode)"),
            model: page.model(view, problem, isWaiting: record.isWaiting).merging(
                try await attachments(of: record, context)
            ) { $1 }.merging(FollowPage.parts(of: record)) { $1 }.merging(more) { $1 }, request,
            context, status: problem?.status ?? .ok)
    }

    private func confirm(_ request: Request, _ context: AppContext) async throws -> Response {
        try await apply(ConfirmationBody.self, request, context) { .confirm($0.confirmation) }
    }

    private func dispute(_ request: Request, _ context: AppContext) async throws -> Response {
        try await apply(DisputeBody.self, request, context) { .dispute($0.dispute) }
    }

    private func object(_ request: Request, _ context: AppContext) async throws -> Response {
        try await apply(ObjectionBody.self, request, context) { .object($0.objection) }
    }

    private func withdraw(_ request: Request, _ context: AppContext) async throws -> Response {
        try await apply(WithdrawalBody.self, request, context) { .withdraw($0.withdrawal) }
    }

    private func consent(_ request: Request, _ context: AppContext) async throws -> Response {
        try await apply(ConsentBody.self, request, context) { .consent($0.given) }
    }

    private func apply<Body: RequestBodyFields>(
        _: Body.Type, _ request: Request, _ context: AppContext, _ move: (Body) -> ReporterMove
    ) async throws -> Response {
        let form = try await FormBody.decode(from: request, context)
        try CSRF.check(form, request, context)
        guard let record = try await proven(request, context) else { return toDoor(context) }
        switch form.read(Body.self) {
        case .failure(let problem):
            return try await complaint(record, problem, request, context)
        case .success(let body):
            do {
                _ = try await following.apply(
                    move(body), to: record, key: nil, in: context.agency, trace: context.trace)
            } catch let problem as Problem where problem.status == .conflict {
                // Two taps, or somebody was quicker: the page shows how things stand.
            }
            return pages.redirect(to: "/follow/\(record.trackingCode)", context)
        }
    }

    private func writeMessage(_ request: Request, _ context: AppContext) async throws -> Response {
        try await step(MessageBody.self, request, context) { body, record, key in
            try await ReporterMessages(following: following).write(
                body.reply.body, to: record, key: key, in: context.agency, trace: context.trace)
        }
    }

    private func rate(_ request: Request, _ context: AppContext) async throws -> Response {
        try await step(RatingBody.self, request, context) { body, record, key in
            try await ReporterMessages(following: following).rate(
                body.rating, comment: body.comment, of: record, key: key, in: context.agency, trace: context.trace)
        }
    }

    private func step<Body: RequestBodyFields>(
        _: Body.Type, _ request: Request, _ context: AppContext,
        _ apply: (Body, ComplaintRecord, (text: String, hash: [UInt8])?) async throws -> Void
    ) async throws -> Response {
        let form = try await FormBody.decode(from: request, context)
        try CSRF.check(form, request, context)
        guard let record = try await proven(request, context) else { return toDoor(context) }
        do {
            try await following.gate.pass(
                .follow, Visitor(form, context), subject: record.trackingCode, in: context.agency)
        } catch let problem as Problem where problem.challenge != nil {
            let path = "/follow/\(record.trackingCode)/" + (request.uri.path.split(separator: "/").last ?? "")
            return try following.gate.page(problem, to: path, form, pages, request, context)
        }
        switch form.without(ChallengePage.fields).read(Body.self) {
        case .failure(let problem):
            return try await complaint(record, problem, request, context)
        case .success(let body):
            // A second tap sends the same form: it is the same message.
            let id = form["form_id"].flatMap(UUID.init(uuidString:))?.text
            do {
                try await apply(body, record, id.map { ($0, Fingerprint.bytes(Array((form["body"] ?? "").utf8))) })
            } catch let problem as Problem where problem.status == .conflict {
                // Two taps, or the case has ended: the page shows how things stand.
            }
            return pages.redirect(to: "/follow/\(record.trackingCode)", context)
        }
    }

    /// Forgets the complaint in this browser: phones are shared.
    private func leave(_ request: Request, _ context: AppContext) async throws -> Response {
        let form = try await FormBody.decode(from: request, context)
        try CSRF.check(form, request, context)
        let code = (try? TrackingCode(context.parameters.get("tracking_code") ?? ""))?.text ?? ""
        return pages.redirect(to: "/", context, setting: [cookie("", code, context, maxAge: 0)])
    }

    // MARK: Cookie

    /// The complaint of the address, if this browser has proved that it may see it.
    func proven(_ request: Request, _ context: AppContext) async throws -> ComplaintRecord? {
        guard let code = try? TrackingCode(context.parameters.get("tracking_code") ?? "").text,
            let value = request.cookies[cookieName(context)]?.value
        else { return nil }
        do {
            return try await following.record(code: code, proof: .cookie(value), in: context.agency)
        } catch let problem as Problem where problem.status == .unauthorized {
            return nil
        }
    }

    func toDoor(_ context: AppContext) -> Response {
        let code = (try? TrackingCode(context.parameters.get("tracking_code") ?? ""))?.text
        return pages.redirect(to: "/follow" + (code.map { "?code=\($0)" } ?? ""), context)
    }

    /// Sent by the browser for this one complaint's pages only.
    private func cookie(_ value: String, _ code: String, _ context: AppContext, maxAge: Int) -> HTTPField {
        let attributes = "Path=\(context.base)/follow/\(code); Max-Age=\(maxAge); HttpOnly; SameSite=Lax"
        return HTTPField(
            name: .setCookie, value: "\(cookieName(context))=\(value); \(attributes)" + (isSecure ? "; Secure" : ""))
    }

    private func cookieName(_ context: AppContext) -> String { "sinergi-follow-\(context.agency.code)" }
}
