import HTTPTypes
import Postgres
import ServiceKit
import SinergiCore

/// What an error of a handler means for its event: below 500 it is refused for good, else it is to come again.
enum Refusal {
    static func problem(for error: any Error) -> EventProblem {
        switch error {
        case let problem as Problem:
            EventProblem(
                code: problem.code, title: problem.title.en, status: problem.status.code,
                detail: problem.detail.en)
        case let error as PostgresError: problem(for: error)
        case is DecodingError:
            EventProblem(
                code: "unreadable_event", title: "Unreadable event", status: 422, detail: String(describing: error))
        case is CloudEventError: EventProblem(code: "unreadable_event", title: "Unreadable event", status: 422)
        case is CancellationError: EventProblem(code: "shutting_down", title: "Shutting down", status: 503)
        default: EventProblem(code: "internal", title: "Internal error", status: 500)
        }
    }

    /// Our functions raise states of their own (`SN` and a status of HTTP). Data that can never fit is refused; a
    /// duplicate may be a race of two copies, so it comes again and finds what is there then.
    private static func problem(for error: PostgresError) -> EventProblem {
        guard let state = error.sqlState?.rawValue else {
            return EventProblem(code: "database_unavailable", title: "Database unavailable", status: 503)
        }
        if state.hasPrefix("SN"), let status = Int(state.dropFirst(2)), (400..<600).contains(status) {
            return EventProblem(code: error.message, status: status, detail: error.detail)
        }
        if state.hasPrefix("22") || state == "23502" || state == "23514" {
            return EventProblem(
                code: "validation", title: "Data out of range", status: 422, detail: error.constraint ?? state)
        }
        return EventProblem(code: "database", title: "Database error", status: 503, detail: error.description)
    }
}
