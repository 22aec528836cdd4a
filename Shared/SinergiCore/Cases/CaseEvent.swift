/// A step of a case as its reporter sees it.
public enum CaseEvent: String, Sendable, Hashable, CaseIterable, Codable {
    case received
    case verified
    case routed
    case handoffOffered = "handoff_offered"
    case handoffAccepted = "handoff_accepted"
    case handoffDeclined = "handoff_declined"
    case handoffExpired = "handoff_expired"
    case arbitrationOpened = "arbitration_opened"
    case arbitrated
    case assigned
    case informationRequested = "information_requested"
    case informationGiven = "information_given"
    case held
    case resumed
    case extended
    case answerPublished = "answer_published"
    case confirmed
    case disputed
    case reopened
    case closed
    case partDisputed = "part_disputed"
    case appealed
    case actedFor = "acted_for"
    case commitmentDue = "commitment_due"
    case dueChanged = "due_changed"
    case externalConsentAsked = "external_consent_asked"
    case externalConsentGiven = "external_consent_given"
    case externalConsentWithdrawn = "external_consent_withdrawn"
    case externalTold = "external_told"
    case objected
    case objectionUpheld = "objection_upheld"
    case objectionKept = "objection_kept"
    case merged
    case unmerged
    case split
    /// What was kept secret by a machine's mistake goes the ordinary way.
    case unsealed
}

/// What must happen next in a case, and by whom: an office, the arbiter or the reporter.
public enum NextStep: String, Sendable, Hashable, CaseIterable, Codable {
    case verify
    case acceptHandoff = "accept_handoff"
    case arbitrate
    case answer
    case confirm
    case reply
}

/// A limit that can run on a case or on one office's part.
public enum ClockStep: String, Sendable, Hashable, CaseIterable, Codable {
    case verify
    case firstAnswer = "first_answer"
    case resolve
    case reporterReply = "reporter_reply"
    case officeReply = "office_reply"
    case offerUnit = "offer_unit"
    case offerAgency = "offer_agency"
    case holder
    case arbitration
    case advice
    case part
    case open
    case commitment
    /// The reporter's time for an answer to a question.
    case information
    /// Until work goes on.
    case hold
}
