import Foundation
import ServiceKit

/// Which of the agency's offices a request is about; a unit's officer need not say it.
protocol OfficeBody: RequestBodyFields, Sendable {
    /// An office's code in capitals.
    var office: String? { get }
}

extension FieldReader {
    mutating func office() -> String? { string("office", max: 60)?.uppercased() }
}

/// Body of `POST /v1/cases/{id}/part/finish`.
struct FinishBody: OfficeBody {
    let office: String?
    /// What was done, for the lead; 10 characters or more.
    let result: String

    init(fields: inout FieldReader) {
        office = fields.office()
        result = fields.requiredString("result", min: 10, max: 10_000)
    }
}

/// Body of `POST /v1/cases/{id}/part/extend`.
struct ExtendBody: OfficeBody {
    let office: String?
    /// Working days on top of the due date.
    let days: Int
    let reason: String

    init(fields: inout FieldReader) {
        office = fields.office()
        if !fields.contains("days") { fields.fail("days", "required") }
        days = fields.integer("days", in: 1...60) ?? 1
        reason = fields.requiredString("reason", min: 10, max: 1000)
    }
}

/// Body of `POST /v1/cases/{id}/part/withdraw`, and of `…/part/act-for`, where `office` is the silent one.
struct PartReasonBody: OfficeBody {
    let office: String?
    let reason: String

    init(fields: inout FieldReader) {
        office = fields.office()
        reason = fields.requiredString("reason", max: 2000)
    }
}

/// Body of `POST /v1/cases/{id}/part/reference`.
struct ReferenceBody: OfficeBody {
    let office: String?
    /// The office's own number of the case; `null` takes it away.
    let reference: String?

    init(fields: inout FieldReader) {
        office = fields.office()
        reference = fields.string("external_reference", max: 200)
    }
}

/// Body of `POST /v1/cases/{id}/outcome` (product decision 11). `outcome` `null` takes a plan back.
struct OutcomeBody: RequestBodyFields, Sendable {
    enum Planned: String {
        case answered, noted, committed, referred
    }
    let outcome: Planned?
    /// `committed`: the day of the promise and where the money comes from; public.
    let date: String?
    let budgetSource: String?
    /// `referred`: to whom, how it was handed over, and how the reporter was told.
    let body: String?
    let how: String?
    let told: String?

    init(fields: inout FieldReader) {
        outcome = fields.choice("outcome", Planned.self)
        date = fields.day("date")
        budgetSource = fields.string("budget_source", max: 200)
        body = fields.string("body", max: 200)
        how = fields.string("how", max: 500)
        told = fields.string("told", max: 500)
        if outcome == .committed {
            if date == nil { fields.fail("date", "required") }
            if budgetSource == nil { fields.fail("budget_source", "required") }
        } else if outcome == .referred {
            for (name, value) in [("body", body), ("how", how), ("told", told)] where value == nil {
                fields.fail(name, "required")
            }
        }
    }

    /// As the database keeps them.
    var details: JSONObject {
        var details = JSONObject()
        let members = [("date", date), ("budget_source", budgetSource), ("body", body), ("how", how), ("told", told)]
        for case (let name, let value?) in members { details[name] = .string(value) }
        return details
    }
}
