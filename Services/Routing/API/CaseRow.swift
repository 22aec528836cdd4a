public import Foundation
public import SinergiCore

/// One line of a queue: one office's part in a case.
public struct CaseRow: Codable, Sendable, Equatable {
    public var caseID: CaseID
    public var trackingCode: String
    public var title: String
    public var status: String
    public var kind: String
    @Nullable public var category: String?
    @Nullable public var areaCode: String?
    /// The office that answers for the case.
    @Nullable public var lead: OfficeRef?
    /// The office whose part this line is.
    @Nullable public var office: OfficeRef?
    /// `lead`, `contributor` or `monitor`.
    public var role: String
    /// `offered`, `active`, `finished` or `ended`.
    public var partState: String
    /// The offer that this part came by.
    @Nullable public var handoffID: HandoffID?
    /// Id of the officer who works on it.
    @Nullable public var officer: OfficerID?
    @Nullable public var officerName: String?
    public var priority: String
    public var receivedAt: Date
    /// When this part is due; a holder's never exceeds the case's.
    @Nullable public var dueAt: Date?

    public init(
        caseID: CaseID, trackingCode: String, title: String, status: String, kind: String, category: String?,
        areaCode: String?, lead: OfficeRef?, office: OfficeRef?, role: String, partState: String,
        handoffID: HandoffID?, officer: OfficerID?, officerName: String?, priority: String, receivedAt: Date,
        dueAt: Date?
    ) {
        self.caseID = caseID
        self.trackingCode = trackingCode
        self.title = title
        self.status = status
        self.kind = kind
        self.category = category
        self.areaCode = areaCode
        self.lead = lead
        self.office = office
        self.role = role
        self.partState = partState
        self.handoffID = handoffID
        self.officer = officer
        self.officerName = officerName
        self.priority = priority
        self.receivedAt = receivedAt
        self.dueAt = dueAt
    }

    enum CodingKeys: String, CodingKey {
        case title, status, kind, category, lead, office, role, officer, priority
        case caseID = "case_id"
        case trackingCode = "tracking_code"
        case areaCode = "area_code"
        case partState = "part_state"
        case handoffID = "handoff_id"
        case officerName = "officer_name"
        case receivedAt = "received_at"
        case dueAt = "due_at"
    }
}
