public import Foundation

/// What an agency did in a span of days: the answer of `GET /v1/metrics/summary`.
///
/// Figures of what happened (received, handoffs, answered, reopened, closed and the medians) count what fell into the
/// span. Figures of what is (open, overdue) count the cases received up to its end, as they stand at `asOf`.
public struct MetricsSummary: Codable, Sendable, Hashable {
    /// Steps of cases in which the agency has or had a part.
    public struct Handoffs: Codable, Sendable, Hashable {
        public var offered: Int
        public var accepted: Int
        public var declined: Int
        public var expired: Int
        public var arbitrated: Int

        public init(offered: Int, accepted: Int, declined: Int, expired: Int, arbitrated: Int) {
            self.offered = offered
            self.accepted = accepted
            self.declined = declined
            self.expired = expired
            self.arbitrated = arbitrated
        }
    }

    /// Cases closed, by the two outcomes that are never added up: the reporter's word and the reporter's silence.
    public struct Closed: Codable, Sendable, Hashable {
        public var confirmedSolved: Int
        public var closedBySilence: Int

        public init(confirmedSolved: Int, closedBySilence: Int) {
            self.confirmedSolved = confirmedSolved
            self.closedBySilence = closedBySilence
        }

        private enum CodingKeys: String, CodingKey {
            case confirmedSolved = "confirmed_solved"
            case closedBySilence = "closed_by_silence"
        }
    }

    /// Hours from receipt; `nil` where nothing was accepted, answered or closed.
    public struct MedianHours: Codable, Sendable, Hashable {
        public var accepted: Double?
        public var firstAnswer: Double?
        public var close: Double?

        public init(accepted: Double?, firstAnswer: Double?, close: Double?) {
            self.accepted = accepted
            self.firstAnswer = firstAnswer
            self.close = close
        }

        private enum CodingKeys: String, CodingKey {
            case accepted, close
            case firstAnswer = "first_answer"
        }

        public func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encode(accepted, forKey: .accepted)
            try fields.encode(firstAnswer, forKey: .firstAnswer)
            try fields.encode(close, forKey: .close)
        }
    }

    public var agency: String
    /// First day, `YYYY-MM-DD`, in the agency's zone.
    public var from: String
    /// Last day.
    public var to: String
    public var asOf: Date
    /// Complaints of the agency's own intake.
    public var received: Int
    public var open: Int
    /// Of the cases received in the span: routed without a person.
    public var automatic: Int
    public var handoffs: Handoffs
    public var answered: Int
    public var reopened: Int
    public var closed: Closed
    public var overdue: Int
    /// Share of the closed that was closed in time; `nil` where nothing was closed.
    public var withinLimit: Double?
    public var medianHours: MedianHours

    public init(
        agency: String, from: String, to: String, asOf: Date, received: Int, open: Int, automatic: Int,
        handoffs: Handoffs, answered: Int, reopened: Int, closed: Closed, overdue: Int, withinLimit: Double?,
        medianHours: MedianHours
    ) {
        self.agency = agency
        self.from = from
        self.to = to
        self.asOf = asOf
        self.received = received
        self.open = open
        self.automatic = automatic
        self.handoffs = handoffs
        self.answered = answered
        self.reopened = reopened
        self.closed = closed
        self.overdue = overdue
        self.withinLimit = withinLimit
        self.medianHours = medianHours
    }

    private enum CodingKeys: String, CodingKey {
        case agency, from, to, received, open, automatic, handoffs, answered, reopened, closed, overdue
        case asOf = "as_of"
        case withinLimit = "within_limit"
        case medianHours = "median_hours"
    }

    /// Writes `null` for what is absent, as everywhere on the wire.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(agency, forKey: .agency)
        try fields.encode(from, forKey: .from)
        try fields.encode(to, forKey: .to)
        try fields.encode(asOf, forKey: .asOf)
        try fields.encode(received, forKey: .received)
        try fields.encode(open, forKey: .open)
        try fields.encode(automatic, forKey: .automatic)
        try fields.encode(handoffs, forKey: .handoffs)
        try fields.encode(answered, forKey: .answered)
        try fields.encode(reopened, forKey: .reopened)
        try fields.encode(closed, forKey: .closed)
        try fields.encode(overdue, forKey: .overdue)
        try fields.encode(withinLimit, forKey: .withinLimit)
        try fields.encode(medianHours, forKey: .medianHours)
    }
}
