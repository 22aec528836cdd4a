import Foundation
import HTTPTypes
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// An agency's own decision table, rule by rule.
struct RuleWorkflow: Sendable {
    let database: AgencyDatabase
    let sets: RuleSetWorkflow

    /// All rules and their versions, in the order in which they are tried.
    func list(after cursor: RuleCursor?, limit: Int, caller: Caller) async throws -> (
        rows: [JSONValue], next: RuleCursor?
    ) {
        try caller.requireRules()
        let rows = try await database.query(caller, RuleStore.list(after: cursor, limit: limit))
        let shown = rows.prefix(limit)
        var next: RuleCursor?
        if rows.count > limit, let last = shown.last {
            next = RuleCursor(
                priority: try last.decode("priority", as: Int.self), id: try last.decode("id", as: UUID.self),
                version: try last.decode("version", as: Int.self))
        }
        return (try shown.map { try RuleView.json($0, directory: caller.directory) }, next)
    }

    /// Puts one rule in force at once: the table as a whole is looked through, and gets a version.
    func create(
        _ body: NewRuleBody, caller: Caller, language: Language, repeatable: IdempotentRequest? = nil
    ) async throws -> Reply {
        try caller.require(.manageRules)
        let rule = body.rule
        return try await database.withAgencyRetrying(caller) { transaction in
            if let first = try await repeatable?.claim(in: transaction) { return first }
            guard let kept = try await transaction.query(RuleSetStore.keep(caller.actor)).first else {
                throw Problem.internal
            }
            let inForce = try await sets.inForce(transaction)
            let document = RuleDocument(rule)
            let table = inForce.rules.filter { $0.rule.id != rule.id } + [document]
            let isSame = inForce.rules.contains { $0.isSame(as: document) }
            let findings = try await sets.findings(
                of: table, changed: isSame ? [] : [rule.id], caller, in: transaction)
            try Self.refuse(findings, rule, language)
            var statements = try RuleStore.create(rule, by: caller.actor)
            statements.append(
                """
                SELECT casework.record_rule(\(Int32(try kept.decode("version", as: Int.self)))::int4, \(rule.name),
                    \(body.untried ?? "Satu aturan ditulis langsung"), \(caller.actor))::int8 AS version
                """)
            let results = try await transaction.pipeline(statements)
            guard results.count == 3, let row = results[1].first else { throw Problem.internal }
            let reply = try Reply(try RuleView.json(row, directory: caller.directory), status: .created)
            if let repeatable { try await transaction.execute(repeatable.keep(reply)) }
            return reply
        }
    }

    /// What is named and does not exist is a wrong field; what collides with other rules is a conflict.
    private static func refuse(_ findings: [RuleFinding], _ rule: RuleBody, _ language: Language) throws(Problem) {
        var errors: [FieldError] = []
        for finding in findings where finding.isBlocking {
            switch finding.code {
            case .unknownCategory: errors.append(FieldError(pointer: "#/category", code: "unknown_category"))
            case .unknownArea: errors.append(FieldError(pointer: "#/area_code", code: "unknown_area"))
            case .expired: errors.append(FieldError(pointer: "#/valid_to", code: "bad_format", detail: finding.detail))
            case .unknownQuestion:
                errors.append(FieldError(pointer: "#/answers", code: "bad_format", detail: finding.detail))
            default: break
            }
        }
        let isGone = { (code: String) in
            findings.contains {
                $0.isBlocking && $0.subject == code && ($0.code == .unknownOffice || $0.code == .dissolvedOffice)
            }
        }
        if let lead = rule.lead, isGone(lead) { errors.append(FieldError(pointer: "#/lead", code: "unknown_office")) }
        for (place, code) in rule.contributors.enumerated() where isGone(code) {
            errors.append(FieldError(pointer: "#/contributors/\(place)", code: "unknown_office"))
        }
        guard errors.isEmpty else { throw .validation(errors) }
        if findings.contains(where: \.isBlocking) { throw .ruleConflict(findings, language) }
    }
}
