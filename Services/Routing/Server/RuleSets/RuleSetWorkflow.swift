import Foundation
import HTTPTypes
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// Drafts and versions of an agency's decision table.
struct RuleSetWorkflow: Sendable {
    let database: AgencyDatabase

    /// Characters of one draft's rules: the answer to its creation is kept for repeats.
    private static let longest = 150_000

    func drafts(_ caller: Caller) async throws -> JSONValue {
        try caller.requireRules()
        let rows = try await database.query(caller, RuleSetStore.drafts(limit: RuleSetStore.mostDrafts))
        return ShortList.document(try rows.map { try RuleSetView.json($0) })
    }

    func versions(before version: Int?, limit: Int, _ caller: Caller) async throws -> (rows: [JSONValue], next: Int?) {
        try caller.requireRules()
        let rows = try await database.query(caller, RuleSetStore.versions(before: version, limit: limit))
        let shown = rows.prefix(limit)
        let next = rows.count > limit ? try shown.last?.decodeIfPresent("version", as: Int.self) : nil
        return (try shown.map { try RuleSetView.json($0) }, next)
    }

    func version(_ version: Int, _ caller: Caller) async throws -> Reply {
        try caller.requireRules()
        guard let row = try await database.query(caller, RuleSetStore.version(version)).first else {
            throw Problem.notFound
        }
        return try Reply(try RuleSetView.json(row, rules: .raw(try row.decode("rules", as: String.self))))
    }

    func draft(_ id: UUID, _ caller: Caller, _ language: Language) async throws -> Reply {
        try caller.requireRules()
        return try await view(id, caller, language, in: AgencyQueries(database: database, scope: caller.scope))
    }

    func create(
        _ body: RuleDraftBody, _ caller: Caller, _ language: Language, repeatable: IdempotentRequest?
    ) async throws -> Reply {
        let id = UUID.v7()
        return try await change(caller, repeatable) { transaction, version in
            let inForce = try await inForce(transaction)
            let rules = body.rules.map { JSONValue.array($0.map(\.json)) } ?? .array(inForce.rules.map(\.json))
            let text = try Self.bounded(rules)
            let statement = RuleSetStore.create(
                id, name: body.name, note: body.note, base: body.adds ? nil : version, rules: text, by: caller.actor)
            guard !(try await transaction.query(statement).isEmpty) else { throw Self.tooManyDrafts }
            return try await view(id, caller, language, in: transaction, status: .created)
        }
    }

    /// A draft that holds the rules of an earlier version.
    func restore(
        _ version: Int, _ caller: Caller, _ language: Language, repeatable: IdempotentRequest?
    ) async throws -> Reply {
        let id = UUID.v7()
        return try await change(caller, repeatable) { transaction, current in
            guard let old = try await transaction.query(RuleSetStore.version(version)).first else {
                throw Problem.notFound
            }
            let statement = RuleSetStore.create(
                id, name: "Kembali ke versi \(version)", note: nil, base: current,
                rules: try old.decode("rules", as: String.self), by: caller.actor)
            guard !(try await transaction.query(statement).isEmpty) else { throw Self.tooManyDrafts }
            return try await view(id, caller, language, in: transaction, status: .created)
        }
    }

    func change(
        _ id: UUID, expected: Int?, _ body: RuleDraftChange, _ caller: Caller, _ language: Language
    ) async throws -> Reply {
        let text = try Self.bounded(.array(body.rules.map(\.json)))
        return try await database.withAgencyRetrying(caller) { transaction in
            let statement = RuleSetStore.change(id, revision: expected, body, rules: text, by: caller.actor)
            guard !(try await transaction.query(statement).isEmpty) else {
                throw try await refusal(id, expected: expected, caller, language, in: transaction)
            }
            return try await view(id, caller, language, in: transaction)
        }
    }

    func discard(_ id: UUID, expected: Int?, _ caller: Caller, _ language: Language) async throws {
        try await database.withAgencyRetrying(caller) { transaction in
            let statement = RuleSetStore.discard(id, revision: expected, by: caller.actor)
            guard !(try await transaction.query(statement).isEmpty) else {
                throw try await refusal(id, expected: expected, caller, language, in: transaction)
            }
        }
    }

    /// Puts a draft in force.
    func activate(
        _ id: UUID, expected: Int?, untried: String?, _ caller: Caller, _ language: Language
    ) async throws -> Reply {
        try await change(caller, nil) { transaction, version in
            guard let row = try await transaction.query(RuleSetStore.draft(id)).first else { throw Problem.notFound }
            let draft = try RuleDraft(row: row)
            guard draft.state == "draft", expected == nil || expected == draft.revision else {
                throw try await refusal(id, expected: expected, caller, language, in: transaction)
            }
            guard draft.base == nil || draft.base == version else {
                throw Problem.changedMeanwhile(current: try await current(id, caller, language, in: transaction))
                    .explained(
                        id: "Aturan yang berlaku sudah menjadi versi \(version). Periksa, lalu kirim base_version itu.",
                        en: "The rules in force are version \(version) by now. Compare, then send that base_version.")
            }
            let inForce = try await inForce(transaction)
            let table = draft.table(over: inForce)
            guard table.count <= RuleDraft.most else { throw Problem.invalid("#/rules", "too_long") }
            let findings = try await findings(
                of: table, changed: draft.changed(from: inForce), caller, in: transaction)
            if findings.contains(where: \.isBlocking) { throw Problem.ruleConflict(findings, language) }
            do {
                _ = try await transaction.query(
                    """
                    SELECT casework.activate_rules(\(id), \(Int32(draft.revision))::int4, \(Int32(version))::int4,
                        \(try JSONWriter.text(of: JSONValue.array(table.map(\.json))))::jsonb, \(untried), \(caller.actor))::int8 AS version
                    """)
            } catch let error as PostgresError where error.message == "simulation_required" {
                throw Problem.simulationRequired
            }
            return try await view(id, caller, language, in: transaction)
        }
    }

    /// Changes of an agency's rules go one after the other; what is in force is on record before each.
    private func change(
        _ caller: Caller, _ repeatable: IdempotentRequest?,
        _ body: (PostgresTransaction, _ version: Int) async throws -> Reply
    ) async throws -> Reply {
        try await database.withAgencyRetrying(caller) { transaction in
            if let first = try await repeatable?.claim(in: transaction) { return first }
            guard let row = try await transaction.query(RuleSetStore.keep(caller.actor)).first else {
                throw Problem.internal
            }
            let reply = try await body(transaction, try row.decode("version", as: Int.self))
            if let repeatable { try await transaction.execute(repeatable.keep(reply)) }
            return reply
        }
    }

    func inForce(_ queries: some PostgresQueryable) async throws -> RulesInForce {
        guard let row = try await queries.query(RulesInForce.statement).first else { throw Problem.internal }
        return try RulesInForce(row: row)
    }

    func findings(
        of table: [RuleDocument], changed: Set<UUID>, _ caller: Caller, in queries: some PostgresQueryable
    ) async throws -> [RuleFinding] {
        let named = table.flatMap(\.rule.conditions).compactMap { if case .area(let code) = $0 { code } else { nil } }
        let known = try await queries.query(RuleSetStore.areas(Set(named).sorted()))
        return RuleFindings(
            agency: caller.scope.number, directory: caller.directory,
            areas: Set(try known.map { try $0.decode("code", as: String.self) }), changed: changed, now: Date()
        ).of(table)
    }

    /// A rule set with everything that its author wants to see beside it.
    private func view(
        _ id: UUID, _ caller: Caller, _ language: Language, in queries: some PostgresQueryable,
        status: HTTPResponse.Status = .ok
    ) async throws -> Reply {
        guard let row = try await queries.query(RuleSetStore.draft(id)).first else { throw Problem.notFound }
        let draft = try RuleDraft(row: row)
        var shown = JSONValue.null
        if draft.state == "draft" {
            let inForce = try await inForce(queries)
            let findings = try await findings(
                of: draft.table(over: inForce), changed: draft.changed(from: inForce), caller, in: queries)
            shown = .array(findings.map { $0.json(language) })
        }
        let trial = try await queries.query(RuleSetStore.simulation(of: id)).first.map(RuleSimulation.stored)
        return try Reply(
            try RuleSetView.json(row, rules: .raw(draft.text), findings: shown, simulation: trial ?? .null),
            status: status, version: draft.revision,
            location: status == .created ? "v1/rules/drafts/\(id.text)" : nil)
    }

    private func current(
        _ id: UUID, _ caller: Caller, _ language: Language, in queries: some PostgresQueryable
    ) async throws -> JSONValue {
        .raw(String(decoding: try await view(id, caller, language, in: queries).bytes, as: UTF8.self))
    }

    /// Why a draft could not be changed.
    private func refusal(
        _ id: UUID, expected: Int?, _ caller: Caller, _ language: Language, in queries: some PostgresQueryable
    ) async throws -> Problem {
        let now = try await view(id, caller, language, in: queries)
        let current = JSONValue.raw(String(decoding: now.bytes, as: UTF8.self))
        let isStale = expected != nil && expected != now.version
        return isStale ? .changedMeanwhile(current: current) : .wrongState(current: current)
    }

    private static func bounded(_ rules: JSONValue) throws -> String {
        let text = try JSONWriter.text(of: rules)
        guard text.utf8.count <= longest else { throw Problem.invalid("#/rules", "too_long") }
        return text
    }

    private static let tooManyDrafts = Problem.wrongState().explained(
        id: "Instansi ini sudah punya \(RuleSetStore.mostDrafts) rancangan aturan. Hapus yang tidak dipakai.",
        en: "This agency has \(RuleSetStore.mostDrafts) drafts of rules already. Remove those that are not needed.")
}

extension Caller {
    /// Who may write an agency's rules may read them, and so may its officers.
    func requireRules() throws(Problem) {
        guard may(.manageRules) || may(.read) else { throw Problem.insufficientRole }
    }
}

extension Problem {
    /// The rules collide with each other or with the directory: `current` lists how.
    static func ruleConflict(_ findings: [RuleFinding], _ language: Language) -> Problem {
        let first = findings.first { $0.isBlocking }
        return Problem(
            status: .conflict, code: "rule_conflict", title: Localized(id: "Aturan bertabrakan", en: "Rules collide"),
            detail: Localized(
                id: "Perbaiki aturan “\(first?.rule.name ?? "")”: \(first?.detail.id ?? "")",
                en: "Mend the rule “\(first?.rule.name ?? "")”: \(first?.detail.en ?? "")"),
            current: ["conflicts": .array(findings.map { $0.json(language) })])
    }

    static let simulationRequired = Problem(
        status: .conflict, code: "simulation_required",
        title: Localized(id: "Belum disimulasikan", en: "Not simulated"),
        detail: Localized(
            id: "Simulasikan rancangan ini lebih dulu, atau tulis alasan dalam without_simulation.",
            en: "Simulate this draft first, or give a reason in without_simulation."))
}
