public import Foundation
public import SinergiCore

/// One office's part in a case.
public struct ParticipationView: Codable, Sendable, Equatable {
    @Nullable public var office: OfficeRef?
    public var role: String
    public var partState: String
    public var since: Date
    @Nullable public var until: Date?
    @Nullable public var dueAt: Date?
    /// Id of the officer; only of the own agency.
    @Nullable public var officer: OfficerID?
    @Nullable public var officerName: String?
    /// The office's own number of this case.
    @Nullable public var externalReference: String?
    /// What the office did, once its part is finished.
    @Nullable public var result: String? = nil
    /// Given by an arbiter: it cannot be declined or left.
    public var bound = false

    public init(
        office: OfficeRef?, role: String, partState: String, since: Date, until: Date?, dueAt: Date?,
        officer: OfficerID?, officerName: String?, externalReference: String?
    ) {
        self.office = office
        self.role = role
        self.partState = partState
        self.since = since
        self.until = until
        self.dueAt = dueAt
        self.officer = officer
        self.officerName = officerName
        self.externalReference = externalReference
    }

    enum CodingKeys: String, CodingKey {
        case office, role, since, until, officer, result, bound
        case partState = "part_state"
        case dueAt = "due_at"
        case officerName = "officer_name"
        case externalReference = "external_reference"
    }
}

/// How long an office held a case.
public struct HoldingView: Codable, Sendable, Equatable {
    @Nullable public var office: OfficeRef?
    public var since: Date
    /// `nil`: it holds it now.
    @Nullable public var until: Date?

    public init(office: OfficeRef?, since: Date, until: Date?) {
        self.office = office
        self.since = since
        self.until = until
    }
}

/// What belongs to an outcome: a promise's day and money, or to whom a case was referred.
public struct OutcomeDetails: Codable, Sendable, Equatable {
    /// `YYYY-MM-DD`.
    @Nullable public var date: String?
    @Nullable public var budgetSource: String?
    @Nullable public var body: String?
    @Nullable public var how: String?
    @Nullable public var told: String?

    enum CodingKeys: String, CodingKey {
        case date, body, how, told
        case budgetSource = "budget_source"
    }
}

/// One limit that runs, or ran, on a case or on one office's part.
public struct ClockView: Codable, Sendable, Equatable {
    public var step: String
    @Nullable public var office: OfficeRef?
    public var startedAt: Date
    public var dueAt: Date
    /// `running`, `paused`, `stopped` or `expired`.
    public var state: String
    /// The year's calendar is not decreed yet.
    public var provisional: Bool
    @Nullable public var legalBasis: String?
    /// How far it was escalated: 1 warned, 2 supervisor, 3 coordinator, 4 the supervisor outside.
    public var rung: Int

    public init(
        step: String, office: OfficeRef?, startedAt: Date, dueAt: Date, state: String, provisional: Bool,
        legalBasis: String?, rung: Int
    ) {
        self.step = step
        self.office = office
        self.startedAt = startedAt
        self.dueAt = dueAt
        self.state = state
        self.provisional = provisional
        self.legalBasis = legalBasis
        self.rung = rung
    }

    enum CodingKeys: String, CodingKey {
        case step, office, state, provisional, rung
        case startedAt = "started_at"
        case dueAt = "due_at"
        case legalBasis = "legal_basis"
    }
}

/// One line of a case's timeline.
public struct EntryView: Codable, Sendable, Equatable {
    public var seq: Int
    public var at: Date
    @Nullable public var office: OfficeRef?
    @Nullable public var actor: String?
    public var type: String
    public var status: String
    /// `public`, `reporter`, `participants`, `agency` or `office`.
    public var visibility: String
    @Nullable public var body: String?

    public init(
        seq: Int, at: Date, office: OfficeRef?, actor: String?, type: String, status: String, visibility: String,
        body: String?
    ) {
        self.seq = seq
        self.at = at
        self.office = office
        self.actor = actor
        self.type = type
        self.status = status
        self.visibility = visibility
        self.body = body
    }
}
