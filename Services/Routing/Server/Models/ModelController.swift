import Foundation
import Hummingbird
import Postgres
import RoutingClassifier
import RoutingLearning
import ServiceKit
import SinergiCore
import Tenancy

/// The agency's learnt models, and what they have earned.
///
/// | route | permission | for whom |
/// |---|---|---|
/// | `GET /v1/models`, `GET /v1/models/{version}` | manageRules or read | the agency |
/// | `POST /v1/models/{version}/activate`, `…/retire` | manageRules | the agency |
struct ModelController: Sendable {
    let callers: CallerReader
    let database: AgencyDatabase

    func addRoutes(to router: Router<AppContext>) {
        router.get("/v1/models", use: list)
        router.get("/v1/models/:version", use: read)
        router.post("/v1/models/:version/activate") { request, context in
            try await change(to: "active", "Diaktifkan oleh", request, context)
        }
        router.post("/v1/models/:version/retire") { request, context in
            try await change(to: "retired", "Dipensiunkan oleh", request, context)
        }
    }

    @Sendable private func list(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let caller = try await reader(request, context)
        let results = try await database.once(
            caller,
            [
                """
                SELECT \(ModelRow.columns), NULL AS card FROM casework.model m WHERE m.agency = directory.me()
                ORDER BY m.version DESC LIMIT 200
                """,
                """
                SELECT o.office, o.state, o.judged::int8 AS judged, o.correct::int8 AS correct, o.since
                FROM casework.model_office o WHERE o.agency = directory.me() ORDER BY o.office LIMIT 2000
                """,
                "SELECT t.finished_at, t.result FROM casework.model_training t WHERE t.agency = directory.me()",
            ])
        guard results.count == 3 else { throw Problem.internal }
        let training = try results[2].first.map { row -> JSONValue in
            [
                "finished_at": try row.decodeIfPresent("finished_at", as: Date.self).map { .string(Timestamp.text($0)) }
                    ?? .null,
                "result": try row.decodeIfPresent("result", as: String.self).map { .string($0) } ?? .null,
            ]
        }
        return try JSONResponse(
            [
                "data": .array(try results[0].map { try ModelRow($0).json }),
                "offices": .array(try results[1].map { try Self.office($0, caller.directory) }),
                "last_training": training ?? .null,
                "meta": ["limit": 200, "has_more": false, "cursor": nil],
            ] as JSONValue)
    }

    @Sendable private func read(_ request: Request, _ context: AppContext) async throws -> Reply {
        let caller = try await reader(request, context)
        return try await current(try Self.version(context), caller)
    }

    private func change(
        to status: String, _ verb: String, _ request: Request, _ context: AppContext
    ) async throws -> Reply {
        let caller = try await callers.caller(request, context)
        try caller.require(.manageRules)
        let version = try Self.version(context)
        let revision = try request.requiredVersion() ?? -1
        if status == "active" {
            // What cannot be read would only be an alarm.
            do {
                _ = try await StoredModel.load(
                    version, of: caller.scope.number, in: AgencyQueries(database: database, scope: caller.scope))
            } catch ClassifierError.badModel("not there") { throw Problem.notFound } catch is ClassifierError {
                throw Problem.wrongState(current: nil).explained(
                    id: "Model ini rusak dan tidak dapat dipakai. Latih model baru.",
                    en: "This model is damaged and cannot be used. Train a new one.")
            }
        }
        let rows = try await database.query(
            caller,
            """
            SELECT casework.set_model(directory.me(), \(Int32(version))::int4, \(Int32(clamping: revision))::int4, \(status),
                \("\(verb) \(caller.actor)."))::int8 AS revision
            """)
        let reply = try await current(version, caller)
        guard try rows.first?.decodeIfPresent("revision", as: Int.self) != -1 else {
            throw Problem.changedMeanwhile(current: .raw(String(decoding: reply.bytes, as: UTF8.self)))
        }
        return reply
    }

    private func reader(_ request: Request, _ context: AppContext) async throws -> Caller {
        let caller = try await callers.caller(request, context)
        guard caller.may(.manageRules) || caller.may(.read) else { throw Problem.insufficientRole }
        return caller
    }

    private func current(_ version: Int, _ caller: Caller) async throws -> Reply {
        let rows = try await database.query(
            caller,
            """
            SELECT \(ModelRow.columns), m.card::text AS card FROM casework.model m
            WHERE m.agency = directory.me() AND m.version = \(Int32(version))::int4
            """)
        guard let row = try rows.first.map({ try ModelRow($0) }) else { throw Problem.notFound }
        return try Reply(row.json, version: row.revision)
    }

    private static func version(_ context: AppContext) throws(Problem) -> Int {
        guard let version = context.parameters.get("version").flatMap({ Int32($0) }), version > 0 else {
            throw Problem.notFound
        }
        return Int(version)
    }

    private static func office(_ row: PostgresRow, _ directory: Directory) throws -> JSONValue {
        let code = try row.decode("office", as: String.self)
        let judged = try row.decode("judged", as: Int.self)
        let correct = try row.decode("correct", as: Int.self)
        return [
            "office": try directory.reference(code: code).map { .raw(try JSONWriter.text(of: $0)) } ?? .null,
            "state": .string(try row.decode("state", as: String.self)),
            "judged": .integer(judged), "correct": .integer(correct),
            "precision": judged == 0 ? .null : .number(Double(correct) / Double(judged)),
            "since": .string(Timestamp.text(try row.decode("since", as: Date.self))),
        ]
    }
}

/// A model without its bytes.
private struct ModelRow {
    static let columns: SQL = """
        m.version::int8 AS version, m.revision::int8 AS revision, m.status, m.rows::int8 AS rows, m.trained_at,
        m.trained_through, m.trained_by, m.note, m.activated_at, m.retired_at, encode(m.sha256, 'hex') AS sha256,
        length(m.bytes)::int8 AS bytes
        """

    let revision: Int
    let json: JSONValue

    init(_ row: PostgresRow) throws {
        func moment(_ name: StaticString) throws -> JSONValue {
            try row.decodeIfPresent(name, as: Date.self).map { .string(Timestamp.text($0)) } ?? .null
        }
        revision = try row.decode("revision", as: Int.self)
        json = [
            "version": .integer(try row.decode("version", as: Int.self)),
            "status": .string(try row.decode("status", as: String.self)),
            "rows": .integer(try row.decode("rows", as: Int.self)),
            "bytes": .integer(try row.decode("bytes", as: Int.self)),
            "sha256": .string(try row.decode("sha256", as: String.self)),
            "trained_at": try moment("trained_at"), "trained_through": try moment("trained_through"),
            "trained_by": .string(try row.decode("trained_by", as: String.self)),
            "note": .string(try row.decode("note", as: String.self)),
            "activated_at": try moment("activated_at"), "retired_at": try moment("retired_at"),
            "card": try row.decodeIfPresent("card", as: String.self).map { .raw($0) } ?? .null,
        ]
    }
}
