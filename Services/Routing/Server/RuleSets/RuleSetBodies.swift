import Foundation
import ServiceKit
import SinergiCore

/// Body of `POST /v1/rules/drafts`.
struct RuleDraftBody: RequestBodyFields, Sendable {
    let name: String
    let note: String?
    /// Its rules are added to whatever is in force when it is activated; else it replaces the whole table.
    let adds: Bool
    /// `nil`: a copy of the rules in force.
    let rules: [RuleBody]?

    init(fields: inout FieldReader) {
        name = fields.requiredString("name", min: 3, max: 200)
        note = fields.string("note", max: 2000)
        adds = fields.bool("adds") ?? false
        rules = RuleList.read(&fields)
        if adds, rules?.isEmpty ?? true { fields.fail("rules", "required") }
    }
}

/// Body of `PUT /v1/rules/drafts/{id}`: the draft as it is to be.
struct RuleDraftChange: RequestBodyFields, Sendable {
    let name: String
    let note: String?
    let rules: [RuleBody]
    /// The version in force that the author has compared it with, where that has changed since.
    let base: Int?

    init(fields: inout FieldReader) {
        name = fields.requiredString("name", min: 3, max: 200)
        note = fields.string("note", max: 2000)
        rules = RuleList.read(&fields) ?? []
        base = fields.integer("base_version", in: 1...2_000_000_000)
        if !fields.contains("rules") { fields.fail("rules", "required") }
    }
}

/// Body of `POST …/activate`.
struct ActivateRulesBody: RequestBodyFields, Sendable {
    /// Why it is activated without a trial on past cases.
    let untried: String?

    init(fields: inout FieldReader) {
        untried = fields.string("without_simulation", min: 5, max: 2000)
    }
}

/// Body of `POST …/simulate`.
struct SimulateBody: RequestBodyFields, Sendable {
    /// The latest cases, at most so many.
    let cases: Int
    /// Received from, and before.
    let from: Date?
    let to: Date?

    init(fields: inout FieldReader) {
        cases = fields.integer("cases", in: 1...2000) ?? 600
        from = fields.moment("from")
        to = fields.moment("to")
        if let from, let to, to <= from { fields.fail("to", "bad_format") }
    }
}

private enum RuleList {
    static func read(_ fields: inout FieldReader) -> [RuleBody]? {
        let rules = fields.objects("rules", max: RuleDraft.most) { RuleBody(fields: &$0) }
        if let rules, Set(rules.map(\.id)).count < rules.count {
            fields.fail(
                "rules", "bad_format",
                .init(id: "Satu aturan disebut dua kali.", en: "One rule is named twice."))
        }
        return rules
    }
}
