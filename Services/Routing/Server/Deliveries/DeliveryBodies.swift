import ServiceKit

/// Body of `POST /v1/cases/{id}/deliveries`: how the part of an office without login gets there.
struct DeliveryBody: RequestBodyFields, Sendable {
    enum Means: String {
        case link, letter, elsewhere
    }
    let office: String
    let means: Means
    /// How long a link opens; 14 days unless told.
    let days: Int
    /// Where it was noted, with `elsewhere`.
    let reference: String?
    /// Telephone or address that the link goes to, for the record.
    let sentTo: String?

    init(fields: inout FieldReader) {
        office = fields.requiredString("office", max: 60).uppercased()
        if !fields.contains("means") { fields.fail("means", "required") }
        means = fields.choice("means", Means.self) ?? .link
        days = fields.integer("days", in: 1...60) ?? 14
        reference = fields.string("reference", max: 200)
        sentTo = fields.string("sent_to", max: 254)
        if means == .elsewhere, reference == nil { fields.fail("reference", "required") }
    }
}
