public import Foundation
public import SinergiCore

/// A case that may be the same as another one.
public struct SimilarCase: Codable, Sendable, Equatable {
    public var caseID: CaseID
    public var trackingCode: String
    public var title: String
    public var status: String
    @Nullable public var category: String?
    @Nullable public var areaCode: String?
    public var receivedAt: Date
    @Nullable public var lead: OfficeRef?
    /// 0 to 1: likeness of words half, place three tenths, time and matter a tenth each.
    public var score: Double
    /// What speaks for it, in the reader's language.
    public var reasons: [String]
    /// Whether the caller may merge the case that was asked about into this one.
    public var canMerge: Bool

    public init(
        caseID: CaseID, trackingCode: String, title: String, status: String, category: String?, areaCode: String?,
        receivedAt: Date, lead: OfficeRef?, score: Double, reasons: [String], canMerge: Bool
    ) {
        self.caseID = caseID
        self.trackingCode = trackingCode
        self.title = title
        self.status = status
        self.category = category
        self.areaCode = areaCode
        self.receivedAt = receivedAt
        self.lead = lead
        self.score = score
        self.reasons = reasons
        self.canMerge = canMerge
    }

    enum CodingKeys: String, CodingKey {
        case title, status, category, lead, score, reasons
        case caseID = "case_id"
        case trackingCode = "tracking_code"
        case areaCode = "area_code"
        case receivedAt = "received_at"
        case canMerge = "can_merge"
    }
}

/// A case that another one was merged into or split off from, or the other way round.
public struct LinkedCase: Codable, Sendable, Equatable {
    public var caseID: CaseID
    /// `nil` where the reader's agency has no part in that case.
    @Nullable public var trackingCode: String?
    @Nullable public var title: String?
    @Nullable public var status: String?
    public var linkedAt: Date
    public var linkedBy: String
    public var reason: String

    public init(
        caseID: CaseID, trackingCode: String?, title: String?, status: String?, linkedAt: Date, linkedBy: String,
        reason: String
    ) {
        self.caseID = caseID
        self.trackingCode = trackingCode
        self.title = title
        self.status = status
        self.linkedAt = linkedAt
        self.linkedBy = linkedBy
        self.reason = reason
    }

    enum CodingKeys: String, CodingKey {
        case title, status, reason
        case caseID = "case_id"
        case trackingCode = "tracking_code"
        case linkedAt = "linked_at"
        case linkedBy = "linked_by"
    }
}
