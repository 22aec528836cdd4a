import IntakeAPI
import ServiceKit
import SinergiCore
import Tenancy

/// Says in words what would still help the officers.
struct MissingAdvice: Sendable {
    let texts: Pages

    func suggestions(
        _ missing: [String], category: String?, _ directory: Directory, _ language: Language
    ) -> [ComplaintReceipt.Suggestion] {
        missing.map { ComplaintReceipt.Suggestion(field: $0, text: text($0, category, directory, language)) }
    }

    private func text(_ field: String, _ category: String?, _ directory: Directory, _ language: Language) -> String {
        guard field.hasPrefix("attributes.") else { return texts.text("missing_\(field)", language) }
        let code = field.dropFirst("attributes.".count)
        let question = directory.questions(of: category).first { $0.code == code }
        return (language == .id ? question?.nameID : question?.nameEN) ?? String(code)
    }
}
