import Foundation
import ServiceKit
import SinergiCore

/// Body of `POST /v1/cases/{id}/route`, and the rest of the body of `POST /v1/handoffs`.
struct OfferBody: RequestBodyFields, Sendable {
    /// The parts that can be offered.
    enum OfferedRole: String {
        case lead, contributor, monitor
    }
    let to: String
    let role: OfferedRole
    let reason: String
    let request: String?

    init(fields: inout FieldReader) {
        to = fields.requiredString("to", max: 60).uppercased()
        role = fields.choice("role", OfferedRole.self) ?? .lead
        reason = fields.requiredString("reason", max: 2000)
        request = fields.string("request", max: 2000)
    }
}

/// Body of `POST /v1/handoffs`.
struct HandoffBody: RequestBodyFields, Sendable {
    let caseID: CaseID
    let offer: OfferBody

    init(fields: inout FieldReader) {
        caseID = CaseID(fields.requiredUUID("case_id"))
        offer = OfferBody(fields: &fields)
    }
}

/// Body of `POST /v1/handoffs/{id}/accept`.
struct AcceptBody: RequestBodyFields, Sendable {
    let note: String?
    let externalReference: String?

    init(fields: inout FieldReader) {
        note = fields.string("note", max: 2000)
        externalReference = fields.string("external_reference", max: 200)
    }
}

/// Body of `POST /v1/handoffs/{id}/decline`. "Not ours" names whose it is, or `unknown`.
struct DeclineBody: RequestBodyFields, Sendable {
    let code: DeclineReason
    let reason: String
    /// An office's code in capitals, or `unknown`.
    let suggested: String

    init(fields: inout FieldReader) {
        if !fields.contains("reason_code") { fields.fail("reason_code", "required") }
        code = fields.choice("reason_code", DeclineReason.self) ?? .other
        reason = fields.requiredString("reason", max: 2000)
        let office = fields.requiredString("suggested_office", max: 60)
        suggested = office.lowercased() == "unknown" ? "unknown" : office.uppercased()
    }
}

/// Body of requests that only give a reason.
struct ReasonBody: RequestBodyFields, Sendable {
    let reason: String

    init(fields: inout FieldReader) {
        reason = fields.requiredString("reason", max: 2000)
    }
}
