/// Names of the events that intake sends to the other services of its node.
///
/// Their data is written with keys in snake_case, which `EventCoding` reads back into the properties' names. What goes to
/// notification (`reporter.notice`) and to analytics (`complaint.counted`) is described in those services' own API.
public enum IntakeEventType {
    /// To routing: a complaint came in; its data is `ComplaintReceived`.
    public static let received = "complaint.received"
    /// To routing: the reporter is content; its data is `ReporterConfirmed`.
    public static let confirmed = "reporter.confirmed"
    /// To routing: the reporter is not content; its data is `ReporterDisputed`.
    public static let disputed = "reporter.disputed"
    /// To routing: the reporter objects to an automatic decision; its data is `ReporterObjected`.
    public static let objected = "reporter.objected"
    /// To routing: the reporter takes the complaint back; its data is `ReporterWithdrew`.
    public static let withdrew = "reporter.withdrew"
    /// To routing: a copy of the reporter's identity, sealed to the agency that was granted it: `grant_id`, `key_id`, `sealed` (base 64).
    public static let identityResealed = "identity.resealed"
    /// To routing: the reporter wrote to the officers; its data is `ReporterReplied`.
    public static let replied = "reporter.replied"
    /// To routing: the reporter rated an ended case; its data is `ReporterRated`.
    public static let rated = "reporter.rated"
    /// To routing: the external supervisor may be told, or no longer; its data is `ReporterConsented`.
    public static let consented = "reporter.consented"
}

/// The lane of everything that concerns one complaint: delivered in order.
public enum IntakeLane {
    /// - Parameter id: The complaint's id, lower case.
    public static func complaint(_ id: String) -> String { "complaint:\(id)" }
}
