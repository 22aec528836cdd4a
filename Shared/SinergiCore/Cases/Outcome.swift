/// How a case ended; there is none until then. "Confirmed" and "silent" stay apart wherever they are counted.
public enum Outcome: String, Sendable, Hashable, CaseIterable, Codable {
    case confirmedSolved = "confirmed_solved"
    case closedBySilence = "closed_by_silence"
    case answered
    case noted
    case committed
    case referred
    case lapsedIncomplete = "lapsed_incomplete"
    case withdrawn
    case archived
    case merged

    /// The state in which a case with this outcome stands.
    public var status: CaseStatus {
        switch self {
        case .archived: .archived
        case .merged: .merged
        default: .closed
        }
    }
}
