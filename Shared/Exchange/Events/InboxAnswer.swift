public import Foundation

/// What a consumer answers to a batch: one result per event, in the batch's order, given after commit.
public struct InboxAnswer: Codable, Sendable, Equatable {
    /// The fate of one event.
    public struct Result: Codable, Sendable, Equatable {
        public let id: UUID
        /// 202 applied, 200 seen before, 4xx refused for good, 5xx and 429 not now.
        public let status: Int
        /// Why not, in the shape of RFC 9457; `nil` when all went well.
        public let problem: EventProblem?

        public init(id: UUID, status: Int, problem: EventProblem? = nil) {
            self.id = id
            self.status = status
            self.problem = problem
        }

        /// Explicit `null` for an absent problem, as everywhere on the wire.
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(id.uuidString.lowercased(), forKey: .id)
            try container.encode(status, forKey: .status)
            try container.encode(problem, forKey: .problem)
        }
    }

    public let results: [Result]

    public init(results: [Result]) {
        self.results = results
    }
}

/// The part of a problem document that travels with an event's result and is kept with a parked message.
public struct EventProblem: Codable, Sendable, Equatable {
    /// `urn:sinergi:problem:<code>`.
    public let type: String
    public let title: String
    public let status: Int
    public let detail: String?

    public init(code: String, title: String? = nil, status: Int, detail: String? = nil) {
        self.type = "urn:sinergi:problem:\(code)"
        self.title = title ?? code
        self.status = status
        self.detail = detail.map { String($0.prefix(1000)) }
    }

    /// Explicit `null` for an absent detail, as everywhere on the wire.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(type, forKey: .type)
        try container.encode(title, forKey: .title)
        try container.encode(status, forKey: .status)
        try container.encode(detail, forKey: .detail)
    }

    /// JSON text, small enough for the table of parked messages.
    func text() throws -> String { try EventCoding.text(self) }
}
