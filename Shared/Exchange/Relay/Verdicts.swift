import Foundation

/// What becomes of messages after an attempt; pure.
struct Verdicts: Sendable, Equatable {
    struct Retry: Sendable, Equatable {
        let id: UUID
        let delay: Duration
        let error: String
    }
    struct Park: Sendable, Equatable {
        let id: UUID
        /// Problem as JSON text.
        let problem: String
    }
    private(set) var done: [UUID] = []
    private(set) var retry: [Retry] = []
    private(set) var park: [Park] = []

    /// Reads a service's answer. An event without a result was not applied as far as we know, so it is sent again.
    init(_ messages: [LeasedMessage], answer: InboxAnswer, now: Date) throws {
        let results = Dictionary(answer.results.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        for message in messages {
            try add(message, result: results[message.event.id], now: now)
        }
    }

    /// The service said nothing about the events: all may go again as soon as it answers, except those too old for it.
    init(_ messages: [LeasedMessage], unavailable reason: String, now: Date) throws {
        for message in messages {
            if Self.isTooOld(message, now: now) {
                let problem = EventProblem(code: "gave_up", title: "Tried for seven days", status: 503, detail: reason)
                park.append(Park(id: message.event.id, problem: try problem.text()))
            } else {
                retry.append(Retry(id: message.event.id, delay: .zero, error: reason))
            }
        }
    }

    /// One message that its receiver refuses for good.
    init(parking message: LeasedMessage, problem: EventProblem) throws {
        park = [Park(id: message.event.id, problem: try problem.text())]
    }

    private mutating func add(_ message: LeasedMessage, result: InboxAnswer.Result?, now: Date) throws {
        let id = message.event.id
        let status = result?.status ?? 503
        switch status {
        case 200..<300: done.append(id)
        case 400..<500 where status != 408 && status != 429:
            let problem = result?.problem ?? EventProblem(code: "refused", status: status)
            park.append(Park(id: id, problem: try problem.text()))
        default:
            let reason = result?.problem?.detail ?? result?.problem?.title ?? "status \(status)"
            if Self.isTooOld(message, now: now) {
                let problem = EventProblem(
                    code: "gave_up", title: "Tried for seven days", status: status, detail: reason)
                park.append(Park(id: id, problem: try problem.text()))
            } else {
                let delay = Backoff.message.delay(attempt: message.event.attempt)
                retry.append(Retry(id: id, delay: delay, error: String(reason.prefix(1000))))
            }
        }
    }

    private static func isTooOld(_ message: LeasedMessage, now: Date) -> Bool {
        now.timeIntervalSince(message.createdAt) > TimeInterval(Backoff.giveUpAfter.components.seconds)
    }
}
