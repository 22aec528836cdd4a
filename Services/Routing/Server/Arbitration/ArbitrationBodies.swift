import ServiceKit
import SinergiCore

/// Body of `POST /v1/arbitrations/{id}/decide`.
struct DecideBody: RequestBodyFields, Sendable {
    /// An office beside the lead, and what is asked of it.
    struct Contributor: Sendable, Encodable {
        let office: String
        let request: String?
    }
    let lead: String
    let contributors: [Contributor]
    let monitor: String?
    let reason: String
    /// Refused by all whom it concerns: then the final answer waits until each named one has answered.
    let multiAgency: Bool

    init(fields: inout FieldReader) {
        lead = fields.requiredString("lead", max: 60).uppercased()
        contributors =
            fields.objects("contributors", max: 10) { fields in
                Contributor(
                    office: fields.requiredString("office", max: 60).uppercased(),
                    request: fields.string("request", max: 2000))
            } ?? []
        monitor = fields.string("monitor", max: 60)?.uppercased()
        reason = fields.requiredString("reason", max: 2000)
        multiAgency = fields.bool("multi_agency") ?? false
    }
}

/// Body of `POST /v1/arbitrations`.
struct RequestArbitrationBody: RequestBodyFields, Sendable {
    let caseID: CaseID
    let reason: ReasonBody

    init(fields: inout FieldReader) {
        caseID = CaseID(fields.requiredUUID("case_id"))
        reason = ReasonBody(fields: &fields)
    }
}

/// Body of `POST /v1/arbitrations/{id}/advice`.
struct AdviceBody: RequestBodyFields, Sendable {
    /// One of the agency's offices in capitals; the caller's own unless told.
    let office: String?
    let body: String

    init(fields: inout FieldReader) {
        office = fields.string("office", max: 60)?.uppercased()
        body = fields.requiredString("body", min: 10, max: 5000)
    }
}
