import Foundation
import HTTPTypes
import Hummingbird
import RoutingAPI
import ServiceKit
import SinergiCore
import Tenancy

/// How often decisions where a case goes were undone, and which.
///
/// | route | permission | for whom |
/// |---|---|---|
/// | `GET /v1/misroutes?from=&to=` | reviewRouting | the agency whose decisions they are |
struct MisrouteController: Sendable {
    let callers: CallerReader
    let database: AgencyDatabase

    func addRoutes(to router: Router<AppContext>) {
        router.get("/v1/misroutes", use: show)
    }

    @Sendable private func show(_ request: Request, _ context: AppContext) async throws -> Response {
        let caller = try await callers.caller(request, context)
        try caller.require(.reviewRouting)
        let page = try Page(request)
        let report = try await MisrouteReport.of(request, page: page, caller: caller, database: database)
        func group(_ name: String) -> JSONValue {
            .array(report.figures.filter { $0.dimension == name }.map(Self.figures))
        }
        let document: JSONValue = [
            "from": .string(report.from.description), "to": .string(report.to.description),
            "least_for_rate": .integer(MisrouteReport.leastForRate), "total": group("total")[0] ?? .null,
            "by": [
                "mode": group("mode"), "rule": group("rule"), "model": group("model"), "category": group("category"),
                "channel": group("channel"),
            ],
            "data": .array(try report.undone.map { try Self.decision($0, caller.directory) }),
            "meta": [
                "limit": .integer(page.limit), "has_more": .bool(report.next != nil),
                "cursor": report.next.map { .string($0.text) } ?? .null,
            ],
        ]
        var response = try JSONResponse(document).response(from: request, context: context)
        if let next = report.next { response.headers[.link] = page.link(to: next, request) }
        return response
    }

    private static func figures(_ figures: MisrouteReport.Figures) -> JSONValue {
        [
            "key": figures.key.map { .string($0) } ?? .null, "routed": .integer(figures.routed),
            "judged": .integer(figures.judged), "undone": .integer(figures.undone),
            "rate": figures.rate.map { .number($0) } ?? .null, "declined": .integer(figures.declined),
            "arbitrated": .integer(figures.arbitrated), "overruled": .integer(figures.overruled),
            "objected": .integer(figures.objected),
        ]
    }

    private static func decision(_ row: MisrouteReport.Undone, _ directory: Directory) throws -> JSONValue {
        func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
        func office(_ id: UUID?) throws -> JSONValue {
            try directory.reference(id).map { .raw(try JSONWriter.text(of: $0)) } ?? .null
        }
        return [
            "decision_id": .string(row.id.text), "case_id": .string(row.caseID.text), "tracking_code": text(row.code),
            "at": .string(Timestamp.text(row.at)), "mode": text(row.mode), "rule": text(row.rule),
            "model": row.model.map { .integer($0) } ?? .null, "category": text(row.category),
            "channel": text(row.channel), "chosen": try office(row.chosen), "lead": try office(row.lead),
            "undone": .array(row.how.map { .string($0) }), "decline_reason": text(row.declineReason),
        ]
    }
}
