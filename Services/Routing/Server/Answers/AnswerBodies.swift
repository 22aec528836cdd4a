import Foundation
import ServiceKit

/// Body of `POST /v1/cases/{id}/answers`.
struct AnswerBody: RequestBodyFields, Sendable {
    let body: String
    let interim: Bool
    /// In whose name it speaks; by default the caller's office, else the agency's part in the case.
    let office: String?
    /// The template that it started from: then something about the case must have been added.
    let template: UUID?
    /// The publication that it shall replace, visibly.
    let corrects: UUID?

    init(fields: inout FieldReader) {
        body = fields.requiredString("body", min: 20, max: 10_000)
        interim = fields.bool("interim") ?? false
        office = fields.string("office", max: 60)?.uppercased()
        template = fields.uuid("template_id")
        corrects = fields.uuid("corrects")
    }
}

/// Body of steps that may carry a note.
struct NoteBody: RequestBodyFields, Sendable {
    let note: String?

    init(note: String?) { self.note = note }

    init(fields: inout FieldReader) {
        note = fields.string("note", max: 2000)
    }
}
