public import Foundation
public import SinergiCore

/// Many reports of one matter in a short time.
public struct ClusterView: Codable, Sendable, Equatable {
    public var clusterID: UUID
    /// A category's code.
    public var matter: String
    /// The area in which its reports count together; `nil` where nobody knows.
    @Nullable public var areaCode: String?
    /// `open`, `quiet` or `closed`.
    public var state: String
    /// Who is to answer.
    @Nullable public var office: OfficeRef?
    public var openedAt: Date
    public var firstReportAt: Date
    public var lastReportAt: Date
    /// How many reports belong to it.
    public var reports: Int
    /// How many of those are not ended yet and have no final answer.
    public var unanswered: Int
    /// How many areas of the lowest level they come from.
    public var areas: Int
    public var alarm: ClusterAlarm
    /// Whose the root cause is.
    @Nullable public var owner: OfficeRef?
    @Nullable public var cause: String?
    /// What is done about it.
    @Nullable public var measure: String?
    /// `YYYY-MM-DD`: by when.
    @Nullable public var measureDue: String?
    /// Whether reports fell since the measure was said to be done; `nil` before.
    @Nullable public var effect: ClusterEffect?
    /// Common answers, oldest first; lists leave them out.
    public var answers: [ClusterAnswerView]
    /// What the caller may do now.
    public var actions: [String]

    public init(
        clusterID: UUID, matter: String, areaCode: String?, state: String, office: OfficeRef?, openedAt: Date,
        firstReportAt: Date, lastReportAt: Date, reports: Int, unanswered: Int, areas: Int, alarm: ClusterAlarm,
        owner: OfficeRef?, cause: String?, measure: String?, measureDue: String?, effect: ClusterEffect?,
        answers: [ClusterAnswerView], actions: [String]
    ) {
        self.clusterID = clusterID
        self.matter = matter
        self.areaCode = areaCode
        self.state = state
        self.office = office
        self.openedAt = openedAt
        self.firstReportAt = firstReportAt
        self.lastReportAt = lastReportAt
        self.reports = reports
        self.unanswered = unanswered
        self.areas = areas
        self.alarm = alarm
        self.owner = owner
        self.cause = cause
        self.measure = measure
        self.measureDue = measureDue
        self.effect = effect
        self.answers = answers
        self.actions = actions
    }

    enum CodingKeys: String, CodingKey {
        case matter, state, office, reports, unanswered, areas, alarm, owner, cause, measure, effect, answers, actions
        case clusterID = "cluster_id"
        case areaCode = "area_code"
        case openedAt = "opened_at"
        case firstReportAt = "first_report_at"
        case lastReportAt = "last_report_at"
        case measureDue = "measure_due"
    }
}

/// Who was rung for a cluster. The alarm is that of its first case, and is taken there.
public struct ClusterAlarm: Codable, Sendable, Equatable {
    public var caseID: CaseID
    public var rungAt: Date
    /// How many reports there were then.
    public var reports: Int
    public var offices: [OfficeRef]
    @Nullable public var takenAt: Date?
    @Nullable public var takenBy: String?

    public init(caseID: CaseID, rungAt: Date, reports: Int, offices: [OfficeRef], takenAt: Date?, takenBy: String?) {
        self.caseID = caseID
        self.rungAt = rungAt
        self.reports = reports
        self.offices = offices
        self.takenAt = takenAt
        self.takenBy = takenBy
    }

    enum CodingKeys: String, CodingKey {
        case reports, offices
        case caseID = "case_id"
        case rungAt = "rung_at"
        case takenAt = "taken_at"
        case takenBy = "taken_by"
    }
}

/// Reports of the same matter and area in equally long times before and after a measure was done, at most 30 days each.
public struct ClusterEffect: Codable, Sendable, Equatable {
    public var since: Date
    public var before: Int
    public var after: Int

    public init(since: Date, before: Int, after: Int) {
        self.since = since
        self.before = before
        self.after = after
    }
}

/// One answer for all reports of a cluster.
public struct ClusterAnswerView: Codable, Sendable, Equatable {
    public var answerID: UUID
    public var clusterID: UUID
    @Nullable public var office: OfficeRef?
    public var body: String
    public var interim: Bool
    /// `draft`, `approved`, `returned` or `published`.
    public var state: String
    public var draftedBy: String
    @Nullable public var approvedBy: String?
    @Nullable public var note: String?
    @Nullable public var publishedAt: Date?
    /// How many cases it has reached.
    public var reached: Int
    /// After publishing: what became of it in each case that it had not reached before.
    public var results: [ClusterResult]

    public init(
        answerID: UUID, clusterID: UUID, office: OfficeRef?, body: String, interim: Bool, state: String,
        draftedBy: String, approvedBy: String?, note: String?, publishedAt: Date?, reached: Int,
        results: [ClusterResult]
    ) {
        self.answerID = answerID
        self.clusterID = clusterID
        self.office = office
        self.body = body
        self.interim = interim
        self.state = state
        self.draftedBy = draftedBy
        self.approvedBy = approvedBy
        self.note = note
        self.publishedAt = publishedAt
        self.reached = reached
        self.results = results
    }

    enum CodingKeys: String, CodingKey {
        case office, body, interim, state, note, reached, results
        case answerID = "answer_id"
        case clusterID = "cluster_id"
        case draftedBy = "drafted_by"
        case approvedBy = "approved_by"
        case publishedAt = "published_at"
    }
}

/// What became of a common answer in one case.
public struct ClusterResult: Codable, Sendable, Equatable {
    public var caseID: CaseID
    public var trackingCode: String
    /// As HTTP would have it: 200 for a case that was answered.
    public var status: Int
    /// Code of the problem where there was one, such as `wrong_state`.
    @Nullable public var problem: String?
    @Nullable public var detail: String?

    public init(caseID: CaseID, trackingCode: String, status: Int, problem: String?, detail: String?) {
        self.caseID = caseID
        self.trackingCode = trackingCode
        self.status = status
        self.problem = problem
        self.detail = detail
    }

    enum CodingKeys: String, CodingKey {
        case status, problem, detail
        case caseID = "case_id"
        case trackingCode = "tracking_code"
    }
}

/// One report of a cluster.
public struct ClusterMember: Codable, Sendable, Equatable {
    public var caseID: CaseID
    public var trackingCode: String
    public var title: String
    public var status: String
    @Nullable public var areaCode: String?
    @Nullable public var lead: OfficeRef?
    public var receivedAt: Date
    /// Whether its reporter has a final answer.
    public var answered: Bool

    public init(
        caseID: CaseID, trackingCode: String, title: String, status: String, areaCode: String?, lead: OfficeRef?,
        receivedAt: Date, answered: Bool
    ) {
        self.caseID = caseID
        self.trackingCode = trackingCode
        self.title = title
        self.status = status
        self.areaCode = areaCode
        self.lead = lead
        self.receivedAt = receivedAt
        self.answered = answered
    }

    enum CodingKeys: String, CodingKey {
        case title, status, lead, answered
        case caseID = "case_id"
        case trackingCode = "tracking_code"
        case areaCode = "area_code"
        case receivedAt = "received_at"
    }
}
