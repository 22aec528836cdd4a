import Foundation
import IntakeAPI
import ServiceKit
import SinergiCore

/// A step that a reporter takes.
enum ReporterMove: Sendable {
    case confirm(Confirmation)
    case dispute(Dispute)
    case withdraw(Withdrawal)

    var move: CaseMove {
        switch self {
        case .confirm: .confirm
        case .dispute: .dispute
        case .withdraw: .withdraw
        }
    }

    /// What routing is told, as JSON text.
    func message(case id: UUID) throws -> (type: String, data: String) {
        switch self {
        case .confirm(let body):
            (
                IntakeEventType.confirmed,
                try JSONWriter.text(of: ReporterConfirmed(caseId: id, rating: body.rating, comment: body.comment))
            )
        case .dispute(let body):
            (
                IntakeEventType.disputed,
                try JSONWriter.text(of: ReporterDisputed(caseId: id, reason: body.reason, part: body.part))
            )
        case .withdraw(let body):
            (IntakeEventType.withdrew, try JSONWriter.text(of: ReporterWithdrew(caseId: id, reason: body.reason)))
        }
    }

    /// Where the case will stand, and what its timeline will say; routing's own account replaces it within seconds.
    private var effect: (status: CaseStatus, outcome: Outcome?, next: NextStep?, steps: [(CaseEvent, String?)]) {
        switch self {
        case .confirm(let body): (.closed, .confirmedSolved, nil, [(.confirmed, body.comment), (.closed, nil)])
        case .dispute(let body): (.reopened, nil, .answer, [(.disputed, body.reason), (.reopened, nil)])
        case .withdraw(let body): (.closed, .withdrawn, nil, [(.closed, body.reason)])
        }
    }

    /// The stored view with this step in it. Members that are not known here stay as they are.
    func applied(to view: JSONObject, at time: Date) -> JSONObject {
        let effect = effect
        var view = view
        let now = JSONValue.string(Timestamp.text(time))
        view["status"] = .string(effect.status.rawValue)
        view["outcome"] = effect.outcome.map { .string($0.rawValue) } ?? .null
        view["next_step"] = effect.next.map { .string($0.rawValue) } ?? .null
        view["expected_at"] = .null
        view["updated_at"] = now
        var steps = view["steps"]?.array ?? []
        for (event, note) in effect.steps {
            let seq = (steps.last?["seq"]?.integer ?? 0) + 1
            steps.append([
                "seq": .integer(seq), "at": now, "event": .string(event.rawValue),
                "status": .string(effect.status.rawValue), "office": view["holder"] ?? .null,
                "note": note.map(JSONValue.string) ?? .null,
            ])
        }
        view["steps"] = .array(steps)
        return view
    }
}
