import Foundation
import RoutingAPI
import ServiceKit
import SinergiCore
import Tenancy

/// What the page of one case shows: the text, who holds it, the clocks, why it is here, what happened, and what the
/// reader may do now.
struct CasePage {
    /// A form that was sent and refused; it is shown again with what was typed.
    struct Attempt {
        let form: String
        let fields: FormBody
        let problem: Problem
    }

    let document: CaseDocument
    let caller: Caller
    let language: Language
    let words: (String) -> String
    let colleagues: [Colleague]
    /// Of the caller's office.
    let tasks: [TaskView]
    /// Likely duplicates, for those who may merge.
    let similar: [SimilarCase]
    /// Why it may be archived, for those who may.
    let archiveReasons: [ArchiveReason]
    /// The reporter's objection that waits for the caller's answer.
    let objection: Objection?

    private var view: CaseView { document.view }

    func model(attempt: Attempt?, done: String?) -> [String: Any] {
        var model: [String: Any] = [
            "id": view.caseID.description, "version": document.version, "title": view.title, "code": view.trackingCode,
            "status": CaseStatus(rawValue: view.status)?.label[language] ?? view.status, "status_class": view.status,
            "kind": Kind(rawValue: view.kind)?.label[language] ?? view.kind, "text": view.description,
            "confidential": view.confidential, "anonymous": view.anonymous, "received": moment(view.createdAt),
            "held_since": moment(document.heldSince), "hops": view.hops,
            "due": DueMark(document.resolveDue, zone: zone(view.lead?.code), language: language).model,
            "parts": view.participations.map(part), "clocks": runningClocks,
            "entries": view.entries.map(entry).reversed() as [Any],
            "handoffs": view.handoffs.reversed().map(handoff), "answers": view.answers.map(answer),
            "forms": CaseForms(page: self, attempt: attempt).model, "offices": offices,
        ]
        model["category"] = view.category.map(name(ofCategory:))
        model["published"] = view.descriptionPublished
        model["address"] = view.address
        model["area"] = view.areaCode
        model["event_date"] = view.eventDate
        model["outcome"] = view.outcome.map { Outcome(rawValue: $0)?.label[language] ?? $0 }
        model["origin"] = view.origin?.name
        model["lead"] = view.lead?.name
        model["holder"] = view.holder?.name
        model["interim_holder"] = view.interimHolder?.name
        model["place"] = place
        model["decision"] = view.decision.map(decision)
        model["has_tasks"] = !tasks.isEmpty
        model["tasks"] = tasks.map(task)
        model["planned"] = planned
        model["arbitration"] = view.arbitration.map(arbitration)
        model["has_handoffs"] = !view.handoffs.isEmpty
        model["has_answers"] = !view.answers.isEmpty
        model["has_similar"] = !similar.isEmpty
        model["similar"] = similar.map { other -> [String: Any] in
            [
                "id": other.caseID.description, "title": other.title, "code": other.trackingCode,
                "status": CaseStatus(rawValue: other.status)?.label[language] ?? other.status,
                "status_class": other.status, "reasons": other.reasons.joined(separator: " "),
                "can_merge": other.canMerge,
            ]
        }
        model["merged_into"] = view.mergedInto.map(linked)
        model["merged"] = view.merged.map(linked)
        model["has_merged"] = !view.merged.isEmpty
        model["split_from"] = view.splitFrom.map(linked)
        model["split_parts"] = view.split.map(linked)
        model["may_unmerge"] = view.actions.contains("unmerge")
        if let cluster = view.clusterID { model["cluster"] = cluster.text }
        if let attempt { model["error"] = errors(attempt.problem) }
        if let done, Self.doneWords.contains(done) { model["done"] = words("done_" + done) }
        return model
    }

    /// Forms that come back to this page.
    private static let doneWords: Set<String> = [
        "verify", "route", "offer", "accept", "recall", "assign", "note", "draft", "approve", "return", "publish",
        "arbitration", "advise", "extend", "finish", "reference", "outcome", "act-for", "task", "task-change",
        "deliver", "merge", "unmerge", "unseal", "ask-information", "hold", "resume", "archive", "objection",
    ]

    // MARK: Parts of the page

    private var place: [String: Any]? {
        guard let lat = view.lat, let long = view.long else { return nil }
        return ["lat": String(format: "%.5f", lat), "long": String(format: "%.5f", long)]
    }

    private func task(_ task: TaskView) -> [String: Any] {
        var model: [String: Any] = [
            "id": task.taskID.text, "title": task.title, "open": task.state == "open",
            "state": words("task_" + task.state),
            "by": task.createdBy, "has_points": !task.checklist.isEmpty, "due": false,
            "points": task.checklist.enumerated().map { place, point in
                ["place": "\(place)", "text": point.text, "done": point.done] as [String: Any]
            },
        ]
        if task.state == "open", let due = task.dueAt {
            model["due"] = DueMark(due, zone: zone(task.office?.code), language: language).model
        }
        return model
    }

    /// What the lead has said the case will end as.
    private var planned: String? {
        guard let outcome = view.plannedOutcome else { return nil }
        let details = view.outcomeDetails
        let more = [details?.date, details?.budgetSource, details?.body, details?.how].compactMap { $0 }
        return ([Outcome(rawValue: outcome)?.label[language] ?? outcome] + more).joined(separator: " · ")
    }

    private func linked(_ other: LinkedCase) -> [String: Any] {
        [
            "id": other.caseID.description, "name": other.title ?? "", "link_code": other.trackingCode ?? "",
            "why": other.reason,
        ]
    }

    private func part(_ part: ParticipationView) -> [String: Any] {
        var model: [String: Any] = [
            "office": part.office?.name ?? "", "code": part.office?.code ?? "",
            "role": PartRole(rawValue: part.role)?.label[language] ?? part.role,
            "state": words("part_" + part.partState), "since": moment(part.since), "ended": part.partState == "ended",
        ]
        model["officer"] = part.officerName
        model["reference"] = part.externalReference
        // False and not absent: the page has a due time, too.
        model["due"] = false
        if let due = part.dueAt,
            part.partState == PartState.active.rawValue || part.partState == PartState.offered.rawValue
        {
            model["due"] = DueMark(due, zone: zone(part.office?.code), language: language).model
        }
        return model
    }

    private var runningClocks: [[String: Any]] {
        view.clocks.filter { $0.state == "running" || $0.state == "expired" }.map { clock in
            var model: [String: Any] = [
                "step": words("clock_" + clock.step), "provisional": clock.provisional,
                "due": DueMark(clock.dueAt, zone: zone(clock.office?.code), language: language).model,
            ]
            model["office"] = clock.office?.name
            model["basis"] = clock.legalBasis
            return model
        }
    }

    private func entry(_ entry: EntryView) -> [String: Any] {
        var model: [String: Any] = [
            "at": moment(entry.at), "internal": entry.visibility != "public" && entry.visibility != "reporter",
            "event": CaseEvent(rawValue: entry.type)?.label[language] ?? words("entry_" + entry.type),
            "visibility": words("visibility_" + entry.visibility),
        ]
        model["office"] = entry.office?.name
        model["actor"] = entry.actor
        model["body"] = entry.body
        return model
    }

    private func handoff(_ handoff: HandoffView) -> [String: Any] {
        var model: [String: Any] = [
            "from": handoff.from?.name ?? "", "to": handoff.to?.name ?? "",
            "role": PartRole(rawValue: handoff.role)?.label[language] ?? handoff.role,
            "state": HandoffState(rawValue: handoff.state)?.label[language] ?? handoff.state,
            "offered_at": moment(handoff.offeredAt),
        ]
        model["reason"] = handoff.reason
        model["request"] = handoff.request
        model["decline_reason"] = handoff.declineReason
        model["due"] = false
        if let due = handoff.dueAt, handoff.state == HandoffState.offered.rawValue {
            model["due"] = DueMark(due, zone: zone(handoff.to?.code), language: language).model
        }
        return model
    }

    private func answer(_ answer: AnswerView) -> [String: Any] {
        var model: [String: Any] = [
            "office": answer.office?.name ?? "", "body": answer.body, "interim": answer.interim,
            "state": AnswerState(rawValue: answer.state)?.label[language] ?? answer.state,
        ]
        model["drafted_by"] = answer.draftedBy
        model["approved_by"] = answer.approvedBy
        model["published_at"] = answer.publishedAt.map(moment)
        return model
    }

    private func decision(_ decision: DecisionView) -> [String: Any] {
        var model: [String: Any] = [
            "mode": words("mode_" + decision.mode),
            "suggestions": decision.suggestions.map { suggestion -> [String: Any] in
                [
                    "office": suggestion.office?.name ?? "", "code": suggestion.office?.code ?? "",
                    "role": PartRole(rawValue: suggestion.role)?.label[language] ?? suggestion.role,
                    "reasons": suggestion.reasons,
                ]
            },
        ]
        model["rule"] = decision.rule
        return model
    }

    private func arbitration(_ arbitration: ArbitrationView) -> [String: Any] {
        var model: [String: Any] = [
            "arbiter": arbitration.arbiter?.name ?? "", "why": words("why_" + arbitration.why),
            "opened_at": moment(arbitration.openedAt), "open": arbitration.decidedAt == nil,
            "due": DueMark(arbitration.dueAt, zone: zone(arbitration.arbiter?.code), language: language).model,
            "advice": arbitration.advice.map { ["office": $0.office?.name ?? "", "body": $0.body] },
        ]
        model["request"] = arbitration.request
        model["reason"] = arbitration.reason
        return model
    }

    private func errors(_ problem: Problem) -> [String: Any] {
        [
            "detail": problem.detail[language],
            "fields": problem.errors.map { error in
                let name = error.pointer.split(separator: "/").dropFirst().first.map(String.init) ?? ""
                return ["name": words("field_" + name), "detail": error.detail[language]]
            },
        ]
    }

    /// Offices to choose from, the own ones first.
    private var offices: [[String: String]] {
        let own = caller.directory.offices(of: caller.scope.number)
        let others = caller.directory.offices.values
            .filter { $0.active && $0.agency != caller.scope.number }
            .sorted { $0.code < $1.code }
        return (own + others).filter(\.joined).prefix(400).map { ["code": $0.code, "name": $0.name] }
    }

    // MARK: Words

    private func moment(_ time: Date) -> String {
        DueMark.moment(time, zone: caller.office?.zone, language: language)
    }

    private func zone(_ office: String?) -> String? {
        office.flatMap(caller.directory.office(code:))?.zone ?? caller.office?.zone
    }

    private func name(ofCategory code: String) -> String {
        let category = caller.directory.categories[code]
        return (language == .id ? category?.nameID : category?.nameEN) ?? code
    }
}
