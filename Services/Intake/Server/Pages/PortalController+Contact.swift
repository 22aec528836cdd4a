import Foundation
import Hummingbird
import ServiceKit
import SinergiCore

/// On the page of a complaint: adding a way to be told, by a one-time code.
extension PortalController {
    func addContact(_ request: Request, _ context: AppContext) async throws -> Response {
        let form = try await FormBody.decode(from: request, context)
        try CSRF.check(form, request, context)
        guard let record = try await proven(request, context) else { return toDoor(context) }
        do {
            let typed = (form["contact"] ?? "").trimmed
            let sent = try await contacts.send(
                typed.contains("@") ? .email : .sms, typed: typed, for: record, from: Visitor(form, context), key: nil,
                in: context.agency, trace: context.trace)
            return try await complaint(record, nil, request, context, more: ["contact_sent": sent.hint])
        } catch let problem as Problem {
            return try await complaint(record, problem, request, context)
        }
    }

    func confirmContact(_ request: Request, _ context: AppContext) async throws -> Response {
        let form = try await FormBody.decode(from: request, context)
        try CSRF.check(form, request, context)
        guard let record = try await proven(request, context) else { return toDoor(context) }
        let problem: Problem
        if let code = OneTimeCode(typed: form["code"] ?? "") {
            switch try await contacts.confirm(code, for: record, in: context.agency) {
            case .confirmed: return pages.redirect(to: "/follow/\(record.trackingCode)", context)
            case .wrong(let left): problem = .wrongCode(left: left)
            case .none: problem = .noCode
            }
        } else {
            problem = .invalid("#/code", "bad_format")
        }
        return try await complaint(record, problem, request, context, more: ["contact_sent": form["sent_to"] ?? ""])
    }

    /// What the page says of the reporter's contacts.
    func contacts(of record: ComplaintRecord, _ context: AppContext) async throws -> [String: Any] {
        guard !record.isWaiting else { return [:] }
        let state = try await contacts.state(of: record, in: context.agency)
        return [
            "told_by_mail": state.hasEmail, "mail_verified": state.emailVerifiedAt != nil,
            "told_by_phone": state.hasPhone, "phone_verified": state.phoneVerifiedAt != nil,
        ]
    }
}
