import IntakeAPI
import SinergiCore

/// A complaint whose fields hold what they should, defaults filled in. What the spool keeps of it is this, sealed.
struct CheckedSubmission: Sendable, Codable {
    var kind: String
    var title: String
    var description: String
    var category: String?
    /// `YYYY-MM-DD`.
    var eventDate: String?
    var lat: Double?
    var long: Double?
    var areaCode: String?
    var address: String?
    var contact: SubmissionContact
    var anonymous: Bool
    var confidential: Bool
    var language: String
    var source: String?
    var externalID: String?
    var addressedOffice: String?
    var accused: AccusedParty?
    var attributes: [String: AttributeValue]?
    /// `YYYY-MM-DD`.
    var originallyReceivedOn: String?
    var onBehalfOf: String?
    /// The door it came through.
    var channel: Channel = .api
    /// Codes of questions that should have been answered.
    var openQuestions: [String] = []
    /// What its words say of danger and misconduct; `nil` where they were not read.
    var signs: TextSigns?

    /// The doors, by their names in the database and in events.
    enum Channel: String, Sendable, Codable {
        case portal, api, desk, whatsapp, sms, social, phone, letter
        case walkIn = "walk_in"
        case csv = "import"
        case open311
    }

    /// Whether its words are sealed: confidential ones, and those about misconduct whatever the flag says.
    var isSealed: Bool { confidential || (Kind(rawValue: kind)?.isConfidentialByDefault ?? true) }

    /// What the officers would like to know and the reporter has not said. Nothing is refused for it: 42 % of one
    /// half-year's national reports were deleted as incomplete (domain.md §1.9).
    var missing: [String] {
        var names: [String] = []
        if eventDate == nil { names.append("event_date") }
        if category == nil { names.append("category") }
        if lat == nil && address == nil { names.append("address") }
        if contact.email == nil && contact.phone == nil { names.append("reporter") }
        if Kind(rawValue: kind)?.isConfidentialByDefault == true, accused == nil { names.append("accused") }
        return names + openQuestions.prefix(30).map { "attributes.\($0)" }
    }
}
