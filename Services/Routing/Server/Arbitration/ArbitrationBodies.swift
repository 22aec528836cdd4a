import ServiceKit

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
    }
}
