import Foundation
import Postgres
import ServiceKit
import SinergiCore

/// A rule set as the API shows it.
enum RuleSetView {
    /// - Parameters:
    ///   - rules: `nil` in lists.
    ///   - findings: What an author should look at; only of drafts.
    ///   - simulation: The latest trial of a draft.
    static func json(
        _ row: PostgresRow, rules: JSONValue = .null, findings: JSONValue = .null, simulation: JSONValue = .null
    ) throws -> JSONValue {
        func text(_ name: StaticString) throws -> JSONValue {
            try row.decodeIfPresent(name, as: String.self).map { .string($0) } ?? .null
        }
        func number(_ name: StaticString) throws -> JSONValue {
            try row.decodeIfPresent(name, as: Int.self).map { .integer($0) } ?? .null
        }
        func moment(_ name: StaticString) throws -> JSONValue {
            try row.decodeIfPresent(name, as: Date.self).map { .string(Timestamp.text($0)) } ?? .null
        }
        func id(_ name: StaticString) throws -> JSONValue {
            try row.decodeIfPresent(name, as: UUID.self).map { .string($0.text) } ?? .null
        }
        return [
            "draft_id": try id("id"), "version": try number("version"), "revision": try number("revision"),
            "state": try text("state"), "name": try text("name"), "note": try text("note"),
            "base_version": try number("base_version"), "source": try text("source"), "case_id": try id("case_id"),
            "rule_count": try number("count"), "created_by": try text("created_by"),
            "created_at": try moment("created_at"), "updated_by": try text("updated_by"),
            "updated_at": try moment("updated_at"), "activated_by": try text("activated_by"),
            "activated_at": try moment("activated_at"), "retired_at": try moment("retired_at"),
            "simulation_id": try id("simulation"), "without_simulation": try text("untried"), "rules": rules,
            "conflicts": findings, "simulation": simulation,
        ]
    }
}
