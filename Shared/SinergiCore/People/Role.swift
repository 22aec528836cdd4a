/// What a person does in an office, bound to a position; `service` is for the processes of a node.
public enum Role: String, Sendable, Hashable, CaseIterable, Codable {
    case triage
    case handler
    /// Pejabat penghubung: answers for the office, approves and publishes.
    case liaison
    case supervisor
    case head
    case arbiter
    case auditor
    case admin
    case developer
    case service

    /// The roles that a position can give to a person.
    public static let ofPositions: [Role] = allCases.filter { $0 != .service }
}
