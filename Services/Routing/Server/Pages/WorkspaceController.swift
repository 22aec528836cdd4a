import HTTPTypes
import Hummingbird
import Identity
import RoutingAPI
import ServiceKit
import SinergiCore
import Tenancy

/// The officers' workspace: pages that need no script, on a telephone as on a desk.
///
/// | route | who |
/// |---|---|
/// | `GET /login`, `POST /login` | anybody |
/// | `POST /logout` | with a session |
/// | `GET /` | with a session: queues |
/// | `GET /cases/{id}` | with a session and a part in the case |
/// | `POST /cases/{id}/{form}` | as the API's route of the same meaning |
struct WorkspaceController: Sendable {
    let door: OfficerDoor
    let login: OfficerLogin
    let desk: WorkDesk

    private var pages: Pages { door.pages }
    private var sessions: BrowserSession { door.sessions }

    func addRoutes(to router: Router<AppContext>) {
        router.get("/", use: queue)
        router.get("/login", use: showLogin)
        router.post("/login", use: logIn)
        router.post("/logout", use: logOut)
        router.get("/cases/:case_id", use: showCase)
        router.post("/cases/:case_id/:form", use: act)
    }

    // MARK: Coming and going

    @Sendable private func showLogin(_ request: Request, _ context: AppContext) async throws -> Response {
        if try await sessions.current(request, context) != nil { return pages.redirect(to: "/", context) }
        return try loginPage(request, context, username: "", problem: nil)
    }

    @Sendable private func logIn(_ request: Request, _ context: AppContext) async throws -> Response {
        let form = try await FormBody.decode(from: request, context)
        try CSRF.check(form, request, context)
        let username = form["username"] ?? ""
        do {
            let session = try await login.session(
                username: username, password: form["password"] ?? "", address: context.address, scope: context.agency)
            guard let session else {
                return try loginPage(request, context, username: username, problem: Self.wrongPassword)
            }
            return pages.redirect(to: "/", context, setting: [sessions.begin(session, context)])
        } catch let problem as Problem {
            return try loginPage(request, context, username: username, problem: problem)
        }
    }

    @Sendable private func logOut(_ request: Request, _ context: AppContext) async throws -> Response {
        let form = try await FormBody.decode(from: request, context)
        if let session = try await sessions.current(request, context) {
            try CSRF.check(form, request, context, session: session)
        }
        return pages.redirect(to: "/login", context, setting: [sessions.end(context)])
    }

    private func loginPage(
        _ request: Request, _ context: AppContext, username: String, problem: Problem?
    ) throws -> Response {
        var model: [String: Any] = ["username": username]
        if let problem { model["error"] = problem.detail[context.language] }
        return try pages.page(
            "login", title: Localized(id: "Masuk", en: "Log in"), model: model, request, context,
            status: problem?.status ?? .ok)
    }

    private static let wrongPassword = Problem.invalidToken.explained(
        id: "Nama pengguna atau kata sandi salah. Periksa lalu coba lagi.",
        en: "User name or password is wrong. Check them and try again.")

    // MARK: Work

    @Sendable private func queue(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let (session, caller) = try await door.officer(request, context) else {
            return pages.redirect(to: "/login", context)
        }
        // Who reads no case, as an administrator, has no queue.
        guard caller.may(.read) else {
            let model = queuePage(caller, request, context).withoutQueue
            return try pages.page(
                "workspace", title: QueuePage.title, model: model, request, context, session: session)
        }
        let page = try Page(request)
        let cursor = try page.cursor.map { try DueCursor(page: $0) }
        if request.query("queue") == QueuePage.arbitrations {
            let (rows, next) = try await desk.arbitrations.list(after: cursor, limit: page.limit, caller: caller)
            let model = queuePage(caller, request, context).model(arbitrations: rows, next: next)
            return try pages.page("queue", title: QueuePage.title, model: model, request, context, session: session)
        }
        let filter = try QueueFilter(request)
        let (rows, next) = try await desk.cases.list(filter, after: cursor, limit: page.limit, caller: caller)
        let model = queuePage(caller, request, context).model(filter, rows: rows, next: next)
        return try pages.page("queue", title: QueuePage.title, model: model, request, context, session: session)
    }

    private func queuePage(_ caller: Caller, _ request: Request, _ context: AppContext) -> QueuePage {
        QueuePage(caller: caller, language: context.language, words: words(context), done: request.query("done"))
    }

    @Sendable private func showCase(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let (session, caller) = try await door.officer(request, context) else {
            return pages.redirect(to: "/login", context)
        }
        let id = CaseID(try request.pathID("case_id", context))
        return try await casePage(id, caller, session, request, context, attempt: nil)
    }

    @Sendable private func act(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let (fields, session, caller) = try await door.form(request, context) else { return door.login(context) }
        let id = CaseID(try request.pathID("case_id", context))
        let name = context.parameters.get("form") ?? ""
        let zone = (caller.office?.zone).flatMap { Zone(rawValue: $0) } ?? .jakarta
        do {
            if name == "deliver" {
                let body = try WorkForm.delivery(fields, zone: zone)
                return try await delivered(body, id, fields, caller, session, request, context)
            }
            // Held against the fields' limits as it was typed and as it is kept.
            _ = try WorkForm(name: name, fields, zone: zone)
            let form = try WorkForm(name: name, fields, zone: zone) { caller.sealing($0) }
            let expected = fields["version"].flatMap { Int($0) }
            let done = try await desk.perform(form, on: id, expected: expected, caller: caller)
            // Who declines, leaves its part, or arbitrates without one, sees the case no more.
            let stays = !["decline", "decide", "withdraw"].contains(done)
            return pages.redirect(to: stays ? "/cases/\(id)?done=\(done)" : "/?done=\(done)", context)
        } catch let problem as Problem where problem.status != .notFound {
            let attempt = CasePage.Attempt(form: name, fields: fields, problem: problem)
            return try await casePage(id, caller, session, request, context, attempt: attempt)
        }
    }

    /// Link, PIN and letter are told once: this page is the answer to its form and never found again.
    private func delivered(
        _ body: DeliveryBody, _ id: CaseID, _ fields: FormBody, _ caller: Caller, _ session: Session,
        _ request: Request, _ context: AppContext
    ) async throws -> Response {
        let expected = fields["version"].flatMap { Int($0) }
        let reply = try await desk.deliveries.deliver(id, body, expected: expected, caller: caller)
        let view = try JSONParser.parse(reply.bytes)
        guard body.means != .elsewhere, let link = view["link"]?.string else {
            return pages.redirect(to: "/cases/\(id)?done=deliver", context)
        }
        var model: [String: Any] = [
            "id": id.description, "link": link, "office": view["office"]?["name"]?.string ?? body.office,
            "from": view["monitor"]?["name"]?.string ?? caller.scope.code, "letter": body.means == .letter,
        ]
        model["pin"] = view["pin"]?.string
        model["sent_to"] = body.channel == nil ? nil : view["sent_to"]?.string
        model["pin_to"] = body.pinTo
        if let until = view["expires_at"]?.string.flatMap({ Timestamp.date($0) }) {
            model["until"] = DueMark.moment(until, zone: caller.office?.zone, language: context.language)
        }
        model["qr"] = QRCode.svg(link)
        return try pages.page(
            "delivery", title: Localized(id: "Kirim ke kantor tanpa akun", en: "Send to an office without login"),
            model: model, request, context, session: session, status: .created)
    }

    private func casePage(
        _ id: CaseID, _ caller: Caller, _ session: Session, _ request: Request, _ context: AppContext,
        attempt: CasePage.Attempt?
    ) async throws -> Response {
        let document = try await desk.cases.read(id, caller: caller)
        let colleagues = document.view.actions.contains("assign") ? try await desk.colleagues(caller) : []
        let tasks = caller.may(.draft) ? try await desk.tasks.list(id, caller: caller) : []
        let similar =
            document.view.actions.contains("merge")
            ? try await desk.merging.similar(to: document, limit: 8, language: context.language, caller: caller) : []
        let reasons = document.view.actions.contains("archive") ? try await desk.triage.archiveReasons(caller) : []
        let objection = try await desk.objections.open(id, caller: caller)
        let reader = objection?.isConfidential == true ? try await door.reading([id.uuid], caller) : caller
        let page = CasePage(
            document: document, caller: reader, language: context.language, words: words(context),
            colleagues: colleagues, tasks: tasks, similar: similar, archiveReasons: reasons,
            objection: objection)
        let model = page.model(attempt: attempt, done: attempt == nil ? request.query("done") : nil)
        return try pages.page(
            "case", title: Localized(id: document.view.title, en: document.view.title), model: model, request, context,
            session: session, status: attempt?.problem.status ?? .ok)
    }

    private func words(_ context: AppContext) -> @Sendable (String) -> String {
        let pages = pages
        let language = context.language
        return { pages.text($0, language) }
    }
}
