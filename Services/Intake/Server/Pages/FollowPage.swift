import Foundation
import IntakeAPI
import ServiceKit
import SinergiCore
import Tenancy

/// A complaint in words: who holds it, since when, what comes next and by when, and everything that happened.
struct FollowPage: Sendable {
    let directory: Directory
    let agency: AgencyScope
    let language: Language
    /// Not the reporter reads it, so nothing is called theirs.
    var isPublic = false

    /// What everybody may see; title and text are empty before an officer has checked them.
    func model(of summary: ComplaintSummary) -> [String: Any] {
        var page = self
        page.isPublic = true
        return page.model(
            ComplaintView(
                summary: summary, answers: [], messages: [], anonymous: true, confidential: false, lat: nil, long: nil,
                address: nil, actions: []), nil)
    }

    func model(_ view: ComplaintView, _ problem: Problem?, isWaiting: Bool = false) -> [String: Any] {
        let summary = view.summary
        var model: [String: Any] = [
            "code": summary.trackingCode, "title": summary.title, "description": summary.description,
            "status": label(CaseStatus(rawValue: summary.status), summary.status), "status_code": summary.status,
            "created": words(summary.createdAt, at: nil), "steps": summary.steps.reversed().map(step),
            "has_answers": !view.answers.isEmpty, "answers": view.answers.map(answer),
            "clocks": clocks(summary), "has_clocks": summary.clocks.sinceSubmission.dueAt != nil,
            "can": Dictionary(uniqueKeysWithValues: view.actions.map { ($0, true) }),
            "ratings": (1...5).reversed().map { ["value": "\($0)"] }, "confidential": view.confidential,
            "anonymous": view.anonymous, "has_messages": !view.messages.isEmpty,
            "messages": view.messages.map(message), "form_id": UUID.v7().text,
            "waiting": isWaiting, "stored": !isWaiting,
        ]
        model["consent"] = ["text": ExternalConsentText.text[language], "wording": ExternalConsentText.wording]
        if let outcome = summary.outcome { model["outcome"] = label(Outcome(rawValue: outcome), outcome) }
        if let holder = summary.holder {
            model["holder"] = ["name": holder.name, "since": summary.heldSince.map { words($0, at: holder) } ?? ""]
        }
        if let next = summary.nextStep {
            var line: [String: Any] = ["label": label(NextStep(rawValue: next), next)]
            if let due = summary.expectedAt { line["due"] = words(due, at: summary.holder) }
            model["next"] = line
        }
        if let main = view.mergedInto {
            model["merged_into"] = [
                "main_code": main.trackingCode, "main_status": label(CaseStatus(rawValue: main.status), main.status),
            ]
        }
        model["split_into"] = view.splitInto.map { part -> [String: Any] in
            var line: [String: Any] = [
                "part_code": part.trackingCode, "part_title": part.title,
                "part_status": label(CaseStatus(rawValue: part.status), part.status),
            ]
            line["part_holder"] = part.holder
            return line
        }
        model["has_parts"] = !view.splitInto.isEmpty
        model["split_from"] = view.splitFrom
        model["may_leave"] = view.mergedInto != nil && view.actions.contains("dispute")
        if let address = view.address { model["address"] = address }
        if let category = summary.category.flatMap({ directory.categories[$0] }) {
            model["category"] = language == .id ? category.nameID : category.nameEN
        }
        guard let problem else { return model }
        model["problem"] = problem.detail[language]
        model["errors"] = problem.errors.map { ["detail": $0.detail[language]] }
        return model
    }

    /// In a joint case the part that is still wrong can be named; then only that one opens again.
    static func parts(of record: ComplaintRecord) -> [String: Any] {
        let parts = record.view.flatMap { try? CaseProjection(json: $0) }?.parts ?? []
        return [
            "has_parts": parts.count > 1, "parts": parts.map { ["code": $0.office.code, "name": $0.office.name] },
        ]
    }

    private func step(_ step: ReporterStep) -> [String: Any] {
        let name = step.office?.name ?? ""
        var line: [String: Any] = [
            "at": words(step.at, at: step.office), "machine_at": Timestamp.text(step.at),
            "text": CaseEvent(rawValue: step.event).map {
                isPublic
                    ? $0.label[language] + (name.isEmpty ? "" : " · " + name) : $0.sentence(office: name, in: language)
            } ?? step.event,
        ]
        if let note = step.note, !note.isEmpty { line["note"] = note }
        return line
    }

    private func answer(_ answer: ReporterAnswer) -> [String: Any] {
        [
            "office": answer.office.name, "body": answer.body, "at": words(answer.publishedAt, at: answer.office),
            "interim": answer.interim, "corrected": answer.correctedBy != nil, "correction": answer.corrects != nil,
        ]
    }

    private func message(_ message: ReporterMessage) -> [String: Any] {
        var line: [String: Any] = ["body": message.body, "at": words(message.at, at: message.office)]
        if message.from != "reporter" { line["office"] = message.office?.name ?? agency.code }
        return line
    }

    /// Both clocks of product decision 8: the reporter's, which never restarts, and the legal one.
    private func clocks(_ summary: ComplaintSummary) -> [String: Any] {
        var model: [String: Any] = [:]
        let own = summary.clocks.sinceSubmission
        if let due = own.dueAt {
            model["due"] = words(due, at: summary.holder)
            if let days = own.workingDaysLeft {
                model[days < 0 ? "late" : "left"] = "\(abs(days))"
            }
        }
        if let due = summary.clocks.legal.dueAt, let start = summary.clocks.legal.startedAt {
            model["legal"] = ["due": words(due, at: summary.holder), "started": words(start, at: summary.holder)]
        }
        return model
    }

    private func label(_ value: (some PlainText)?, _ raw: String) -> String {
        // An unknown word comes from newer code; it is shown as it is.
        value?.label(in: language) ?? raw
    }

    /// With weekday and zone, in the office's own time.
    private func words(_ time: Date, at office: OfficeReference?) -> String {
        let found = office.flatMap { directory.office(code: $0.code) } ?? directory.frontOffice(of: agency.number)
        return (found.flatMap { Zone(rawValue: $0.zone) } ?? .jakarta).words(time, in: language)
    }
}
