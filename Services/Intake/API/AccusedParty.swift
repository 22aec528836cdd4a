/// Whose misconduct a complaint is about (terlapor): an office, a person in the reporter's words, or both.
///
/// That office and its people must not see, find, count or be told of the case (product decision 17).
public struct AccusedParty: Codable, Sendable, Equatable {
    /// An office's code, such as `PPU/DISDUKCAPIL`.
    public var office: String?
    /// Name, duty or looks; at most 500 characters.
    public var personText: String?

    public init(office: String? = nil, personText: String? = nil) {
        self.office = office
        self.personText = personText
    }

    public enum CodingKeys: String, CodingKey, CaseIterable, Sendable {
        case office
        case personText = "person_text"
    }
}
