import Foundation
import HTTPTypes
public import ServiceKit
public import Tenancy

/// Posts batches to `/v1/inbox` of the node's other services.
public struct SiblingSink: EventSink {
    /// Well within a lease, so that an answer that comes at all is recorded before another relay may try.
    private static let deadline: Duration = .seconds(6)
    private let siblings: ServiceClient

    public init(_ siblings: ServiceClient) {
        self.siblings = siblings
    }

    public func post(_ batch: CloudEventBatch, to service: ServiceName, of agency: AgencyScope) async -> Delivery {
        do {
            // A batch has many traces and each event carries its own; the request continues the first.
            let trace = batch.events.first?.traceparent.flatMap { TraceContext(traceparent: $0) }
            let answer = try await siblings.post(
                service, agency: agency, path: "/v1/inbox", body: Array(try batch.json()),
                contentType: CloudEventBatch.mediaType, trace: trace, deadline: Self.deadline)
            switch answer.status.code {
            case 200..<300:
                return .answered(try EventCoding.decoder().decode(InboxAnswer.self, from: Data(answer.body)))
            case 413: return .tooLarge
            default: return .unavailable("status \(answer.status.code)")
            }
        } catch {
            return .unavailable(String(describing: error))
        }
    }
}
