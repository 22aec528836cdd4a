public import Foundation

/// Data of `complaint.received`: what routing opens the case with. The complaint's id is the case's.
public struct ComplaintReceived: Codable, Sendable, Equatable {
    public var caseId: UUID
    public var trackingCode: String
    public var kind: String
    public var category: String?
    public var title: String
    public var description: String
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
    public var addressedOffice: String?

    public init(
        caseId: UUID, trackingCode: String, kind: String, category: String?, title: String, description: String,
        areaCode: String?, lat: Double?, long: Double?, address: String?, eventDate: String?, anonymous: Bool,
        confidential: Bool, language: String, receivedAt: Date, addressedOffice: String?
    ) {
        self.caseId = caseId
        self.trackingCode = trackingCode
        self.kind = kind
        self.category = category
        self.title = title
        self.description = description
        self.areaCode = areaCode
        self.lat = lat
        self.long = long
        self.address = address
        self.eventDate = eventDate
        self.anonymous = anonymous
        self.confidential = confidential
        self.language = language
        self.receivedAt = receivedAt
        self.addressedOffice = addressedOffice
    }
}
