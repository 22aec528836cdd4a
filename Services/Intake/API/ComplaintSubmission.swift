public import SinergiCore

/// What a reporter, or a system in the reporter's name, sends to `POST /v1/complaints`.
///
/// Only `description` and one of `lat` + `long`, `area_code` or `address` are required.
public struct ComplaintSubmission: Codable, Sendable, Equatable {
    /// What happened; 10 to 10,000 characters.
    public var description: String
    /// At most 200 characters; made from the text when absent.
    public var title: String?
    /// `complaint` (default), `supervisory`, `whistleblowing`, `aspiration` or `information`.
    public var kind: String?
    /// A code of `GET /v1/categories`; routing finds it when absent.
    public var category: String?
    /// `YYYY-MM-DD`, not in the future.
    public var eventDate: String?
    /// Degrees north, WGS 84; needs `long`.
    public var lat: Double?
    /// Degrees east, WGS 84; needs `lat`.
    public var long: Double?
    /// Dotted area code, such as `64.09.01`.
    public var areaCode: String?
    /// At most 500 characters.
    public var address: String?
    public var reporter: SubmissionContact?
    /// The identity is hidden, the text may become public.
    public var anonymous: Bool?
    /// The text never becomes public. The default depends on the kind.
    public var confidential: Bool?
    /// `id` (default) or `en`: the language of the answers.
    public var language: String?
    /// The integrating system, with `externalID` its own number of this complaint.
    public var source: String?
    public var externalID: String?
    /// A hint: the office the reporter had in mind. Never binding.
    public var addressedOffice: String?
    /// Whose misconduct it is about; for supervisory complaints and whistle-blowing.
    public var accused: AccusedParty?
    /// Answers to the category's questions, by their codes (`GET /v1/categories`).
    public var attributes: [String: AttributeValue]?
    /// `YYYY-MM-DD`: when a letter or a walk-in reached the office, if it is keyed in later.
    public var originallyReceivedOn: String?
    /// For whom somebody files, such as a neighbour; at most 200 characters. Sealed like the reporter's identity.
    public var onBehalfOf: String?

    public init(
        description: String, title: String? = nil, kind: String? = nil, category: String? = nil,
        eventDate: String? = nil, lat: Double? = nil, long: Double? = nil, areaCode: String? = nil,
        address: String? = nil, reporter: SubmissionContact? = nil, anonymous: Bool? = nil, confidential: Bool? = nil,
        language: String? = nil, source: String? = nil, externalID: String? = nil, addressedOffice: String? = nil,
        accused: AccusedParty? = nil, attributes: [String: AttributeValue]? = nil, originallyReceivedOn: String? = nil,
        onBehalfOf: String? = nil
    ) {
        self.description = description
        self.title = title
        self.kind = kind
        self.category = category
        self.eventDate = eventDate
        self.lat = lat
        self.long = long
        self.areaCode = areaCode
        self.address = address
        self.reporter = reporter
        self.anonymous = anonymous
        self.confidential = confidential
        self.language = language
        self.source = source
        self.externalID = externalID
        self.addressedOffice = addressedOffice
        self.accused = accused
        self.attributes = attributes
        self.originallyReceivedOn = originallyReceivedOn
        self.onBehalfOf = onBehalfOf
    }

    /// The names on the wire.
    public enum CodingKeys: String, CodingKey, CaseIterable, Sendable {
        case description, title, kind, category, lat, long, address, reporter, anonymous, confidential, language, source
        case accused, attributes
        case eventDate = "event_date"
        case areaCode = "area_code"
        case externalID = "external_id"
        case addressedOffice = "addressed_office"
        case originallyReceivedOn = "originally_received_on"
        case onBehalfOf = "on_behalf_of"
    }
}

/// Who complained and how to reach them. It is sealed before it reaches the database.
public struct SubmissionContact: Codable, Sendable, Equatable {
    public var name: String?
    public var email: String?
    /// International form, such as `+6281234567890`.
    public var phone: String?
    /// Where the reporter is or lives, apart from where it happened; degrees, WGS 84.
    public var lat: Double?
    public var long: Double?
    /// How the reporter likes to be told: `email`, `sms`, `whatsapp` or `none`.
    public var preferredChannel: String?

    public init(
        name: String? = nil, email: String? = nil, phone: String? = nil, lat: Double? = nil, long: Double? = nil,
        preferredChannel: String? = nil
    ) {
        self.name = name
        self.email = email
        self.phone = phone
        self.lat = lat
        self.long = long
        self.preferredChannel = preferredChannel
    }

    /// Whether nothing is known of the reporter.
    public var isEmpty: Bool { name == nil && email == nil && phone == nil && lat == nil && preferredChannel == nil }

    /// The names on the wire.
    public enum CodingKeys: String, CodingKey, CaseIterable, Sendable {
        case name, email, phone, lat, long
        case preferredChannel = "preferred_channel"
    }
}
