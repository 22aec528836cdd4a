import Foundation
import HTTPTypes
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// Changes of the agency's own part of the directory; the same for the API and the workspace.
struct AdministrationWorkflow: Sendable {
    let database: AgencyDatabase
    let directory: DirectoryStore

    /// - Throws: 404 for what the agency does not have.
    func current(_ kind: AdministeredKind, _ key: String, _ caller: Caller) async throws -> AdministeredRow {
        try caller.require(.manageDirectory)
        guard let row = try await database.query(caller, kind.read(key)).first else { throw Problem.notFound }
        return try AdministeredRow(row)
    }

    /// - Parameter version: The one that the caller saw; 0 for whichever.
    func change(
        _ kind: AdministeredKind, _ key: String, version: Int, _ values: JSONValue, _ caller: Caller
    ) async throws -> AdministeredRow {
        try caller.require(.manageDirectory)
        let put = try kind.put(key, version: version, values: values, agency: caller.scope.code, by: caller.actor)
        let row = try await refusing(kind, key, caller) {
            let results = try await database.once(caller, [put, kind.read(key)])
            guard let row = try results.last?.first.map(AdministeredRow.init) else { throw Problem.notFound }
            return row
        }
        try await directory.reload()
        return row
    }

    /// Shows the row as it is now with a 409 or 412.
    func refusing<Result: Sendable>(
        _ kind: AdministeredKind, _ key: String, _ caller: Caller, _ body: () async throws -> Result
    ) async throws -> Result {
        do {
            return try await body()
        } catch let error as PostgresError {
            guard let problem = Problem(error) else { throw error }
            guard problem.status == .conflict || problem.status == .preconditionFailed else { throw problem }
            throw problem.showing(try? await current(kind, key, caller).json)
        }
    }
}

/// A row of the directory as its administrator sees it.
struct AdministeredRow: Sendable {
    let key: String
    let version: Int
    let json: JSONValue

    init(_ row: PostgresRow) throws {
        key = try row.decode("key", as: String.self)
        version = try row.decode("version", as: Int.self)
        json = .raw(try row.decode("document", as: String.self))
    }

    func reply(status: HTTPResponse.Status = .ok, location: String? = nil) throws -> Reply {
        try Reply(json, status: status, version: version, location: location)
    }
}
