import Foundation
import Postgres
import RoutingAPI
import ServiceKit
import Tenancy

/// A rule of `GET /v1/rules`: what the API takes, its version and state, and whether it can be used.
enum RuleView {
    static func json(_ row: PostgresRow, directory: Directory) throws -> JSONValue {
        let version = try row.decode("version", as: Int.self)
        let document = RuleDocument(.stored(try row.decode("document", as: String.self)), version: version)
        let state = try row.decode("state", as: String.self)
        // Nobody is alarmed about a rule that decides no more.
        let faults = state == "active" ? document.rule.faults(in: directory) : []
        var object = JSONObject(members(of: document))
        object["version"] = .integer(version)
        object["lead"] = try reference(document.rule.lead, directory)
        object["contributors"] = .array(
            try document.rule.contributors.compactMap { code in
                try directory.reference(code: code).map { .raw(try JSONWriter.text(of: $0)) }
            })
        object["state"] = .string(state)
        object["stored"] = document.rule.faults.isEmpty ? .null : document.json
        object["broken"] = .bool(!faults.isEmpty)
        object["faults"] = .array(faults.map { .string($0) })
        object["created_by"] = .string(try row.decode("created_by", as: String.self))
        object["created_at"] = .string(Timestamp.text(try row.decode("created_at", as: Date.self)))
        return .object(object)
    }

    /// All conditions, with `null` or nothing for those that match everything.
    private static func members(of document: RuleDocument) -> [(name: String, value: JSONValue)] {
        let empty: [(name: String, value: JSONValue)] = [
            ("words", []), ("channels", []), ("polygon", .null), ("weekdays", []), ("hours", .null), ("answers", [:]),
        ]
        let given = (document.readable.object ?? JSONObject()).members
        return empty.filter { member in !given.contains { $0.name == member.name } } + given
    }

    private static func reference(_ code: String?, _ directory: Directory) throws -> JSONValue {
        try directory.reference(code: code).map { .raw(try JSONWriter.text(of: $0)) } ?? .null
    }
}
