import Foundation
import Hummingbird
import Postgres
import RoutingAPI
import ServiceKit
import SinergiCore
import Tenancy

/// What the lead's one answer is composed from: what each contributor finished with, and what was told meanwhile.
///
/// | route | permission | for whom |
/// |---|---|---|
/// | `GET /v1/cases/{id}/answers/material` | draft | who may read the case |
struct MaterialController: Sendable {
    let callers: CallerReader
    let cases: CaseWorkflow

    func addRoutes(to router: Router<AppContext>) {
        router.get("/v1/cases/:case_id/answers/material", use: read)
    }

    @Sendable private func read(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        var caller = try await callers.caller(request, context)
        try caller.require(.draft)
        caller = try await callers.knowing(caller)
        let id = CaseID(try request.pathID("case_id", context))
        _ = try await cases.read(id, caller: caller)
        let results = try await cases.database.once(
            caller,
            [
                // An office that was given its part again finishes again: its last word counts.
                """
                SELECT DISTINCT ON (e.office) e.office, e.at, e.body FROM casework.entry e
                WHERE e.case_id = \(id.uuid) AND e.type = 'part_finished' AND e.body IS NOT NULL
                ORDER BY e.office, e.seq DESC
                """,
                """
                SELECT a.office, a.published_at AS at, a.body FROM casework.answer a
                WHERE a.case_id = \(id.uuid) AND a.state = 'published' AND a.interim AND a.corrected_by IS NULL
                ORDER BY a.published_at
                """,
                """
                SELECT e.id FROM casework.evidence e WHERE e.case_id = \(id.uuid) AND e.state = 'validated' ORDER BY e.created_at LIMIT 200
                """,
            ])
        let finished = try results[0].map { try Self.line($0, caller) }
        // What the lead may start from: every contributor's result under its name.
        let draft = finished.map { "\($0.name):\n\($0.body)" }.joined(separator: "\n\n")
        return try JSONResponse(
            [
                "results": .array(try finished.map(Self.json)),
                "interim": .array(try results[1].map { try Self.json(Self.line($0, caller)) }),
                "evidence": .array(try results[2].map { .string(try $0.decode("id", as: UUID.self).text) }),
                "draft": draft.isEmpty ? .null : .string(String(draft.prefix(10_000))),
            ] as JSONValue)
    }

    private struct Line {
        let name: String
        let office: JSONValue
        let at: Date
        let body: String
    }

    private static func line(_ row: PostgresRow, _ caller: Caller) throws -> Line {
        let office = caller.directory.reference(try row.decodeIfPresent("office", as: UUID.self))
        return Line(
            name: office?.name ?? "", office: try office.map { .raw(try JSONWriter.text(of: $0)) } ?? .null,
            at: try row.decode("at", as: Date.self), body: caller.reveal(try row.decode("body", as: String.self)))
    }

    private static func json(_ line: Line) throws -> JSONValue {
        ["office": line.office, "at": .string(Timestamp.text(line.at)), "body": .string(line.body)]
    }
}
