import Foundation
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// What is in force at an agency now.
struct RulesInForce: Sendable {
    /// `nil` where it is not on record yet.
    let version: Int?
    let rules: [RuleDocument]

    static let statement: SQL = """
        SELECT (SELECT s.version::int8 FROM casework.rule_set s WHERE s.agency = directory.me() AND s.state = 'active') AS version,
            casework.rules_document(directory.me())::text AS rules
        """

    init(row: PostgresRow) throws {
        version = try row.decodeIfPresent("version", as: Int.self)
        rules = RuleDraft.documents(try row.decode("rules", as: String.self))
    }
}

/// A rule set that is no draft any more, or is still one.
struct RuleDraft: Sendable {
    /// Rules of one table, and of one draft.
    static let most = 500

    let id: UUID
    let revision: Int
    let version: Int?
    let state: String
    let name: String
    let note: String?
    /// The version that it replaces as a whole; `nil` where its rules are added to those in force.
    let base: Int?
    let rules: [RuleDocument]
    /// The rules as they are kept.
    let text: String

    static let columns: SQL = """
        s.id, s.revision::int8 AS revision, s.version::int8 AS version, s.state, s.name, s.note,
        s.base_version::int8 AS base_version, s.source, s.learnt_from AS case_id, jsonb_array_length(s.rules)::int8 AS count, s.created_by,
        s.created_at, s.updated_by, s.updated_at, s.activated_by, s.activated_at, s.simulation, s.untried, s.retired_at
        """

    init(row: PostgresRow) throws {
        id = try row.decode("id", as: UUID.self)
        revision = try row.decode("revision", as: Int.self)
        version = try row.decodeIfPresent("version", as: Int.self)
        state = try row.decode("state", as: String.self)
        name = try row.decode("name", as: String.self)
        note = try row.decodeIfPresent("note", as: String.self)
        base = try row.decodeIfPresent("base_version", as: Int.self)
        text = try row.decode("rules", as: String.self)
        rules = Self.documents(text)
    }

    static func documents(_ text: String) -> [RuleDocument] {
        (JSONValue.stored(text).array ?? []).map { RuleDocument($0) }
    }

    /// All rules that would stand after its activation.
    func table(over inForce: RulesInForce) -> [RuleDocument] {
        guard base == nil else { return rules }
        let own = Set(rules.map(\.rule.id))
        return inForce.rules.filter { !own.contains($0.rule.id) } + rules
    }

    /// Rules that it adds or changes.
    func changed(from inForce: RulesInForce) -> Set<UUID> {
        let before = Dictionary(inForce.rules.map { ($0.rule.id, $0) }, uniquingKeysWith: { $1 })
        return Set(rules.filter { before[$0.rule.id]?.isSame(as: $0) != true }.map(\.rule.id))
    }
}
