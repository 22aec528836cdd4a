import Foundation
import Hummingbird
import Identity
import ServiceKit
import SinergiCore
import Tenancy

/// The workspace's page of decisions that were undone: how often, by what, and which.
///
/// | route | who |
/// |---|---|
/// | `GET /misroutes?from=&to=` | with a session, and the permission to review routing |
struct MisroutePage: Sendable {
    let door: OfficerDoor
    let database: AgencyDatabase

    private static let title = Localized(id: "Salah tujuan", en: "Misroutes")

    func addRoutes(to router: Router<AppContext>) {
        router.get("/misroutes", use: show)
    }

    @Sendable private func show(_ request: Request, _ context: AppContext) async throws -> Response {
        guard let (session, caller) = try await door.officer(request, context) else { return door.login(context) }
        let report = try await MisrouteReport.of(
            request, page: try Page(request), caller: caller, database: database)
        let language = context.language
        var model: [String: Any] = [
            "from": report.from.description, "to": report.to.description, "least": MisrouteReport.leastForRate,
            "groups": ["mode", "rule", "model", "category", "channel"].compactMap {
                group($0, report, caller, language)
            },
            "rows": report.undone.map { line($0, caller, language) }, "is_empty": report.undone.isEmpty,
        ]
        model["total"] = report.figures.first { $0.dimension == "total" && $0.routed > 0 }.map { figures($0, language) }
        if let next = report.next { model["next"] = next.text }
        return try door.pages.page("misroutes", title: Self.title, model: model, request, context, session: session)
    }

    /// One table; `nil` where nothing is known in this dimension, as of models where none has decided.
    private func group(
        _ dimension: String, _ report: MisrouteReport, _ caller: Caller, _ language: Language
    ) -> [String: Any]? {
        let rows = report.figures.filter { $0.dimension == dimension && $0.key != nil }
        guard !rows.isEmpty else { return nil }
        return [
            "label": words("misroute_by_" + dimension, language),
            "lines": rows.prefix(50).map { row in
                var line = figures(row, language)
                line["name"] = name(row.key ?? "", in: dimension, caller, language)
                return line
            },
        ]
    }

    private func figures(_ figures: MisrouteReport.Figures, _ language: Language) -> [String: Any] {
        let causes = [
            ("declined", figures.declined), ("arbitrated", figures.arbitrated), ("overruled", figures.overruled),
            ("objected", figures.objected),
        ]
        return [
            "routed": figures.routed, "judged": figures.judged, "undone": figures.undone,
            "rate": figures.rate.map { "\(Int(($0 * 100).rounded())) %" } ?? "–",
            "causes": causes.filter { $0.1 > 0 }.map { "\(words("undone_" + $0.0, language)) \($0.1)" }
                .joined(separator: ", "),
        ]
    }

    private func name(_ key: String, in dimension: String, _ caller: Caller, _ language: Language) -> String {
        switch dimension {
        case "mode": words("misroute_mode_" + key, language)
        case "model": words("misroute_model", language) + " " + key
        case "category": caller.directory.name(ofCategory: key, language)
        case "channel": words("via_" + key, language)
        default: key
        }
    }

    private func line(_ row: MisrouteReport.Undone, _ caller: Caller, _ language: Language) -> [String: Any] {
        func office(_ id: UUID?) -> String { id.flatMap { caller.directory.offices[$0]?.name } ?? "–" }
        var line: [String: Any] = [
            "case": caller.may(.read) ? row.caseID.text as Any : false, "code": row.code ?? "",
            "when": DueMark.moment(row.at, zone: caller.office?.zone, language: language),
            "chosen": office(row.chosen), "lead": office(row.lead),
            "how": row.how.map { words("undone_" + $0, language) }.joined(separator: ", "),
            "rule": row.rule as Any? ?? false, "reason": row.declineReason as Any? ?? false,
        ]
        line["by"] = row.mode.map { words("misroute_mode_" + $0, language) } ?? ""
        line["category"] = row.category.map { caller.directory.name(ofCategory: $0, language) } ?? ""
        return line
    }

    private func words(_ word: String, _ language: Language) -> String { door.pages.text(word, language) }
}

extension Directory {
    /// A category's name, or its code where it is unknown.
    func name(ofCategory code: String, _ language: Language) -> String {
        let category = categories[code]
        return (language == .id ? category?.nameID : category?.nameEN) ?? code
    }
}
