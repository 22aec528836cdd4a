public import Foundation
public import SinergiCore

/// A case with all its parts, as one agency may see it.
public struct CaseView: Codable, Sendable, Equatable {
    public var caseID: CaseID
    public var trackingCode: String
    public var status: String
    @Nullable public var outcome: String?
    public var kind: String
    @Nullable public var category: String?
    public var title: String
    public var description: String
    /// The text that an officer has checked for publication.
    @Nullable public var descriptionPublished: String?
    @Nullable public var areaCode: String?
    @Nullable public var lat: Double?
    @Nullable public var long: Double?
    @Nullable public var address: String?
    /// `YYYY-MM-DD`.
    @Nullable public var eventDate: String?
    public var anonymous: Bool
    public var confidential: Bool
    /// Only with a grant of the agency that received the complaint.
    @Nullable public var reporter: ReporterView?
    /// Whose misconduct it is about.
    @Nullable public var accused: AccusedView?
    /// Answers to the category's questions, by their codes.
    @Nullable public var attributes: [String: AttributeValue]?
    /// `YYYY-MM-DD`: when paper or a walk-in reached the origin.
    @Nullable public var originallyReceivedOn: String?
    /// The door it came through.
    @Nullable public var channel: String?
    /// The agency that received the complaint.
    @Nullable public var origin: OfficeRef?
    @Nullable public var lead: OfficeRef?
    /// The office that must act next.
    @Nullable public var holder: OfficeRef?
    /// Owns safety and news to the reporter until an arbiter has decided.
    @Nullable public var interimHolder: OfficeRef?
    public var hops: Int
    public var createdAt: Date
    public var updatedAt: Date
    public var participations: [ParticipationView]
    public var handoffs: [HandoffView]
    @Nullable public var arbitration: ArbitrationView?
    public var answers: [AnswerView]
    public var clocks: [ClockView]
    @Nullable public var decision: DecisionView?
    public var entries: [EntryView]
    /// What the caller may do now.
    public var actions: [String]
    /// Who held it from when to when; the spans add up to the case's life.
    public var holding: [HoldingView] = []
    /// What the lead has said the case will end as.
    @Nullable public var plannedOutcome: String? = nil
    /// What belongs to the outcome, planned or final.
    @Nullable public var outcomeDetails: OutcomeDetails? = nil
    /// Every office that an arbiter named must answer before the final answer.
    public var multiAgency = false
    /// The office above, which decides the reporter's appeal.
    @Nullable public var appeal: OfficeRef? = nil
    /// The case that this one follows.
    @Nullable public var mergedInto: LinkedCase? = nil
    /// Cases that follow this one: what its reporter is told, theirs are told too.
    public var merged: [LinkedCase] = []
    /// The case that this one was split off from.
    @Nullable public var splitFrom: LinkedCase? = nil
    /// Cases that were split off this one.
    public var split: [LinkedCase] = []
    /// The surge of like reports that it belongs to.
    @Nullable public var clusterID: UUID? = nil

    public init(
        caseID: CaseID, trackingCode: String, status: String, outcome: String?, kind: String, category: String?,
        title: String, description: String, descriptionPublished: String?, areaCode: String?, lat: Double?,
        long: Double?, address: String?, eventDate: String?, anonymous: Bool, confidential: Bool,
        reporter: ReporterView?, accused: AccusedView? = nil, attributes: [String: AttributeValue]? = nil,
        originallyReceivedOn: String? = nil, channel: String? = nil, origin: OfficeRef?, lead: OfficeRef?,
        holder: OfficeRef?, interimHolder: OfficeRef?,
        hops: Int, createdAt: Date, updatedAt: Date, participations: [ParticipationView], handoffs: [HandoffView],
        arbitration: ArbitrationView?, answers: [AnswerView], clocks: [ClockView], decision: DecisionView?,
        entries: [EntryView], actions: [String]
    ) {
        self.caseID = caseID
        self.trackingCode = trackingCode
        self.status = status
        self.outcome = outcome
        self.kind = kind
        self.category = category
        self.title = title
        self.description = description
        self.descriptionPublished = descriptionPublished
        self.areaCode = areaCode
        self.lat = lat
        self.long = long
        self.address = address
        self.eventDate = eventDate
        self.anonymous = anonymous
        self.confidential = confidential
        self.reporter = reporter
        self.accused = accused
        self.attributes = attributes
        self.originallyReceivedOn = originallyReceivedOn
        self.channel = channel
        self.origin = origin
        self.lead = lead
        self.holder = holder
        self.interimHolder = interimHolder
        self.hops = hops
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.participations = participations
        self.handoffs = handoffs
        self.arbitration = arbitration
        self.answers = answers
        self.clocks = clocks
        self.decision = decision
        self.entries = entries
        self.actions = actions
    }

    enum CodingKeys: String, CodingKey {
        case status, outcome, kind, category, title, description, lat, long, address, anonymous, confidential, reporter
        case origin, lead, holder, hops, participations, handoffs, arbitration, answers, clocks, decision, entries
        case actions, holding, appeal, merged, split
        case mergedInto = "merged_into"
        case splitFrom = "split_from"
        case clusterID = "cluster_id"
        case plannedOutcome = "planned_outcome"
        case outcomeDetails = "outcome_details"
        case multiAgency = "multi_agency"
        case accused, attributes, channel
        case originallyReceivedOn = "originally_received_on"
        case caseID = "case_id"
        case trackingCode = "tracking_code"
        case descriptionPublished = "description_published"
        case areaCode = "area_code"
        case eventDate = "event_date"
        case interimHolder = "interim_holder"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }
}

/// Whose misconduct a case is about.
public struct AccusedView: Codable, Sendable, Equatable {
    @Nullable public var office: OfficeRef?
    /// The reporter's words for a person.
    @Nullable public var personText: String?

    public init(office: OfficeRef?, personText: String?) {
        self.office = office
        self.personText = personText
    }

    enum CodingKeys: String, CodingKey {
        case office
        case personText = "person_text"
    }
}

/// Who complained, as far as a grant shows it.
public struct ReporterView: Codable, Sendable, Equatable {
    @Nullable public var name: String?
    @Nullable public var email: String?
    @Nullable public var phone: String?

    public init(name: String?, email: String?, phone: String?) {
        self.name = name
        self.email = email
        self.phone = phone
    }
}
