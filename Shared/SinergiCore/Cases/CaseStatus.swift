/// Where a case stands. The raw value is the name on the wire and in the database.
public enum CaseStatus: String, Sendable, Hashable, CaseIterable, Codable {
    case submitted
    case verified
    case routed
    case inProgress = "in_progress"
    case answered
    case closed
    case needsInformation = "needs_information"
    case onHold = "on_hold"
    case inArbitration = "in_arbitration"
    case reopened
    case merged
    case archived

    /// Nothing more is to be done in these; a merged case may come back.
    public static let ended: Set<CaseStatus> = [.closed, .merged, .archived]

    /// Whether somebody must still act, be it an office or the reporter.
    public var isOpen: Bool { !Self.ended.contains(self) }
}
