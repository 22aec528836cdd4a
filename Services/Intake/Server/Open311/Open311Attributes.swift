import Foundation
import ServiceKit
import SinergiCore
import Tenancy

/// A category's questions as attributes of a service, and a client's answers to them.
///
/// | our question | datatype | what a client sends |
/// |---|---|---|
/// | text | `string` | at most 1,000 characters |
/// | number | `number` | digits with a point |
/// | date | `datetime` | a day, or a time whose day counts |
/// | boolean | `singlevaluelist` | `true` or `false` |
/// | choice, choices | `singlevaluelist`, `multivaluelist` | keys of the list |
struct Open311Attributes: Sendable {
    let questions: [Directory.Question]

    /// The list `attributes` of a service definition. What is asked under a condition is never required: GeoReport v2 has no
    /// conditions.
    var definition: Open311Value {
        .list(
            of: "attribute",
            questions.enumerated().map { place, question in
                .object([
                    ("variable", .bool(true)), ("code", .text(question.code)), ("datatype", .text(datatype(question))),
                    ("required", .bool(isRequired(question))), ("datatype_description", .optional(hint(question))),
                    ("order", .text(String(place + 1))), ("description", .text(question.nameID)),
                    (
                        "values",
                        .list(
                            of: "value",
                            options(question).map { .object([("key", .text($0.key)), ("name", .text($0.name))]) })
                    ),
                ])
            })
    }

    /// The member `attributes` of a submission.
    /// - Parameter fields: Of the whole form; `attribute[CODE]`, and `attribute[CODE][]` for every further value.
    /// - Throws: 400 for a value of another type, and for a required one that is missing.
    func answers(_ fields: [(name: String, value: String)]) throws(Open311Error) -> JSONObject {
        let given = Self.given(fields)
        var answers = JSONObject()
        for question in questions {
            let values = given.filter { $0.code == question.code }.map(\.value)
            guard let first = values.first else {
                guard !isRequired(question) else { throw .bad("attribute[\(question.code)] is required.") }
                continue
            }
            guard let value = value(first, values, question) else {
                throw .bad(
                    "attribute[\(question.code)] must be a \(datatype(question)). \(hint(question) ?? "")".trimmed)
            }
            answers[question.code] = value
        }
        return answers
    }

    /// Answers to what nobody asked; they stand in the description.
    func others(_ fields: [(name: String, value: String)]) -> [(code: String, value: String)] {
        Self.given(fields).filter { given in !questions.contains { $0.code == given.code } }
    }

    private static func given(_ fields: [(name: String, value: String)]) -> [(code: String, value: String)] {
        fields.compactMap { field in
            guard field.name.hasPrefix("attribute["), !field.value.trimmed.isEmpty else { return nil }
            let code = field.name.dropFirst("attribute[".count).prefix { $0 != "]" }
            return (String(code.prefix(100)), field.value.trimmed)
        }
    }

    private func value(_ first: String, _ all: [String], _ question: Directory.Question) -> JSONValue? {
        let keys = Set(options(question).map(\.key))
        switch question.form {
        case .text: return first.unicodeScalars.count <= 1000 ? .string(first) : nil
        case .number: return Double(first).flatMap { $0.isFinite ? .number($0) : nil }
        case .boolean: return keys.contains(first.lowercased()) ? .bool(first.lowercased() == "true") : nil
        case .date: return Timestamp.isDay(String(first.prefix(10))) ? .string(String(first.prefix(10))) : nil
        case .choice: return keys.contains(first) ? .string(first) : nil
        case .choices: return keys.isSuperset(of: all) ? .array(all.map(JSONValue.string)) : nil
        }
    }

    private func isRequired(_ question: Directory.Question) -> Bool { question.required && question.onlyIf == nil }

    private func datatype(_ question: Directory.Question) -> String {
        switch question.form {
        case .text: "string"
        case .number: "number"
        case .date: "datetime"
        case .boolean, .choice: "singlevaluelist"
        case .choices: "multivaluelist"
        }
    }

    private func options(_ question: Directory.Question) -> [(key: String, name: String)] {
        guard question.form == .boolean else { return question.options.map { ($0.code, $0.nameID) } }
        return [("true", "Ya"), ("false", "Tidak")]
    }

    private func hint(_ question: Directory.Question) -> String? {
        switch question.form {
        case .number: "Angka dengan titik desimal."
        case .date: "Tanggal seperti 2026-11-20."
        case .text: "Paling banyak 1000 huruf."
        case .boolean, .choice, .choices: nil
        }
    }
}
