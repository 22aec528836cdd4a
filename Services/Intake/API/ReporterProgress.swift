public import Foundation

/// The two clocks that a reporter is shown (product.md §1.8).
public struct ReporterClocks: Codable, Sendable, Equatable {
    /// The reporter's clock: from submission, never restarted.
    public struct SinceSubmission: Codable, Sendable, Equatable {
        public var dueAt: Date?
        /// Working days until `dueAt` in the holder's calendar; negative when late.
        public var workingDaysLeft: Int?

        public init(dueAt: Date?, workingDaysLeft: Int?) {
            self.dueAt = dueAt
            self.workingDaysLeft = workingDaysLeft
        }

        enum CodingKeys: String, CodingKey {
            case dueAt = "due_at"
            case workingDaysLeft = "working_days_left"
        }
    }

    /// The legal clock: from a complete file.
    public struct Legal: Codable, Sendable, Equatable {
        public var startedAt: Date?
        public var dueAt: Date?

        public init(startedAt: Date?, dueAt: Date?) {
            self.startedAt = startedAt
            self.dueAt = dueAt
        }

        enum CodingKeys: String, CodingKey {
            case startedAt = "started_at"
            case dueAt = "due_at"
        }
    }

    public var sinceSubmission: SinceSubmission
    public var legal: Legal

    public init(sinceSubmission: SinceSubmission, legal: Legal) {
        self.sinceSubmission = sinceSubmission
        self.legal = legal
    }

    enum CodingKeys: String, CodingKey {
        case sinceSubmission = "since_submission"
        case legal
    }
}

/// One line of the history as the reporter sees it.
public struct ReporterStep: Codable, Sendable, Equatable {
    /// Rises within a case; numbers of lines that are not for the reporter are left out.
    public var seq: Int
    public var at: Date
    /// Contract vocabulary, such as `handoff_accepted`.
    public var event: String
    /// The complaint's status after the step.
    public var status: String
    public var office: OfficeReference?
    public var note: String?

    public init(seq: Int, at: Date, event: String, status: String, office: OfficeReference?, note: String?) {
        self.seq = seq
        self.at = at
        self.event = event
        self.status = status
        self.office = office
        self.note = note
    }

    enum CodingKeys: String, CodingKey {
        case seq, at, event, status, office, note
    }
}

/// One office's part in a joint case, as its reporter sees it and may dispute it.
public struct ReporterPart: Codable, Sendable, Equatable {
    public var office: OfficeReference
    /// `lead` or `contributor`.
    public var role: String
    /// `active` or `finished`.
    public var state: String
}
