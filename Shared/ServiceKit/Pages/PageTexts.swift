import Foundation
import SinergiCore

/// The words of pages: files `texts.json` with `{"report_title": {"id": "…", "en": "…"}}`, written `{{t.report_title}}`.
struct PageTexts: Sendable {
    private var id: [String: String] = [:]
    private var en: [String: String] = [:]

    func texts(_ language: Language) -> [String: String] {
        language == .id ? id : en
    }

    /// Adds a file's words; those of a service win over the common ones.
    /// - Throws: `ConfigurationError` for a word without both languages.
    mutating func add(_ url: URL) throws {
        guard let words = try JSONParser.parse(Array(Data(contentsOf: url))).object else {
            throw ConfigurationError(key: url.lastPathComponent, reason: "is no JSON object")
        }
        for member in words.members {
            guard let indonesian = member.value["id"]?.string, let english = member.value["en"]?.string else {
                throw ConfigurationError(key: url.lastPathComponent, reason: "“\(member.name)” lacks a language")
            }
            id[member.name] = indonesian
            en[member.name] = english
        }
    }
}
