import Foundation
import Identity
import RoutingAPI
import ServiceKit
import SinergiCore
import Tenancy

/// What the queue page shows.
struct QueuePage {
    static let title = Localized(id: "Pekerjaan", en: "Work")
    /// The tab of disputes, which is no queue of cases.
    static let arbitrations = "arbitrations"

    let caller: Caller
    let language: Language
    let words: (String) -> String
    /// What the reader has just done to a case that is out of sight now.
    let done: String?

    func model(_ filter: QueueFilter, rows: [CaseRow], next: DueCursor?) -> [String: Any] {
        var model = frame(filter.queue.rawValue, next: next)
        model["text"] = filter.text ?? filter.trackingCode ?? ""
        model["rows"] = rows.map(line)
        model["is_empty"] = rows.isEmpty
        model["searchable"] = true
        return model
    }

    func model(arbitrations rows: [ArbitrationView], next: DueCursor?) -> [String: Any] {
        var model = frame(Self.arbitrations, next: next)
        model["rows"] = rows.compactMap { view -> [String: Any]? in
            guard let row = view.case else { return nil }
            var line = line(row)
            line["due"] = DueMark(view.dueAt, zone: zone(view.arbiter?.code), language: language).model
            line["why"] = words("why_" + view.why)
            return line
        }
        model["is_empty"] = rows.isEmpty
        return model
    }

    private func frame(_ queue: String, next: DueCursor?) -> [String: Any] {
        var tabs = QueueFilter.Queue.allCases.map(\.rawValue)
        if caller.may(.arbitrate) { tabs.append(Self.arbitrations) }
        var model: [String: Any] = [
            "tabs": tabs.map { ["queue": $0, "label": words("queue_" + $0), "current": $0 == queue] as [String: Any] },
            "queue": queue, "queue_label": words("queue_" + queue), "queue_help": words("help_" + queue),
        ]
        model.merge(withoutQueue) { $1 }
        if let done, ["decline", "decide", "withdraw"].contains(done) { model["done"] = words("done_" + done) }
        if let next { model["next"] = Cursor([next.text]).text }
        return model
    }

    /// Who the reader is, and where else to go.
    var withoutQueue: [String: Any] {
        [
            "office": caller.office?.name ?? caller.scope.code, "doors": doors,
            "roles": caller.principal.roles.map { $0.label[language] }.sorted().joined(separator: ", "),
        ]
    }

    /// The other pages of the workspace that are open to the reader.
    private var doors: [[String: String]] {
        let all: [(path: String, open: Bool)] = [
            ("surges", caller.may(.read)), ("publications", caller.may(.verify)), ("desk", caller.may(.receive)),
            ("objections", caller.may(.route)), ("misroutes", caller.may(.reviewRouting)),
            ("rules", caller.may(.manageRules) || caller.may(.read)), ("blocklist", BlockListPage.isOpen(to: caller)),
            ("directory", true),
        ]
        return all.filter(\.open).map { ["path": $0.path, "label": words($0.path)] }
    }

    private func line(_ row: CaseRow) -> [String: Any] {
        var line: [String: Any] = [
            "id": row.caseID.description, "title": row.title, "code": row.trackingCode,
            "status": CaseStatus(rawValue: row.status)?.label[language] ?? row.status, "status_class": row.status,
            "role": PartRole(rawValue: row.role)?.label[language] ?? row.role,
            "office": row.office?.name ?? "", "offered": row.partState == PartState.offered.rawValue,
        ]
        line["due"] = false
        if let category = row.category { line["category"] = name(ofCategory: category) }
        if let officer = row.officerName { line["officer"] = officer }
        if let due = row.dueAt { line["due"] = DueMark(due, zone: zone(row.office?.code), language: language).model }
        return line
    }

    private func zone(_ office: String?) -> String? { office.flatMap(caller.directory.office(code:))?.zone }

    private func name(ofCategory code: String) -> String { caller.directory.name(ofCategory: code, language) }
}
