/// The four services of a node; the raw value names roles, configuration keys and queues.
public enum ServiceName: String, Sendable, Hashable, CaseIterable, Codable {
    case intake, routing, notification, analytics
}
