import Foundation
import Hummingbird
import Postgres
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

    /// Below so many judged decisions a rate says nothing and is left out.
    static let leastForRate = 20
    private static let longest = 366

    func addRoutes(to router: Router<AppContext>) {
        router.get("/v1/misroutes", use: show)
    }

    @Sendable private func show(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let caller = try await callers.caller(request, context)
        try caller.require(.reviewRouting)
        let page = try Page(request)
        let (from, to) = try Self.days(request)
        let results = try await database.once(
            caller,
            [
                MisrouteStore.figures(from: from.description, to: to.description),
                MisrouteStore.undone(
                    from: from.description, to: to.description, after: try Self.cursor(page), limit: page.limit),
            ])
        guard results.count == 2 else { throw Problem.internal }
        let rows = results[1].prefix(page.limit)
        let next =
            results[1].count > page.limit
            ? try rows.last.map {
                Cursor([try $0.decode("id", as: UUID.self).text])
            } : nil
        var by: [String: [JSONValue]] = [:]
        for row in results[0] {
            by[try row.decode("dimension", as: String.self), default: []].append(try Self.figures(row))
        }
        func group(_ name: String) -> JSONValue { .array(by[name] ?? []) }
        return try JSONResponse(
            [
                "from": .string(from.description), "to": .string(to.description),
                "least_for_rate": .integer(Self.leastForRate), "total": by["total"]?.first ?? .null,
                "by": [
                    "mode": group("mode"), "rule": group("rule"), "model": group("model"),
                    "category": group("category"), "channel": group("channel"),
                ],
                "data": .array(try rows.map { try Self.decision($0, caller.directory) }),
                "meta": [
                    "limit": .integer(page.limit), "has_more": .bool(next != nil),
                    "cursor": next.map { .string($0.text) } ?? .null,
                ],
            ] as JSONValue)
    }

    private static func figures(_ row: PostgresRow) throws -> JSONValue {
        func count(_ name: StaticString) throws -> Int { try row.decode(name, as: Int.self) }
        let judged = try count("judged")
        let undone = try count("undone")
        return [
            "key": try row.decodeIfPresent("key", as: String.self).map { .string($0) } ?? .null,
            "routed": .integer(try count("routed")), "judged": .integer(judged), "undone": .integer(undone),
            "rate": judged < leastForRate ? .null : .number(Double(undone) / Double(judged)),
            "declined": .integer(try count("declined")), "arbitrated": .integer(try count("arbitrated")),
            "overruled": .integer(try count("overruled")), "objected": .integer(try count("objected")),
        ]
    }

    private static func decision(_ row: PostgresRow, _ directory: Directory) throws -> JSONValue {
        func text(_ name: StaticString) throws -> JSONValue {
            try row.decodeIfPresent(name, as: String.self).map { .string($0) } ?? .null
        }
        func office(_ name: StaticString) throws -> JSONValue {
            try directory.reference(try row.decodeIfPresent(name, as: UUID.self)).map {
                .raw(try JSONWriter.text(of: $0))
            } ?? .null
        }
        return [
            "decision_id": .string(try row.decode("id", as: UUID.self).text),
            "case_id": .string(try row.decode("case_id", as: UUID.self).text),
            "tracking_code": try text("tracking_code"),
            "at": .string(Timestamp.text(try row.decode("at", as: Date.self))), "mode": try text("how"),
            "rule": try text("rule"),
            "model": try row.decodeIfPresent("model", as: Int.self).map { .integer($0) } ?? .null,
            "category": try text("category"), "channel": try text("channel"), "chosen": try office("to_office"),
            "lead": try office("lead_office"),
            "undone": .array(try row.decode("undone", as: [String].self).map { .string($0) }),
            "decline_reason": try text("decline_reason"),
        ]
    }

    /// By default the last thirty days.
    private static func days(_ request: Request) throws(Problem) -> (Day, Day) {
        func day(_ name: String, _ otherwise: Day) throws(Problem) -> Day {
            guard let text = request.query(name), !text.isEmpty else { return otherwise }
            guard let day = Day(text) else { throw .invalid("#/\(name)", "bad_format") }
            return day
        }
        // The last hour of the westernmost day is over everywhere else: no decision of today is left out.
        let today = Day(number: Int(Date().timeIntervalSince1970 + 12 * 3600) / 86_400)
        let to = try day("to", today)
        let from = try day("from", to.adding(-29))
        guard from <= to, to.number - from.number < longest else {
            throw .invalid("#/from", "bad_format", Localized(id: "Paling lama satu tahun.", en: "At most a year."))
        }
        return (from, to)
    }

    /// Ids of decisions ascend with time.
    private static func cursor(_ page: Page) throws(Problem) -> UUID? {
        guard let cursor = page.cursor else { return nil }
        guard cursor.values.count == 1, let id = cursor.values[0].flatMap(UUID.init(uuidString:)) else {
            throw .invalid("#/cursor", "bad_format")
        }
        return id
    }
}
