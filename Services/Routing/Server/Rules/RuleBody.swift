import Foundation
import ServiceKit
import SinergiCore

/// Body of `POST /v1/rules`.
struct RuleBody: RequestBodyFields, Sendable {
    /// An existing rule gets a new version.
    let id: UUID?
    let name: String
    let priority: Int
    let category: String?
    let area: String?
    let kind: Kind?
    let words: [String]
    let lead: String?
    let contributors: [String]
    let hold: Bool

    init(fields: inout FieldReader) {
        id = fields.uuid("rule_id")
        name = fields.requiredString("name", min: 3, max: 200)
        priority = fields.integer("priority", in: 0...100_000) ?? 100
        category = fields.string("category", max: 81)
        area = fields.string("area_code", max: 20)
        kind = fields.choice("kind", Kind.self)
        words = fields.strings("words", max: 50, length: 100) ?? []
        lead = fields.string("lead", max: 60)?.uppercased()
        contributors = (fields.strings("contributors", max: 10, length: 60) ?? []).map { $0.uppercased() }
        hold = fields.bool("hold") ?? false
        if lead == nil, !hold { fields.fail("lead", "required") }
    }
}
