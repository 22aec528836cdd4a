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

    public init(
        answerID: AnswerID, caseID: CaseID, office: OfficeRef?, body: String, interim: Bool, state: String,
        draftedBy: String?, approvedBy: String?, publishedAt: Date?
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
    }

    enum CodingKeys: String, CodingKey {
        case office, body, interim, state
        case answerID = "answer_id"
        case caseID = "case_id"
        case draftedBy = "drafted_by"
        case approvedBy = "approved_by"
        case publishedAt = "published_at"
    }
}
