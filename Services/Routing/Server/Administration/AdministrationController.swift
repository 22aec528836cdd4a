import Foundation
import HTTPTypes
import Hummingbird
import Identity
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// The agency's own part of the directory.
///
/// | route | permission | for whom |
/// |---|---|---|
/// | `GET /v1/directory/{units, officers, positions, jurisdictions, responsibilities}`, `…/{id}` | manageDirectory | the agency |
/// | `POST …`, `PUT …/{id}` with If-Match | manageDirectory | the agency |
///
/// Nothing is deleted: what is over gets a day in `valid_to`, an officer becomes inactive.
struct AdministrationController: Sendable {
    let callers: CallerReader
    let work: AdministrationWorkflow

    func addRoutes(to router: Router<AppContext>) {
        addRoutes(.units, UnitBody.self, to: router)
        addRoutes(.officers, OfficerBody.self, to: router)
        addRoutes(.positions, PositionBody.self, to: router)
        addRoutes(.jurisdictions, JurisdictionBody.self, to: router)
        addRoutes(.responsibilities, ResponsibilityBody.self, to: router)
    }

    private func addRoutes<Body: AdministrationBody>(
        _ kind: AdministeredKind, _: Body.Type, to router: Router<AppContext>
    ) {
        let path = RouterPath("/v1/directory/\(kind.rawValue)")
        let one = RouterPath("/v1/directory/\(kind.rawValue)/:\(kind.parameter)")
        router.get(path) { request, context in try await list(kind, request, context) }
        router.get(one) { request, context in try await read(kind, request, context) }
        router.post(path) { request, context in try await create(kind, Body.self, request, context) }
        router.put(one) { request, context in try await change(kind, Body.self, request, context) }
    }

    private func list(
        _ kind: AdministeredKind, _ request: Request, _ context: AppContext
    ) async throws -> ListResponse<JSONValue> {
        let caller = try await administrator(request, context)
        let page = try Page(request)
        guard page.cursor.map({ $0.values.count == 1 && ($0.values[0]?.utf8.count ?? 101) <= 100 }) ?? true else {
            throw Problem.invalid("#/cursor", "bad_format")
        }
        let rows = try await work.database.query(
            caller, kind.list(after: page.cursor?.values.first ?? nil, limit: page.limit))
        let found = try rows.map(AdministeredRow.init)
        let shown = found.prefix(page.limit)
        return ListResponse(
            data: shown.map(\.json), page: page,
            next: found.count > page.limit ? shown.last.map { Cursor([$0.key]) } : nil)
    }

    private func read(_ kind: AdministeredKind, _ request: Request, _ context: AppContext) async throws -> Reply {
        let caller = try await administrator(request, context)
        let key = try Self.key(kind, context)
        return try await work.current(kind, key, caller).reply()
    }

    private func create<Body: AdministrationBody>(
        _ kind: AdministeredKind, _: Body.Type, _ request: Request, _ context: AppContext
    ) async throws -> Reply {
        let (caller, body, repeatable) = try await callers.creation(Body.self, .manageDirectory, request, context)
        if kind == .units, body.key == nil { throw Problem.invalid("#/unit", "required") }
        let key = body.key ?? UUID.v7().text
        let put = try kind.put(
            key, version: nil, values: try await values(body), agency: caller.scope.code, by: caller.actor)
        let location = "v1/directory/\(kind.rawValue)/\(key)"
        let reply = try await work.refusing(kind, key, caller) {
            try await work.database.withAgencyRetrying(caller) { transaction in
                if let repeatable, let first = try await repeatable.claim(in: transaction) { return first }
                let results = try await transaction.pipeline(put, kind.read(key))
                guard let row = try results.last?.first.map(AdministeredRow.init) else { throw Problem.notFound }
                let reply = try row.reply(status: .created, location: location)
                if let repeatable { try await transaction.execute(repeatable.keep(reply)) }
                return reply
            }
        }
        try await work.directory.reload()
        return reply
    }

    private func change<Body: AdministrationBody>(
        _ kind: AdministeredKind, _: Body.Type, _ request: Request, _ context: AppContext
    ) async throws -> Reply {
        let (caller, body) = try await callers.action(Body.self, .manageDirectory, request, context)
        let key = try Self.key(kind, context)
        guard body.key == nil || body.key == key else { throw Problem.invalid("#/unit", "bad_format") }
        return try await work.change(
            kind, key, version: try request.requiredVersion() ?? 0, try await values(body), caller
        ).reply()
    }

    private func administrator(_ request: Request, _ context: AppContext) async throws -> Caller {
        let caller = try await callers.caller(request, context)
        try caller.require(.manageDirectory)
        return caller
    }

    private func values(_ body: some AdministrationBody) async throws -> JSONValue {
        var values = body.values
        if let password = body.password { values["password_hash"] = .string(try await Passwords.hash(password)) }
        return .object(values)
    }

    private static func key(_ kind: AdministeredKind, _ context: AppContext) throws(Problem) -> String {
        guard let text = context.parameters.get(kind.parameter) else { throw .notFound }
        if kind == .units {
            guard (1...30).contains(text.utf8.count) else { throw .notFound }
            return text.uppercased()
        }
        guard let id = UUID(uuidString: text) else { throw .notFound }
        return id.text
    }
}
