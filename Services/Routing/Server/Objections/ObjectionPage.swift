import Foundation
import Hummingbird
import Identity
import ServiceKit
import SinergiCore
import Tenancy

/// The workspace's page of reporters who object to where a machine sent their report.
///
/// | route | who |
/// |---|---|
/// | `GET /objections` | with a session, and the permission to route |
///
/// Each is answered by the form `objection` of its case's page, also from here.
struct ObjectionPage: Sendable {
    let door: OfficerDoor
    let desk: ObjectionDesk

    private static let title = Localized(id: "Keberatan pelapor", en: "Reporters' objections")

    func addRoutes(to router: Router<AppContext>) {
        router.get("/objections", use: show)
    }

    @Sendable private func show(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let (session, caller) = try await door.officer(request, context) else { return door.login(context) }
        let asked = try Page(request)
        let (rows, next) = try await desk.waiting(
            after: try asked.cursor?.momentAndID(), limit: asked.limit, caller: caller)
        let reader = try await door.reading(rows.filter(\.isConfidential).map(\.caseID), caller)
        var model: [String: Any] = [
            "rows": rows.map { line($0, reader, context.language) }, "is_empty": rows.isEmpty,
        ]
        if let next { model["next"] = next.text }
        return try door.pages.page(
            "objections", title: Self.title, model: model, request, context, session: session)
    }

    private func line(_ row: Objection, _ caller: Caller, _ language: Language) -> [String: Any] {
        [
            "id": row.caseID.text, "code": row.code, "title": row.title,
            "status": CaseStatus(rawValue: row.status)?.label[language] ?? row.status, "status_class": row.status,
            "holder": caller.directory.offices[row.lead]?.name ?? "", "words": caller.reveal(row.reason),
            "when": DueMark.moment(row.at, zone: caller.office?.zone, language: language),
            "rule": row.rule as Any? ?? false,
        ]
    }
}
