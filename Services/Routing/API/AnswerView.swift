public import Foundation
public import SinergiCore

/// What an office says to the reporter, from draft to publication.
public struct AnswerView: Codable, Sendable, Equatable {
    public var answerID: AnswerID
    public var caseID: CaseID
    @Nullable public var office: OfficeRef?
    public var body: String
    /// An interim answer never starts the silence clock.
    public var interim: Bool
    /// `draft`, `approved`, `returned` or `published`.
    public var state: String
    @Nullable public var draftedBy: String?
    @Nullable public var approvedBy: String?
    @Nullable public var publishedAt: Date?
    /// The publication that this one replaced; that one stays readable.
    @Nullable public var corrects: AnswerID?
    /// The publication that replaced this one.
    @Nullable public var correctedBy: AnswerID?
    /// What the approver should know; only in answers to writes.
    public var warnings: [AnswerWarning] = []

    public init(
        answerID: AnswerID, caseID: CaseID, office: OfficeRef?, body: String, interim: Bool, state: String,
        draftedBy: String?, approvedBy: String?, publishedAt: Date?,
        corrects: AnswerID? = nil, correctedBy: AnswerID? = nil
    ) {
        self.answerID = answerID
        self.caseID = caseID
        self.office = office
        self.body = body
        self.interim = interim
        self.state = state
        self.draftedBy = draftedBy
        self.approvedBy = approvedBy
        self.publishedAt = publishedAt
        self.corrects = corrects
        self.correctedBy = correctedBy
    }

    enum CodingKeys: String, CodingKey {
        case office, body, interim, state, corrects, warnings
        case answerID = "answer_id"
        case caseID = "case_id"
        case draftedBy = "drafted_by"
        case approvedBy = "approved_by"
        case publishedAt = "published_at"
        case correctedBy = "corrected_by"
    }
}

/// Something to look at before an answer goes out.
public struct AnswerWarning: Codable, Sendable, Equatable {
    /// `same_answer`: nearly the same words went to other cases.
    public var code: String
    /// How many.
    public var cases: Int

    public init(code: String, cases: Int) {
        self.code = code
        self.cases = cases
    }
}
