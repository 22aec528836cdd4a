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
    /// Telephone or address that the link goes to: for the record, and with `channel` where it is sent. By default the directory's.
    let sentTo: String?
    /// By which way Sinergi itself sends the link; without it somebody hands it over.
    let channel: Channel?
    /// Where the PIN is sent: another telephone or address than the link's. Without it somebody tells it.
    let pinTo: String?

    enum Channel: String {
        case sms, whatsapp, mail
    }

    init(fields: inout FieldReader) {
        office = fields.requiredString("office", max: 60).uppercased()
        if !fields.contains("means") { fields.fail("means", "required") }
        means = fields.choice("means", Means.self) ?? .link
        days = fields.integer("days", in: 1...60) ?? 14
        reference = fields.string("reference", max: 200)
        sentTo = fields.string("sent_to", max: 254)
        channel = fields.choice("channel", Channel.self)
        pinTo = fields.string("pin_to", max: 254)
        if means == .elsewhere, reference == nil { fields.fail("reference", "required") }
        if means != .link, channel != nil { fields.fail("channel", "bad_format") }
        // Whoever gets both opens the case without anybody having asked who it is.
        if let pinTo, channel == nil || pinTo == sentTo || !OfficeMessage.isAddress(pinTo) {
            fields.fail("pin_to", "bad_format")
        }
        if let channel, let sentTo, !OfficeMessage.isAddress(sentTo, channel) { fields.fail("sent_to", "bad_format") }
    }
}
