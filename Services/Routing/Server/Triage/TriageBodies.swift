import ServiceKit
import SinergiCore

/// Body of `POST /v1/cases/{id}/ask-information`.
struct AskBody: RequestBodyFields, Sendable {
    /// Everything that is missing, as questions to the reporter: they are asked at most twice in a case.
    let items: [String]

    init(fields: inout FieldReader) {
        items = fields.strings("items", max: 20, length: 300) ?? []
        if items.isEmpty { fields.fail("items", "required") }
    }
}

/// Body of `POST /v1/cases/{id}/hold`.
struct HoldBody: RequestBodyFields, Sendable {
    /// Told to the reporter.
    let reason: String
    /// The day on which the case comes back by itself, `2026-12-31`.
    let until: String

    init(fields: inout FieldReader) {
        reason = fields.requiredString("reason", min: 3, max: 2000)
        until = fields.requiredString("until", max: 10)
        if !until.isEmpty, Day(until) == nil { fields.fail("until", "bad_format") }
    }
}

/// Body of `POST /v1/cases/{id}/archive`.
struct ArchiveBody: RequestBodyFields, Sendable {
    /// A code of `GET /v1/archive-reasons`.
    let reason: String
    /// Told to the reporter after the reason's own sentence.
    let note: String?

    init(fields: inout FieldReader) {
        reason = fields.requiredString("reason_code", max: 40)
        note = fields.string("note", max: 2000)
    }
}

/// Body of `POST /v1/cases/{id}/accept-suggestion`.
struct SuggestionBody: RequestBodyFields, Sendable {
    /// Place of the suggestion in the list, from 1.
    let rank: Int

    init(fields: inout FieldReader) {
        rank = fields.integer("rank", in: 1...10) ?? 1
    }
}

/// Body of `POST /v1/cases/{id}/objection`.
struct ObjectionAnswerBody: RequestBodyFields, Sendable {
    /// Whether the reporter is right; then the officer sends the case elsewhere, by the moves that there are.
    let upheld: Bool
    /// Told to the reporter.
    let note: String

    init(fields: inout FieldReader) {
        let answer = fields.bool("upheld")
        if answer == nil, !fields.contains("upheld") { fields.fail("upheld", "required") }
        upheld = answer ?? false
        note = fields.requiredString("note", min: 10, max: 2000)
    }
}
