import Foundation
import IntakeAPI
import ServiceKit
import SinergiCore

/// A step that a reporter takes.
enum ReporterMove: Sendable {
    case confirm(Confirmation)
    case dispute(Dispute)
    case withdraw(Withdrawal)
    /// Whether the external supervisor may be told; changes no status.
    case consent(Bool)
    /// To where a machine sent the case; changes no status.
    case object(Objection)

    /// Whether it may be made of a case as it stands.
    func isPossible(in projection: CaseProjection) -> Bool {
        guard let status = CaseStatus(rawValue: projection.status) else { return false }
        let move: CaseMove
        switch self {
        case .confirm: move = .confirm
        // Whose report was merged disputes the common answer by taking the own one out again.
        case .dispute where status == .merged: return projection.mergedInto?.answered == true
        case .dispute: move = .dispute
        case .withdraw: move = .withdraw
        case .object: return projection.objectable ?? false
        case .consent(true): return status.isOpen && !projection.consents
        case .consent(false): return projection.consents
        }
        return TransitionTable.target(from: status, move: move) != nil
    }

    /// The same with its words as they may stand in the database.
    func sealed(by record: ComplaintRecord) -> ReporterMove {
        switch self {
        case .confirm(var body):
            body.comment = body.comment.map(record.sealing)
            return .confirm(body)
        case .dispute(var body):
            body.reason = record.sealing(body.reason)
            return .dispute(body)
        case .withdraw(var body):
            body.reason = body.reason.map(record.sealing)
            return .withdraw(body)
        case .object(var body):
            body.reason = record.sealing(body.reason)
            return .object(body)
        case .consent:
            return self
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
        case .object(let body):
            (IntakeEventType.objected, try JSONWriter.text(of: ReporterObjected(caseId: id, reason: body.reason)))
        case .withdraw(let body):
            (IntakeEventType.withdrew, try JSONWriter.text(of: ReporterWithdrew(caseId: id, reason: body.reason)))
        case .consent(let given):
            (
                IntakeEventType.consented,
                try JSONWriter.text(
                    of: ReporterConsented(caseId: id, given: given, wording: ExternalConsentText.wording))
            )
        }
    }

    /// Where the case will stand, and what its timeline will say; routing's own account replaces it within seconds.
    private var effect: (status: CaseStatus?, outcome: Outcome?, next: NextStep?, steps: [(CaseEvent, String?)]) {
        switch self {
        // Routing's account says it: the office that answers is its to choose.
        case .object: (nil, nil, nil, [])
        case .consent(let given):
            (nil, nil, nil, [(given ? .externalConsentGiven : .externalConsentWithdrawn, nil)])
        case .confirm(let body): (.closed, .confirmedSolved, nil, [(.confirmed, body.comment), (.closed, nil)])
        case .dispute(let body): (.reopened, nil, .answer, [(.disputed, body.reason), (.reopened, nil)])
        case .withdraw(let body): (.closed, .withdrawn, nil, [(.closed, body.reason)])
        }
    }

    /// The stored view with this step in it. Members that are not known here stay as they are.
    func applied(to view: JSONObject, at time: Date) -> JSONObject {
        var view = view
        let now = JSONValue.string(Timestamp.text(time))
        if let status = effect.status {
            view["status"] = .string(status.rawValue)
            view["outcome"] = effect.outcome.map { .string($0.rawValue) } ?? .null
            view["next_step"] = effect.next.map { .string($0.rawValue) } ?? .null
            view["expected_at"] = .null
        }
        if case .object = self { view["objectable"] = .bool(false) }
        view["updated_at"] = now
        var steps = view["steps"]?.array ?? []
        for (event, note) in effect.steps {
            let seq = (steps.last?["seq"]?.integer ?? 0) + 1
            steps.append([
                "seq": .integer(seq), "at": now, "event": .string(event.rawValue),
                "status": effect.status.map { .string($0.rawValue) } ?? view["status"] ?? .null,
                "office": view["holder"] ?? .null,
                "note": note.map(JSONValue.string) ?? .null,
            ])
        }
        view["steps"] = .array(steps)
        return view
    }
}
