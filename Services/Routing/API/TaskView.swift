public import Foundation
public import SinergiCore

/// One step of an office's part; only its own agency sees it.
public struct TaskView: Codable, Sendable, Equatable {
    /// One point of a task's list.
    public struct Check: Codable, Sendable, Equatable {
        public var text: String
        public var done: Bool

        public init(text: String, done: Bool) {
            self.text = text
            self.done = done
        }
    }
    public var taskID: UUID
    public var caseID: CaseID
    @Nullable public var office: OfficeRef?
    public var title: String
    @Nullable public var dueAt: Date?
    @Nullable public var officer: OfficerID?
    public var checklist: [Check]
    /// `open`, `done` or `dropped`.
    public var state: String
    public var createdBy: String
    public var createdAt: Date
    public var updatedAt: Date

    public init(
        taskID: UUID, caseID: CaseID, office: OfficeRef?, title: String, dueAt: Date?, officer: OfficerID?,
        checklist: [Check], state: String, createdBy: String, createdAt: Date, updatedAt: Date
    ) {
        self.taskID = taskID
        self.caseID = caseID
        self.office = office
        self.title = title
        self.dueAt = dueAt
        self.officer = officer
        self.checklist = checklist
        self.state = state
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    enum CodingKeys: String, CodingKey {
        case office, title, officer, checklist, state
        case taskID = "task_id"
        case caseID = "case_id"
        case dueAt = "due_at"
        case createdBy = "created_by"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
    }
}
