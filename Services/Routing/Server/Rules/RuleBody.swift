import Foundation
import ServiceKit
import SinergiCore

/// A rule as the API takes it: body of `POST /v1/rules`, and every rule of a draft.
struct RuleBody: RequestBodyFields, Sendable {
    enum CasePriority: String, Sendable {
        case low, normal, high, urgent
    }

    /// An existing rule gets a new version.
    let id: UUID
    let name: String
    let priority: Int
    let category: String?
    let area: String?
    let kind: Kind?
    let conditions: RuleConditions
    let lead: String?
    let contributors: [String]
    let hold: Bool
    /// How urgent a case of this rule is.
    let casePriority: CasePriority?
    /// `nil`: from its activation.
    let validFrom: Date?
    let validTo: Date?

    init(fields: inout FieldReader) {
        id = fields.uuid("rule_id") ?? UUID.v7()
        name = fields.requiredString("name", min: 3, max: 200)
        priority = fields.integer("priority", in: 0...100_000) ?? 100
        category = fields.string("category", max: 81)
        area = fields.string("area_code", max: 20)
        kind = fields.choice("kind", Kind.self)
        conditions = RuleConditions(fields: &fields)
        lead = fields.string("lead", max: 60)?.uppercased()
        contributors = (fields.strings("contributors", max: 10, length: 60) ?? []).map { $0.uppercased() }
        hold = fields.bool("hold") ?? false
        casePriority = fields.choice("case_priority", CasePriority.self)
        validFrom = fields.moment("valid_from")
        validTo = fields.moment("valid_to")
        if lead == nil, !hold { fields.fail("lead", "required") }
        if let validTo, validTo <= validFrom ?? .distantPast { fields.fail("valid_to", "bad_format") }
    }

    /// As a rule set keeps it; read again by `init(fields:)`.
    var json: JSONValue {
        var object = conditions.json
        object["rule_id"] = .string(id.text)
        object["name"] = .string(name)
        object["priority"] = .integer(priority)
        object["category"] = category.map { .string($0) } ?? .null
        object["area_code"] = area.map { .string($0) } ?? .null
        object["kind"] = kind.map { .string($0.rawValue) } ?? .null
        object["lead"] = lead.map { .string($0) } ?? .null
        object["contributors"] = .array(contributors.map { .string($0) })
        object["hold"] = .bool(hold)
        object["case_priority"] = casePriority.map { .string($0.rawValue) } ?? .null
        object["valid_from"] = validFrom.map { .string(Timestamp.text($0)) } ?? .null
        object["valid_to"] = validTo.map { .string(Timestamp.text($0)) } ?? .null
        return .object(object)
    }
}

/// Body of `POST /v1/rules`: one rule that goes in force at once.
struct NewRuleBody: RequestBodyFields, Sendable {
    let rule: RuleBody
    /// Why it was not tried on past cases; kept with the version that it makes.
    let untried: String?

    init(fields: inout FieldReader) {
        rule = RuleBody(fields: &fields)
        untried = fields.string("without_simulation", min: 5, max: 2000)
    }
}
