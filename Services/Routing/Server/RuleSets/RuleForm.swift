import Foundation
import ServiceKit
import SinergiCore

/// A rule as the workspace's form edits it: category, area, words, who leads and helps, priority, and whether a person decides.
/// Conditions that the form does not show, such as hours or a border on the map, stay as they are.
enum RuleForm {
    private static let texts = ["name", "category", "area_code", "lead"]

    /// - Parameter old: The rule that is changed; `nil` for a new one.
    static func rule(_ form: FormBody, over old: JSONValue?) -> JSONValue {
        var rule = old?.object ?? JSONObject([(name: "rule_id", value: .string(UUID.v7().text))])
        for name in texts {
            let text = (form[name] ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
            // People may leave the name behind a code that they picked from the list.
            let value = name == "lead" ? code(text) : text
            rule[name] = value.isEmpty ? .null : .string(value)
        }
        let priority = (form["priority"] ?? "").trimmingCharacters(in: .whitespaces)
        rule["priority"] = Int(priority).map { .integer($0) } ?? (priority.isEmpty ? .null : .string(priority))
        let words = lines(form["words"])
        rule["words"] = words.isEmpty ? .null : .array(words.map { .string($0) })
        rule["contributors"] = .array(lines(form["contributors"]).map { .string(code($0)) })
        rule["hold"] = .bool(form["hold"] == "true")
        return .object(rule)
    }

    /// The form's fields of a rule, as text.
    static func fields(_ rule: JSONValue?) -> [String: Any] {
        var fields: [String: Any] = [:]
        for name in texts { fields[name] = rule?[name]?.string ?? "" }
        fields["priority"] = rule?["priority"]?.integer.map(String.init) ?? "100"
        for name in ["words", "contributors"] {
            fields[name] = (rule?[name]?.array ?? []).compactMap(\.string).joined(separator: "\n")
        }
        fields["hold"] = rule?["hold"]?.bool ?? false
        return fields
    }

    /// What was typed and refused.
    static func fields(_ form: FormBody) -> [String: Any] {
        var fields: [String: Any] = [:]
        for name in texts + ["priority", "words", "contributors"] { fields[name] = form[name] ?? "" }
        fields["hold"] = form["hold"] == "true"
        return fields
    }

    private static func lines(_ text: String?) -> [String] {
        (text ?? "").split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty }
    }

    private static func code(_ text: String) -> String { String(text.prefix { $0 != " " }) }
}
