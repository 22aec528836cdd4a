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

    public init(
        title: String, description: String, address: String?, accusedPerson: String?,
        attributes: [String: AttributeValue]?
    ) {
        self.title = title
        self.description = description
        self.address = address
        self.accusedPerson = accusedPerson
        self.attributes = attributes
    }

    public enum CodingKeys: String, CodingKey {
        case title, description, address, attributes
        case accusedPerson = "accused_person"
    }
}
