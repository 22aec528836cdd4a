/// What an office does in a case. `origin`, `arbiter` and `party` are kept by the database and never offered.
public enum PartRole: String, Sendable, Hashable, CaseIterable, Codable {
    case lead
    case contributor
    case monitor
    case origin
    case arbiter
    case party

    /// The roles that a handoff can offer.
    public static let offered: [PartRole] = [.lead, .contributor, .monitor]
}

/// How far an office's part in a case is.
public enum PartState: String, Sendable, Hashable, CaseIterable, Codable {
    case offered
    case active
    case finished
    case ended
}
