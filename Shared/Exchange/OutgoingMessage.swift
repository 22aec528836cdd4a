public import Foundation
public import Tenancy

/// A message that a service sends to another service of its own agency.
public struct OutgoingMessage: Sendable, Equatable {
    /// UUIDv7, made by the caller; enqueueing the same id again does nothing.
    public let id: UUID
    /// The agency's number: the sender's own. Other agencies are reached by move functions only.
    public let destination: Int
    public let service: ServiceName
    /// What must stay in order, such as `complaint:<id>`.
    public let lane: String
    /// Place in the lane, drawn under the lock of the row that the lane is named after.
    public let number: Int
    public let type: String
    /// One JSON value, up to 512 KiB.
    public let data: String
    /// W3C traceparent.
    public let trace: String?

    public init(
        id: UUID, destination: Int, service: ServiceName, lane: String, number: Int, type: String, data: String,
        trace: String? = nil
    ) {
        self.id = id
        self.destination = destination
        self.service = service
        self.lane = lane
        self.number = number
        self.type = type
        self.data = data
        self.trace = trace
    }
}
