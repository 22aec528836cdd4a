/// Where an answer to the reporter stands.
public enum AnswerState: String, Sendable, Hashable, CaseIterable, Codable {
    case draft
    case approved
    case returned
    case published
}

/// Who may read a line of a case's timeline, widest first.
public enum Visibility: String, Sendable, Hashable, CaseIterable, Codable {
    case everyone = "public"
    case reporter
    case participants
    case agency
    case office
}
