import Foundation
import IntakeAPI
import ServiceKit
import SinergiCore

/// The body of `POST /v1/complaints`, or the fields of the report form, as they came, with every mistake of form.
struct SubmissionReader {
    /// What could be read; fields that `errors` names hold nothing useful.
    let submission: ComplaintSubmission
    let errors: [FieldError]
    /// Answers to questions as they came; `SubmissionRules` knows what each must be.
    let attributes: [(code: String, value: JSONValue)]
    let isForm: Bool

    /// - Parameter isForm: Every value is a text, and an empty one means nothing.
    init(_ body: JSONValue, isForm: Bool = false) {
        var fields = FieldReader(body, isForm: isForm)
        let contact = fields.object("reporter") { reporter in
            SubmissionContact(
                name: reporter.string("name", max: 200)?.trimmed, email: reporter.string("email", max: 254)?.trimmed,
                phone: reporter.string("phone", max: 40)?.trimmed, lat: reporter.number("lat"),
                long: reporter.number("long"),
                preferredChannel: reporter.choice("preferred_channel", PreferredChannel.self)?.rawValue)
        }
        let accused = fields.object("accused") { accused in
            AccusedParty(
                office: accused.string("office", max: 100)?.trimmed,
                personText: accused.string("person_text", max: 500)?.trimmed)
        }
        attributes = AttributeReader.values(of: "attributes", in: &fields)
        submission = ComplaintSubmission(
            description: fields.requiredString("description", min: 10, max: 10_000).trimmed,
            title: fields.string("title", max: ComplaintTitle.limit)?.trimmed,
            kind: fields.choice("kind", Kind.self)?.rawValue, category: fields.string("category", max: 100)?.trimmed,
            eventDate: fields.day("event_date"), lat: fields.number("lat"), long: fields.number("long"),
            areaCode: fields.string("area_code", max: 100)?.trimmed,
            address: fields.string("address", max: 500)?.trimmed,
            reporter: contact, anonymous: fields.bool("anonymous"), confidential: fields.bool("confidential"),
            language: fields.string("language", max: 100)?.trimmed, source: fields.string("source", max: 100)?.trimmed,
            externalID: fields.string("external_id", max: 200)?.trimmed,
            addressedOffice: fields.string("addressed_office", max: 100)?.trimmed, accused: accused,
            originallyReceivedOn: fields.day("originally_received_on"),
            onBehalfOf: fields.string("on_behalf_of", max: 200)?.trimmed)
        self.isForm = isForm
        do {
            try fields.finish()
            errors = []
        } catch {
            errors = error.errors
        }
    }
}

/// How a reporter may like to be told.
enum PreferredChannel: String {
    case email, sms, whatsapp, none
}

extension FieldError {
    /// What is wrong with one field, with both languages' advice.
    init(_ path: String..., code: String, id: String, en: String) {
        self.init(pointer: FieldError.pointer(path), code: code, detail: Localized(id: id, en: en))
    }
}

extension String {
    var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
