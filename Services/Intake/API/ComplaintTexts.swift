public import SinergiCore

/// The words of a complaint that are sealed together where it is confidential or about misconduct.
///
/// Sealed form: this as JSON, by `Sealer`, `about` the complaint's id in lower case. Who runs the database cannot read it.
public struct ComplaintTexts: Codable, Sendable, Equatable {
    public var title: String
    public var description: String
    public var address: String?
    public var accusedPerson: String?
    public var attributes: [String: AttributeValue]?
    /// The case's own key, as `WordsKey.text`; seals what is written about it later.
    public var wordsKey: String?

    public init(
        title: String, description: String, address: String?, accusedPerson: String?,
        attributes: [String: AttributeValue]?, wordsKey: String? = nil
    ) {
        self.title = title
        self.description = description
        self.address = address
        self.accusedPerson = accusedPerson
        self.attributes = attributes
        self.wordsKey = wordsKey
    }

    public enum CodingKeys: String, CodingKey {
        case title, description, address, attributes
        case accusedPerson = "accused_person"
        case wordsKey = "words_key"
    }
}
