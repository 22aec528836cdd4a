public import Foundation
public import SinergiCore

/// Data of `complaint.received`: what routing opens the case with. The complaint's id is the case's.
///
/// Of a confidential or supervisory complaint the words are absent; `sealed` holds them (`ComplaintTexts`).
public struct ComplaintReceived: Codable, Sendable, Equatable {
    public var caseId: UUID
    public var trackingCode: String
    public var kind: String
    public var category: String?
    public var title: String?
    public var description: String?
    /// Base 64 of the sealed words, and the id of the agency's key that opens them.
    public var sealed: String?
    public var sealedKey: String?
    public var areaCode: String?
    public var lat: Double?
    public var long: Double?
    public var address: String?
    /// `YYYY-MM-DD`.
    public var eventDate: String?
    public var anonymous: Bool
    public var confidential: Bool
    public var language: String
    public var receivedAt: Date
    /// `YYYY-MM-DD`: when paper or a walk-in reached the agency, if before `receivedAt`.
    public var originallyReceivedOn: String?
    public var addressedOffice: String?
    public var accused: AccusedParty?
    public var attributes: [String: AttributeValue]?
    /// The door it came through, such as `portal` or `whatsapp`.
    public var channel: String
    public var source: String?
    public var externalId: String?
    /// What the words say, whether they are here or sealed.
    public var signs: TextSigns?

    public init(
        caseId: UUID, trackingCode: String, kind: String, category: String?, title: String?, description: String?,
        sealed: String? = nil, sealedKey: String? = nil, areaCode: String?, lat: Double?, long: Double?,
        address: String?, eventDate: String?, anonymous: Bool, confidential: Bool, language: String, receivedAt: Date,
        originallyReceivedOn: String? = nil, addressedOffice: String?, accused: AccusedParty? = nil,
        attributes: [String: AttributeValue]? = nil, channel: String = "api", source: String? = nil,
        externalId: String? = nil, signs: TextSigns? = nil
    ) {
        self.caseId = caseId
        self.trackingCode = trackingCode
        self.kind = kind
        self.category = category
        self.title = title
        self.description = description
        self.sealed = sealed
        self.sealedKey = sealedKey
        self.areaCode = areaCode
        self.lat = lat
        self.long = long
        self.address = address
        self.eventDate = eventDate
        self.anonymous = anonymous
        self.confidential = confidential
        self.language = language
        self.receivedAt = receivedAt
        self.originallyReceivedOn = originallyReceivedOn
        self.addressedOffice = addressedOffice
        self.accused = accused
        self.attributes = attributes
        self.channel = channel
        self.source = source
        self.externalId = externalId
        self.signs = signs
    }
}
