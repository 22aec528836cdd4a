public import Tenancy

/// Where a relay posts batches; in a node the sibling services.
public protocol EventSink: Sendable {
    /// Posts a batch and waits for its answer, well within a lease.
    func post(_ batch: CloudEventBatch, to service: ServiceName, of agency: AgencyScope) async -> Delivery
}

/// What came of posting a batch.
public enum Delivery: Sendable, Equatable {
    /// The service said for each event what it did with it.
    case answered(InboxAnswer)
    /// The batch is larger than the service takes.
    case tooLarge
    /// No answer that says anything about the events: unreachable, overloaded, or it does not accept our token.
    case unavailable(String)
}
