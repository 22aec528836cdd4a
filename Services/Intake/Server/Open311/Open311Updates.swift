import Foundation
import Hummingbird
import IntakeAPI
import ServiceKit
import SinergiCore
import Tenancy

/// mySociety's `servicerequestupdates`, read and written.
extension Open311Controller {
    func updates(_ request: Request, _ context: AppContext) async throws -> Answer {
        try jurisdiction(request, context)
        let client = try client(request.open311("api_key"), context)
        let (from, to) = try Open311Filter.window(request, now: Date())
        let rows = try await store.changed(from: from, to: to, client: client, in: context.agency)
        var elements: [(at: Date, value: Open311Value)] = []
        for row in rows {
            for step in row.view?.steps ?? [] where step.at >= from && step.at <= to {
                let sentence = CaseEvent(rawValue: step.event)?.sentence(office: step.office?.name ?? "", in: .id)
                elements.append(
                    (
                        step.at,
                        .object([
                            ("update_id", .text("\(row.code).\(step.seq)")), ("service_request_id", .text(row.code)),
                            ("status", .text(Open311Status.word(step.status, outcome: row.view?.outcome))),
                            ("description", .text(sentence ?? step.event)), ("updated_datetime", .time(step.at)),
                            ("media_url", .empty), ("external_status_code", .text(step.status)),
                        ])
                    ))
            }
        }
        let sorted = elements.sorted { $0.at < $1.at }.prefix(Self.maximumRows).map(\.value)
        return ("service_request_updates", .list(of: "request_update", sorted))
    }

    /// What a client tells of its reporter: that the matter is solved, or that it is not.
    func update(_ request: Request, _ context: AppContext) async throws -> Answer {
        let (form, client) = try await posted(request, context)
        try jurisdiction(form["jurisdiction_id"], context)
        for name in ["service_request_id", "update_id", "status", "updated_datetime", "description"]
        where form[name] == nil { throw Open311Error.bad("\(name) is required.") }
        let row = try await one(form["service_request_id"] ?? "", client: client, context)
        guard
            let record = try await following.own(
                row.code, client: SubmissionCaller.name(open311: client), in: context.agency)
        else { throw Open311Error.missing("service_request_id \(row.code) of this client") }
        guard let updated = form["updated_datetime"], Open311Time.date(updated) != nil else {
            throw Open311Error.bad("updated_datetime must be a time with its zone.")
        }
        let text = String((form["description"] ?? "").prefix(2000))
        let move: ReporterMove
        switch form["status"]?.uppercased() {
        case "FIXED", "CLOSED": move = .confirm(Confirmation(rating: nil, comment: text))
        case "OPEN", "REOPEN":
            guard text.count >= 10 else {
                throw Open311Error.bad("description says why it is not solved, in 10 characters or more.")
            }
            move = .dispute(Dispute(reason: text, part: nil))
        default:
            throw Open311Error.bad("status must be FIXED or CLOSED (solved), or OPEN or REOPEN (not solved).")
        }
        let id = form["update_id"] ?? ""
        guard (1...200).contains(id.utf8.count) else {
            throw Open311Error.bad("update_id must have 1 to 200 characters.")
        }
        _ = try await following.apply(
            move, to: record, key: ("open311 \(id)", Fingerprint.bytes(Array("\(form["status"] ?? "")\n\(text)".utf8))),
            in: context.agency, trace: context.trace)
        return (
            "service_request_updates", .list(of: "request_update", [.object([("update_id", .text(id))])])
        )
    }
}

/// mySociety's words for states.
enum Open311Status {
    static func word(_ status: String, outcome: String?) -> String {
        switch CaseStatus(rawValue: status) {
        case .inProgress: "in_progress"
        case .answered: "action_scheduled"
        case .closed: outcome == "confirmed_solved" ? "fixed" : "closed"
        case .merged: "duplicate"
        case .archived: "no_further_action"
        case .submitted, .verified: "open"
        default: "investigating"
        }
    }
}
