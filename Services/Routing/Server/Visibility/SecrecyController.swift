import Foundation
import HTTPTypes
import Hummingbird
import Identity
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// Who may know of a case: whom it was confided to, and whom it accuses.
///
/// | route | permission | for whom |
/// |---|---|---|
/// | `GET /v1/cases/{id}/accused` | read | who may read the case |
/// | `POST /v1/cases/{id}/accused` | verify | offices with a part |
/// | `POST /v1/cases/{id}/confidants` | assign | offices with a part |
/// | `POST /v1/cases/{id}/unseal` | accept | the office that it is offered to, else the lead's |
struct SecrecyController: Sendable {
    let callers: CallerReader
    let cases: CaseWorkflow
    let runner: MoveRunner
    let unsealing: UnsealWorkflow

    func addRoutes(to router: Router<AppContext>) {
        router.get("/v1/cases/:case_id/accused", use: list)
        router.post("/v1/cases/:case_id/accused", use: accuse)
        router.post("/v1/cases/:case_id/confidants", use: confide)
        router.post("/v1/cases/:case_id/unseal", use: unseal)
    }

    private static func accusations(_ id: CaseID) -> SQL {
        """
        SELECT a.id, a.office, a.name, a.at,
            (SELECT o.name FROM directory.officer o WHERE o.agency = directory.me() AND o.id = a.officer) AS officer_name
        FROM casework.accused a WHERE a.case_id = \(id.uuid) ORDER BY a.at, a.id
        """
    }

    @Sendable private func list(_ request: Request, _ context: AppContext) async throws -> JSONResponse {
        let caller = try await callers.caller(request, context)
        let id = CaseID(try request.pathID("case_id", context))
        _ = try await cases.read(id, caller: caller)
        let rows = try await cases.database.query(caller, Self.accusations(id))
        return try JSONResponse(ShortList.document(rows.map { try Self.view($0, caller) }))
    }

    @Sendable private func accuse(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body, repeatable) = try await callers.creation(AccusedBody.self, .verify, request, context)
        let id = CaseID(try request.pathID("case_id", context))
        let accusation = UUID.v7()
        let move = MoveResult.statement(
            """
            casework.accuse(\(accusation), c.id, \(body.office), \(try await officer(body.officer, caller))::uuid, \(body.name),
                \(caller.actor), \(caller.trace))
            """, from: "casework.\"case\" c", where: CaseScope.takesPart(id, caller))
        let plan = MoveRunner.Plan(statements: [move, Self.accusations(id)], subject: .case(id)) { move, results in
            let views = try results[1].map { try Self.view($0, caller) }
            guard let view = views.last else { throw Problem.notFound }
            return try Reply(view, status: .created, version: move.version)
        }
        return try await runner.run(plan, caller: caller, repeatable: repeatable)
    }

    @Sendable private func confide(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body) = try await callers.action(AssignBody.self, .assign, request, context)
        let id = CaseID(try request.pathID("case_id", context))
        let officer = try await officer(body.officer, caller)
        let move = MoveResult.statement(
            "casework.confide(c.id, \(officer)::uuid, \(caller.actor), \(caller.trace))",
            from: "casework.\"case\" c", where: CaseScope.takesPart(id, caller))
        let read: SQL = """
            SELECT o.name FROM casework.confidant k JOIN directory.officer o ON o.agency = k.agency AND o.id = k.officer
            WHERE k.agency = directory.me() AND k.case_id = \(id.uuid) ORDER BY k.at
            """
        let plan = MoveRunner.Plan(statements: [move, read], subject: .case(id)) { move, results in
            let names = try results[1].map { JSONValue.string(try $0.decode("name", as: String.self)) }
            return try Reply(["confidants": .array(names)] as JSONValue, version: move.version)
        }
        return try await runner.run(plan, caller: caller)
    }

    @Sendable private func unseal(_ request: Request, _ context: AppContext) async throws -> Reply {
        let (caller, body) = try await callers.action(UnsealBody.self, .accept, request, context)
        let id = CaseID(try request.pathID("case_id", context))
        return try await unsealing.unseal(id, body, expected: request.expectedVersion, caller: caller)
    }

    /// - Throws: 422 for a name that no officer of the agency has.
    private func officer(_ name: String?, _ caller: Caller) async throws -> UUID? {
        guard let name else { return nil }
        let rows = try await cases.database.query(
            caller,
            """
            SELECT o.id FROM directory.officer o
            WHERE o.agency = directory.me() AND o.active AND (o.id::text = lower(\(name)) OR o.username = \(name))
            """)
        guard let id = try rows.first?.decode("id", as: UUID.self) else {
            throw Problem.invalid("#/officer", "bad_format")
        }
        return id
    }

    private static func view(_ row: PostgresRow, _ caller: Caller) throws -> JSONValue {
        let office = caller.directory.reference(try row.decode("office", as: UUID.self))
        let officer = try row.decodeIfPresent("officer_name", as: String.self)
        let name = try row.decodeIfPresent("name", as: String.self)
        return [
            "accusation_id": .string(try row.decode("id", as: UUID.self).text),
            "office": try office.map { .raw(try JSONWriter.text(of: $0)) } ?? .null,
            "officer": officer.map(JSONValue.string) ?? .null, "name": name.map(JSONValue.string) ?? .null,
            "at": .string(Timestamp.text(try row.decode("at", as: Date.self))),
        ]
    }
}

/// Body of `POST …/accused`.
struct AccusedBody: RequestBodyFields, Sendable {
    /// The accused office, or the office of the accused person.
    let office: String
    /// Id or user name of an accused officer of the own agency; then the office as such is not accused.
    let officer: String?
    /// As the reporter named the person.
    let name: String?

    init(fields: inout FieldReader) {
        office = fields.requiredString("office", max: 60).uppercased()
        officer = fields.string("officer", max: 100)
        name = fields.string("name", max: 200)
    }
}
