import Foundation
import HTTPTypes
import Hummingbird
import Identity
import RoutingAPI
import ServiceKit
import SinergiCore
import Tenancy

/// The workspace's pages of surges: which there are, and one with its reports and the form that answers all of them.
///
/// | route | who |
/// |---|---|
/// | `GET /surges`, `GET /surges/{id}` | with a session, and the permission to read |
/// | `POST /surges/{id}/answer` | draft, approve and publish, as over the API |
/// | `POST /surges/{id}/remove` | verify |
struct ClusterPage: Sendable {
    let door: OfficerDoor
    let clusters: ClusterWorkflow

    private static let title = Localized(id: "Lonjakan", en: "Surges")
    /// Reports that the page names; the rest is counted.
    private static let shown = 200

    func addRoutes(to router: Router<AppContext>) {
        router.get("/surges", use: list)
        router.get("/surges/:cluster_id", use: show)
        router.post("/surges/:cluster_id/answer", use: answer)
        router.post("/surges/:cluster_id/remove", use: remove)
    }

    @Sendable private func list(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let (session, caller) = try await door.officer(request, context) else { return door.login(context) }
        let rows = try await clusters.list(state: nil, after: nil, limit: 50, caller: caller)
        let model: [String: Any] = [
            "rows": rows.prefix(50).map { line($0, caller, context.language) }, "is_empty": rows.isEmpty,
        ]
        return try door.pages.page("surges", title: Self.title, model: model, request, context, session: session)
    }

    @Sendable private func show(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let (session, caller) = try await door.officer(request, context) else { return door.login(context) }
        return try await page(caller, session, request, context, form: nil, problem: nil)
    }

    @Sendable private func answer(_ request: Request, _ context: AppContext) async throws -> Response {
        try await act(request, context) { form, id, caller in
            var members: JSONObject = ["body": .string(form["body"] ?? "")]
            if form["interim"] == "true" { members["interim"] = .bool(true) }
            let body: ClusterAnswerBody = try JSONBody.read(ClusterAnswerBody.self, from: .object(members))
            let done = try await clusters.answerAtOnce(
                id, body, language: context.language, caller: caller, repeatable: nil)
            return "reached=\(done.reached)&refused=\(done.results.count { $0.status != 200 })"
        }
    }

    @Sendable private func remove(_ request: Request, _ context: AppContext) async throws -> Response {
        try await act(request, context) { form, id, caller in
            guard let caseID = form["case_id"].flatMap(UUID.init(uuidString:)) else { throw Problem.notFound }
            _ = try await clusters.place(CaseID(caseID), in: id, belongs: false, caller: caller)
            return "removed=1"
        }
    }

    private func act(
        _ request: Request, _ context: AppContext,
        _ work: (FormBody, UUID, Caller) async throws -> String
    ) async throws -> Response {
        guard let (form, session, caller) = try await door.form(request, context) else { return door.login(context) }
        let id: UUID = try request.pathID("cluster_id", context)
        do {
            return door.pages.redirect(to: "/surges/\(id.text)?\(try await work(form, id, caller))", context)
        } catch let problem as Problem where problem.status != .notFound {
            return try await page(caller, session, request, context, form: form, problem: problem)
        }
    }

    private func page(
        _ caller: Caller, _ session: Session, _ request: Request, _ context: AppContext, form: FormBody?,
        problem: Problem?
    ) async throws -> Response {
        let id: UUID = try request.pathID("cluster_id", context)
        let view = try await clusters.read(id, caller: caller).view
        let members = try await clusters.members(of: id, after: nil, limit: Self.shown, caller: caller)
        let language = context.language
        var model = line(view, caller, language)
        model["members"] = members.prefix(Self.shown).map { member -> [String: Any] in
            [
                "id": member.caseID.description, "code": member.trackingCode, "title": member.title,
                "status": CaseStatus(rawValue: member.status)?.label[language] ?? member.status,
                "status_class": member.status, "lead": member.lead?.name ?? "",
                "at": moment(member.receivedAt, caller, language),
            ]
        }
        model["answers"] = view.answers.map { answer -> [String: Any] in
            [
                "body": answer.body, "reached": answer.reached, "office": answer.office?.name ?? "",
                "state": AnswerState(rawValue: answer.state)?.label[language] ?? answer.state,
            ]
        }
        model["has_answers"] = !view.answers.isEmpty
        model["may_answer"] =
            view.actions.contains("draft") && caller.may(.approve) && caller.may(.publish)
        model["may_change"] = view.actions.contains("change")
        model["body"] = form?["body"] ?? ""
        if let problem { model["error"] = problem.errors.first?.detail[language] ?? problem.detail[language] }
        if problem == nil, let reached = request.query("reached").flatMap(Int.init) {
            model["done"] = ["reached": reached, "refused": request.query("refused").flatMap(Int.init) ?? 0]
        }
        return try door.pages.page(
            "surge", title: Self.title, model: model, request, context, session: session,
            status: problem?.status ?? .ok)
    }

    private func line(_ view: ClusterView, _ caller: Caller, _ language: Language) -> [String: Any] {
        let category = caller.directory.categories[view.matter]
        var line: [String: Any] = [
            "cluster": view.clusterID.text,
            "matter": (language == .id ? category?.nameID : category?.nameEN) ?? view.matter,
            "reports": view.reports, "unanswered": view.unanswered, "areas": view.areas,
            "state": door.pages.text("surge_" + view.state, language), "office_name": view.office?.name ?? "",
            "first_at": moment(view.firstReportAt, caller, language),
            "last_at": moment(view.lastReportAt, caller, language),
            "first_case": view.alarm.caseID.description,
            "rung": view.alarm.offices.map(\.name).joined(separator: ", "),
        ]
        line["taken"] = view.alarm.takenBy
        line["area"] = view.areaCode
        line["owner"] = view.owner?.name
        line["measure"] = view.measure
        line["measure_due"] = view.measureDue
        if let effect = view.effect { line["effect"] = ["before": effect.before, "after": effect.after] }
        return line
    }

    private func moment(_ time: Date, _ caller: Caller, _ language: Language) -> String {
        DueMark.moment(time, zone: caller.office?.zone, language: language)
    }

}
