import ServiceKit
import SinergiCore
import Tenancy

/// The questions of a category as fields of the report form. All are shown: a page without script cannot wait for an answer, so
/// a question that hangs on another says when it is meant.
struct QuestionFields {
    let questions: [Directory.Question]
    let language: Language
    let problem: Problem?

    /// - Parameter given: The answers to a question, by its code.
    func model(given: (String) -> [String]) -> [[String: Any]] {
        questions.map { question in
            let answers = given(question.code)
            var field: [String: Any] = [
                "code": question.code, "name": name(question), "value": answers.last ?? "",
                "required": question.required,
                "is_\(question.form.rawValue)": true,
                "options": options(question).map { code, name in
                    ["code": code, "name": name, "question": question.code, "selected": answers.contains(code)]
                        as [String: Any]
                },
            ]
            if let condition = question.onlyIf, let other = questions.first(where: { $0.code == condition.question }) {
                let answer = options(other).first { $0.code == condition.equals }?.name ?? condition.equals
                let text = Localized(
                    id: "Isi hanya bila “\(name(other))” dijawab “\(answer)”.",
                    en: "Only if “\(name(other))” is answered “\(answer)”.")
                field["condition"] = text[language]
            }
            if let error = problem?.errors.first(where: { $0.pointer == "#/attributes/\(question.code)" }) {
                field["error"] = error.detail[language]
            }
            return field
        }
    }

    private func name(_ question: Directory.Question) -> String { language == .id ? question.nameID : question.nameEN }

    private func options(_ question: Directory.Question) -> [(code: String, name: String)] {
        guard question.form != .boolean else {
            let (yes, no) = (Localized(id: "Ya", en: "Yes"), Localized(id: "Tidak", en: "No"))
            return [("true", yes[language]), ("false", no[language])]
        }
        return question.options.map { ($0.code, language == .id ? $0.nameID : $0.nameEN) }
    }
}
