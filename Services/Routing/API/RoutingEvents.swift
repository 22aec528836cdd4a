/// Names of the events that routing sends to the other services of its node, and to routing of other agencies.
public enum RoutingEventType {
    /// A case moved. To the origin's intake, to notification and analytics; across borders to the parties' routing.
    public static let changed = "case.changed"
    /// To the origin's intake, before the first `case.changed` of a case that was split off: its words, and `parent`.
    public static let split = "case.split"
    /// To the origin's intake: seal a copy of the reporter's identity: `grant_id`, `case_id`, `agency` (its number), `fields`.
    public static let identityGranted = "identity.granted"
}

/// The lane of everything that concerns one case: delivered in order of the case's versions.
public enum RoutingLane {
    /// - Parameter id: The case's id, lower case.
    public static func `case`(_ id: String) -> String { "case:\(id)" }
}
