import ServiceKit
import SinergiCore

/// Body of `POST /v1/cases/{id}/verify`; absent fields stay as they are.
struct VerifyBody: RequestBodyFields, Sendable {
    /// The fields that change, as the database takes them.
    let changes: JSONObject
    let note: String?

    init(fields: inout FieldReader) {
        var changes = JSONObject()
        if let title = fields.string("title", min: 3, max: 200) { changes["title"] = .string(title) }
        if let category = fields.string("category", max: 81) { changes["category"] = .string(category) }
        if let area = fields.string("area_code", max: 20) { changes["area_code"] = .string(area) }
        if let kind = fields.choice("kind", Kind.self) { changes["kind"] = .string(kind.rawValue) }
        if let anonymous = fields.bool("anonymous") { changes["anonymous"] = .bool(anonymous) }
        if let confidential = fields.bool("confidential") { changes["confidential"] = .bool(confidential) }
        if let published = fields.string("description_published", min: 10, max: 10_000) {
            changes["description_published"] = .string(published)
            fields.refuseIdentities(in: published, "description_published")
            // The public reads no title that nobody has checked; what identifies a person is masked in it all the same.
            if let title = changes["title"]?.string {
                changes["title_published"] = .string(PublicText(masking: title, limit: 200).text)
            }
        }
        self.changes = changes
        note = fields.string("note", max: 2000)
    }
}

/// Body of `POST /v1/cases/{id}/assign`.
struct AssignBody: RequestBodyFields, Sendable {
    /// An officer's id or user name.
    let officer: String
    let note: String?

    init(fields: inout FieldReader) {
        officer = fields.requiredString("officer", max: 100)
        note = fields.string("note", max: 2000)
    }
}

/// Body of `POST /v1/cases/{id}/alarm/take`.
struct TakeAlarmBody: RequestBodyFields, Sendable {
    let note: String?

    init(fields: inout FieldReader) {
        note = fields.string("note", max: 2000)
    }
}

/// Body of `POST /v1/cases/{id}/notes`.
struct CaseNoteBody: RequestBodyFields, Sendable {
    /// Who may read a note.
    enum Audience: String {
        case participants, agency, office
    }
    let body: String
    let visibility: Audience

    init(fields: inout FieldReader) {
        body = fields.requiredString("body", max: 10_000)
        visibility = fields.choice("visibility", Audience.self) ?? .agency
    }
}
