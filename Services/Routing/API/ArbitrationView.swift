public import Foundation
public import SinergiCore

/// A dispute before an arbiter: whose case it is.
public struct ArbitrationView: Codable, Sendable, Equatable {
    public var arbitrationID: ArbitrationID
    /// The arbiter's line of the queue; only in lists of arbitrations.
    @Nullable public var `case`: CaseRow?
    @Nullable public var arbiter: OfficeRef?
    public var openedAt: Date
    public var dueAt: Date
    /// `third_refusal`, `no_holder` or `requested`.
    public var why: String
    @Nullable public var requestedBy: String?
    /// Why an officer asked for it.
    @Nullable public var request: String?
    @Nullable public var decidedAt: Date?
    @Nullable public var decidedBy: String?
    @Nullable public var reason: String?
    /// What parties and offices beside the dispute say.
    public var advice: [Advice]

    /// One office's word to the arbiter.
    public struct Advice: Codable, Sendable, Equatable {
        @Nullable public var office: OfficeRef?
        public var at: Date
        public var body: String

        public init(office: OfficeRef?, at: Date, body: String) {
            self.office = office
            self.at = at
            self.body = body
        }
    }

    public init(
        arbitrationID: ArbitrationID, case: CaseRow?, arbiter: OfficeRef?, openedAt: Date, dueAt: Date, why: String,
        requestedBy: String?, request: String?, decidedAt: Date?, decidedBy: String?, reason: String?,
        advice: [Advice]
    ) {
        self.arbitrationID = arbitrationID
        self.case = `case`
        self.arbiter = arbiter
        self.openedAt = openedAt
        self.dueAt = dueAt
        self.why = why
        self.requestedBy = requestedBy
        self.request = request
        self.decidedAt = decidedAt
        self.decidedBy = decidedBy
        self.reason = reason
        self.advice = advice
    }

    enum CodingKeys: String, CodingKey {
        case `case`, arbiter, why, request, reason, advice
        case arbitrationID = "arbitration_id"
        case openedAt = "opened_at"
        case dueAt = "due_at"
        case requestedBy = "requested_by"
        case decidedAt = "decided_at"
        case decidedBy = "decided_by"
    }
}
