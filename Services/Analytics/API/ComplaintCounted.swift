public import Foundation

/// One complaint that an intake accepted: the data of the event `complaint.counted`, intake → analytics.
public struct ComplaintCounted: Codable, Sendable, Hashable {
    /// The event's name on the wire.
    public static let eventType = "complaint.counted"

    /// Id of the complaint and of its case.
    public var complaintID: UUID
    public var receivedAt: Date
    public var kind: String
    public var category: String?
    /// A confidential complaint is not counted at all: a small count would give it away.
    public var confidential: Bool

    public init(complaintID: UUID, receivedAt: Date, kind: String, category: String?, confidential: Bool) {
        self.complaintID = complaintID
        self.receivedAt = receivedAt
        self.kind = kind
        self.category = category
        self.confidential = confidential
    }

    private enum CodingKeys: String, CodingKey {
        case kind, category, confidential
        case complaintID = "complaint_id"
        case receivedAt = "received_at"
    }
}
