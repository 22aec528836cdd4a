public import Foundation
public import SinergiCore

/// An offer of a part from one office to another.
public struct HandoffView: Codable, Sendable, Equatable {
    public var handoffID: HandoffID
    public var caseID: CaseID
    @Nullable public var from: OfficeRef?
    @Nullable public var to: OfficeRef?
    /// `lead`, `contributor` or `monitor`.
    public var role: String
    /// `offered`, `accepted`, `declined`, `recalled`, `expired` or `arbitrated`.
    public var state: String
    /// Which offer of the lead this is, counted over units and agencies alike.
    public var hop: Int
    @Nullable public var reason: String?
    @Nullable public var request: String?
    public var offeredAt: Date
    @Nullable public var dueAt: Date?
    @Nullable public var decidedAt: Date?
    /// `not_our_area`, `not_our_duty` or `other`.
    @Nullable public var reasonCode: String?
    @Nullable public var declineReason: String?
    /// Whose it is in the refusing office's view: a code or `unknown`.
    @Nullable public var suggestedOffice: String?

    public init(
        handoffID: HandoffID, caseID: CaseID, from: OfficeRef?, to: OfficeRef?, role: String, state: String, hop: Int,
        reason: String?, request: String?, offeredAt: Date, dueAt: Date?, decidedAt: Date?, reasonCode: String?,
        declineReason: String?, suggestedOffice: String?
    ) {
        self.handoffID = handoffID
        self.caseID = caseID
        self.from = from
        self.to = to
        self.role = role
        self.state = state
        self.hop = hop
        self.reason = reason
        self.request = request
        self.offeredAt = offeredAt
        self.dueAt = dueAt
        self.decidedAt = decidedAt
        self.reasonCode = reasonCode
        self.declineReason = declineReason
        self.suggestedOffice = suggestedOffice
    }

    enum CodingKeys: String, CodingKey {
        case from, to, role, state, hop, reason, request
        case handoffID = "handoff_id"
        case caseID = "case_id"
        case offeredAt = "offered_at"
        case dueAt = "due_at"
        case decidedAt = "decided_at"
        case reasonCode = "reason_code"
        case declineReason = "decline_reason"
        case suggestedOffice = "suggested_office"
    }
}
