/// How to reach a reporter; the plain text inside `ReporterNotice.sealedContact`, as JSON.
///
/// It exists in memory only, between opening and sending. Neither the database nor a log ever holds it.
public struct ReporterContact: Codable, Sendable, Hashable {
    public var name: String?
    /// An e-mail address.
    public var email: String?
    /// A telephone number in international form, such as `+628115550123`.
    public var phone: String?
    /// For whom they file; no notice uses it.
    public var onBehalfOf: String?
    /// Where they are or live, degrees; no notice uses it.
    public var lat: Double?
    public var long: Double?
    /// `email`, `sms`, `whatsapp` or `none`; `nil`: every way there is.
    public var preferredChannel: String?

    public init(
        name: String?, email: String?, phone: String?, onBehalfOf: String? = nil, lat: Double? = nil,
        long: Double? = nil, preferredChannel: String? = nil
    ) {
        self.name = name
        self.email = email
        self.phone = phone
        self.onBehalfOf = onBehalfOf
        self.lat = lat
        self.long = long
        self.preferredChannel = preferredChannel
    }

    enum CodingKeys: String, CodingKey {
        case name, email, phone, lat, long
        case onBehalfOf = "on_behalf_of"
        case preferredChannel = "preferred_channel"
    }
}
