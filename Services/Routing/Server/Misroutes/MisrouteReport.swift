import Foundation
import Hummingbird
import Postgres
import RoutingAPI
import ServiceKit
import SinergiCore
import Tenancy

/// Figures of a period and one page of the decisions that were undone in it; the same for the API and the workspace.
struct MisrouteReport: Sendable {
    /// Below so many judged decisions a rate says nothing and is left out.
    static let leastForRate = 20
    private static let longest = 366

    let from: Day
    let to: Day
    let figures: [Figures]
    let undone: [Undone]
    let next: Cursor?

    /// Counts of one dimension's value; the dimension `total` has no key.
    struct Figures: Sendable {
        let dimension: String
        let key: String?
        let routed: Int
        let judged: Int
        let undone: Int
        let declined: Int
        let arbitrated: Int
        let overruled: Int
        let objected: Int

        init(row: PostgresRow) throws {
            func count(_ name: StaticString) throws -> Int { try row.decode(name, as: Int.self) }
            dimension = try row.decode("dimension", as: String.self)
            key = try row.decodeIfPresent("key", as: String.self)
            routed = try count("routed")
            judged = try count("judged")
            undone = try count("undone")
            declined = try count("declined")
            arbitrated = try count("arbitrated")
            overruled = try count("overruled")
            objected = try count("objected")
        }

        /// Of what was judged, the part that was undone; `nil` where that is too little to tell.
        var rate: Double? { judged < leastForRate ? nil : Double(undone) / Double(judged) }
    }

    /// A decision that was undone.
    struct Undone: Sendable {
        let id: UUID
        let caseID: UUID
        let code: String?
        let at: Date
        let mode: String?
        let rule: String?
        let model: Int?
        let category: String?
        let channel: String?
        /// The office that was chosen, and that which leads now.
        let chosen: UUID?
        let lead: UUID?
        /// `declined`, `arbitrated`, `overruled`, `objected`.
        let how: [String]
        let declineReason: String?

        init(row: PostgresRow) throws {
            func text(_ name: StaticString) throws -> String? { try row.decodeIfPresent(name, as: String.self) }
            id = try row.decode("id", as: UUID.self)
            caseID = try row.decode("case_id", as: UUID.self)
            code = try text("tracking_code")
            at = try row.decode("at", as: Date.self)
            mode = try text("how")
            rule = try text("rule")
            model = try row.decodeIfPresent("model", as: Int.self)
            category = try text("category")
            channel = try text("channel")
            chosen = try row.decodeIfPresent("to_office", as: UUID.self)
            lead = try row.decodeIfPresent("lead_office", as: UUID.self)
            how = try row.decode("undone", as: [String].self)
            declineReason = try text("decline_reason")
        }
    }

    /// What a request asks for.
    /// - Throws: 403 without the permission, 422 for days that are none.
    static func of(
        _ request: Request, page: Page, caller: Caller, database: AgencyDatabase
    ) async throws -> MisrouteReport {
        try caller.require(.reviewRouting)
        let (from, to) = try days(request)
        let results = try await database.once(
            caller,
            [
                MisrouteStore.figures(from: from.description, to: to.description),
                MisrouteStore.undone(
                    from: from.description, to: to.description, after: try cursor(page), limit: page.limit),
            ])
        guard results.count == 2 else { throw Problem.internal }
        let rows = try results[1].map { try Undone(row: $0) }
        let shown = Array(rows.prefix(page.limit))
        return MisrouteReport(
            from: from, to: to, figures: try results[0].map { try Figures(row: $0) }, undone: shown,
            next: rows.count > page.limit ? shown.last.map { Cursor([$0.id.text]) } : nil)
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
