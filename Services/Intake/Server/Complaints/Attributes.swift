import Foundation
import IntakeAPI
import ServiceKit
import SinergiCore
import Tenancy

/// Takes apart the member `attributes`: an object of answers, whose names are data.
enum AttributeReader {
    private static let limit = 60

    static func values(of name: String, in fields: inout FieldReader) -> [(code: String, value: JSONValue)] {
        guard let value = fields.value(name) else { return [] }
        guard let members = value.object?.members else {
            fields.fail(name, "bad_format")
            return []
        }
        guard members.count <= limit else {
            fields.fail(name, "too_long")
            return []
        }
        return members.filter { !$0.value.isNull && $0.value.string != "" }.map { ($0.name, $0.value) }
    }
}

/// Holds answers against the questions of a category.
struct AttributeRules {
    let questions: [Directory.Question]
    let isForm: Bool

    struct Result {
        var values: [String: AttributeValue] = [:]
        /// Codes of questions that apply, are required and have no answer.
        var open: [String] = []
        var errors: [FieldError] = []
    }

    /// - Parameter known: Whether there is a category: without one no question can be known, and none is wrong.
    func check(_ answers: [(code: String, value: JSONValue)]) -> Result {
        var result = Result()
        for (code, value) in answers {
            guard let question = questions.first(where: { $0.code == code }) else {
                // The page asks the questions of every category; those of others are not for this one.
                if !isForm { result.errors.append(FieldError(pointer: pointer(code), code: "unknown_field")) }
                continue
            }
            guard let read = read(value, for: question) else {
                result.errors.append(
                    FieldError(pointer: pointer(code), code: "bad_format", detail: Self.advice(question)))
                continue
            }
            result.values[code] = read
        }
        result.open = questions.filter { question in
            question.required && result.values[question.code] == nil && applies(question, result.values)
        }.map(\.code)
        return result
    }

    private func pointer(_ code: String) -> String { FieldError.pointer(["attributes", code]) }

    private func applies(_ question: Directory.Question, _ values: [String: AttributeValue]) -> Bool {
        guard let condition = question.onlyIf else { return true }
        return switch values[condition.question] {
        case .text(let text)?: text == condition.equals
        case .truth(let truth)?: String(truth) == condition.equals
        case .number(let number)?: Double(condition.equals) == number
        case .choices(let codes)?: codes.contains(condition.equals)
        case nil: false
        }
    }

    private func read(_ value: JSONValue, for question: Directory.Question) -> AttributeValue? {
        let codes = Set(question.options.map(\.code))
        switch question.form {
        case .text:
            guard let text = value.string?.trimmed, text.unicodeScalars.count <= 1000,
                !text.unicodeScalars.contains("\0")
            else { return nil }
            return .text(text)
        case .number:
            let text = isForm ? value.string?.replacing(",", with: ".") : nil
            guard let number = value.number ?? text.flatMap(Double.init), number.isFinite else { return nil }
            return .number(number)
        case .boolean:
            if let truth = value.bool { return .truth(truth) }
            guard isForm, let text = value.string else { return nil }
            return .truth(["on", "true", "1", "yes"].contains(text))
        case .date:
            guard let text = value.string, Timestamp.isDay(text) else { return nil }
            return .text(text)
        case .choice:
            guard let code = value.string, codes.contains(code) else { return nil }
            return .text(code)
        case .choices:
            let given = value.array?.compactMap(\.string) ?? (isForm ? value.string.map { [$0] } : nil)
            guard let given, value.array.map({ $0.count == given.count }) ?? true, codes.isSuperset(of: given),
                given.count <= codes.count
            else { return nil }
            return .choices(given)
        }
    }

    private static func advice(_ question: Directory.Question) -> Localized {
        switch question.form {
        case .choice, .choices:
            let codes = question.options.map(\.code).joined(separator: ", ")
            return Localized(id: "Pilih dari: \(codes).", en: "Choose from: \(codes).")
        case .number: return Localized(id: "Tulis angka.", en: "Write a number.")
        case .boolean: return Localized(id: "Tulis true atau false.", en: "Write true or false.")
        case .date: return Localized(id: "Tulis tanggal seperti 2026-11-20.", en: "Write a date like 2026-11-20.")
        case .text: return Localized(id: "Tulis teks, paling banyak 1000 huruf.", en: "Write at most 1000 characters.")
        }
    }
}
