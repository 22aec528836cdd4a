import Foundation
import HTTPTypes
import Postgres
import RoutingAPI
import ServiceKit
import SinergiCore
import Tenancy

/// An agency's own decision table.
struct RuleWorkflow: Sendable {
    let database: AgencyDatabase

    /// All rules and their versions, in the order in which they are tried.
    func list(after cursor: RuleCursor?, limit: Int, caller: Caller) async throws -> (
        rows: [RuleView], next: RuleCursor?
    ) {
        guard caller.may(.manageRules) || caller.may(.read) else { throw Problem.insufficientRole }
        let rows = try await database.query(caller, RuleStore.list(after: cursor, limit: limit))
        let shown = rows.prefix(limit)
        var next: RuleCursor?
        if rows.count > limit, let last = shown.last {
            next = RuleCursor(
                priority: try last.decode("priority", as: Int.self), id: try last.decode("id", as: UUID.self),
                version: try last.decode("version", as: Int.self))
        }
        return (try shown.map { try RuleView(row: $0, directory: caller.directory) }, next)
    }

    func create(_ body: RuleBody, caller: Caller, repeatable: IdempotentRequest? = nil) async throws -> Reply {
        try caller.require(.manageRules)
        try check(body, directory: caller.directory)
        let statements = try RuleStore.create(body.id ?? UUID.v7(), body, by: caller.actor)
        guard let repeatable else {
            return try reply(try await database.once(caller, statements), caller: caller)
        }
        return try await database.withAgencyRetrying(caller) { transaction in
            if let first = try await repeatable.claim(in: transaction) { return first }
            let reply = try reply(try await transaction.pipeline(statements), caller: caller)
            try await transaction.execute(repeatable.keep(reply))
            return reply
        }
    }

    private func reply(_ results: [PostgresRows], caller: Caller) throws -> Reply {
        guard let row = results.last?.first else { throw Problem.invalid("#/area_code", "unknown_area") }
        return try Reply(RuleView(row: row, directory: caller.directory), status: .created)
    }

    /// What is named must exist; the area is looked up by the statement itself.
    private func check(_ body: RuleBody, directory: Directory) throws(Problem) {
        var errors: [FieldError] = []
        if let category = body.category, directory.categories[category] == nil {
            errors.append(FieldError(pointer: "#/category", code: "unknown_category"))
        }
        if let lead = body.lead, directory.office(code: lead)?.active != true {
            errors.append(FieldError(pointer: "#/lead", code: "unknown_office"))
        }
        for (place, code) in body.contributors.enumerated() where directory.office(code: code)?.active != true {
            errors.append(FieldError(pointer: "#/contributors/\(place)", code: "unknown_office"))
        }
        guard errors.isEmpty else { throw .validation(errors) }
    }
}
