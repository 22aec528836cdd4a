import Foundation
import RoutingAPI
import ServiceKit
import SinergiCore
import Tenancy

/// The forms that the reader may send, with what was typed before a refusal.
struct CaseForms {
    let page: CasePage
    let attempt: CasePage.Attempt?

    private var document: CaseDocument { page.document }
    private var caller: Caller { page.caller }

    var model: [String: Any] {
        var forms: [String: Any] = [:]
        let actions = Set(document.view.actions)
        for name in ["verify", "route", "offer", "assign", "note", "draft", "unseal"] where actions.contains(name) {
            forms[name] = form(name)
        }
        if actions.contains("request_arbitration") { forms["ask_arbiter"] = form("arbitration") }
        if actions.contains("accept") { forms["offered"] = offered }
        if actions.contains("recall") { forms["recallable"] = recallable }
        if actions.contains("approve") { forms["drafts"] = answers(in: [.draft]) }
        if actions.contains("publish") { forms["approved"] = answers(in: [.approved]) }
        if actions.contains("arbitrate"), let arbitration = document.view.arbitration {
            forms["decide"] = decide(arbitration)
        }
        for (name, action) in [
            ("extend", "extend"), ("finish", "finish"), ("withdraw", "withdraw_part"), ("reference", "assign"),
            ("outcome", "outcome"), ("act-for", "act_for"), ("deliver", "deliver"),
        ] where actions.contains(action) {
            // Mustache reads a hyphen as part of a name; the addresses of the API have one.
            if let model = part(name) { forms[name.replacing("-", with: "_")] = model }
        }
        for (name, action) in [
            ("ask-information", "ask_information"), ("hold", "hold"), ("resume", "resume"), ("archive", "archive"),
        ] where actions.contains(action) { forms[action] = form(name) }
        if let objection = page.objection {
            forms["objection"] = form("objection").merging([
                "words": caller.reveal(objection.reason), "rule": objection.rule as Any? ?? false,
                "when": DueMark.moment(objection.at, zone: caller.office?.zone, language: page.language),
            ]) { $1 }
        }
        if actions.contains("draft"), !ownParts.isEmpty { forms["task"] = form("task") }
        if actions.contains("advise"), let arbitration = document.view.arbitration {
            forms["advise"] = form("advise").merging(["id": arbitration.arbitrationID.description]) { $1 }
        }
        forms["none"] = forms.isEmpty
        // False and not absent: the page has an outcome, too.
        if forms["outcome"] == nil { forms["outcome"] = false }
        return forms
    }

    private static let fields = [
        "note", "reason", "body", "to", "request", "external_reference", "suggested_office", "lead", "monitor", "title",
        "description_published", "category", "officer", "days", "result", "date", "budget_source", "how", "told",
        "office", "due_on", "points", "sent_to", "pin_to", "reference", "items", "until", "upheld",
    ]

    private func form(_ name: String, id: String? = nil) -> [String: Any] {
        let mine = attempt.flatMap { $0.form == name && (id == nil || $0.fields["id"] == id) ? $0 : nil }
        // Every field is there, for a missing one would be looked for in what surrounds the form.
        var model: [String: Any] = Dictionary(uniqueKeysWithValues: Self.fields.map { ($0, "") })
        model["open"] = mine != nil
        for field in mine?.fields.fields ?? [] { model[field.name] = field.value }
        if let id { model["id"] = id }
        switch name {
        case "verify":
            if mine == nil {
                model["title"] = document.view.title
                model["description_published"] =
                    document.view.descriptionPublished
                    ?? PublicText(masking: document.view.description, limit: 10_000).text
            }
            model["categories"] = categories(chosen: mine?.fields["category"] ?? document.view.category)
        case "decline":
            model["codes"] = DeclineReason.allCases.map {
                [
                    "code": $0.rawValue, "label": $0.label[page.language],
                    "chosen": mine?.fields["reason_code"] == $0.rawValue,
                ]
                    as [String: Any]
            }
        case "assign":
            model["officers"] = page.colleagues.map {
                ["id": $0.id, "name": $0.name, "offices": $0.offices, "chosen": mine?.fields["officer"] == $0.id]
                    as [String: Any]
            }
        case "route", "offer":
            let chosen = mine?.fields["role"] ?? PartRole.lead.rawValue
            model["roles"] = PartRole.offered.map {
                ["role": $0.rawValue, "label": $0.label[page.language], "chosen": chosen == $0.rawValue]
                    as [String: Any]
            }
            if mine == nil, name == "route", let suggestion {
                model["to"] = suggestion.office?.code ?? ""
                model["reason"] = suggestion.reasons.joined(separator: " ")
            }
        case "hold": model["earliest"] = tomorrow
        case "archive":
            model["reasons"] = page.archiveReasons.map {
                [
                    "code": $0.code, "label": $0.name[page.language], "needs_note": $0.needsNote,
                    "chosen": mine?.fields["reason_code"] == $0.code,
                ] as [String: Any]
            }
        case "objection":
            model["is_upheld"] = mine?.fields["upheld"] == "true"
            model["is_kept"] = mine?.fields["upheld"] == "false"
        case "note":
            let chosen = mine?.fields["visibility"] ?? "agency"
            model["audiences"] = ["agency", "participants", "office"].map {
                ["value": $0, "label": page.words("visibility_" + $0), "chosen": chosen == $0] as [String: Any]
            }
        default: break
        }
        return model
    }

    /// The first day on which a held case can come back, by the officer's clock.
    private var tomorrow: String {
        let zone = (caller.office?.zone).flatMap(Zone.init(rawValue:)) ?? .jakarta
        return zone.day(of: Date()).adding(1).description
    }

    /// Own offices with a working part, and whether they lead.
    private var ownParts: [(office: UUID, lead: Bool)] {
        document.parties.filter {
            $0.state == PartState.active.rawValue && caller.acts(for: $0.office)
                && PartRole(rawValue: $0.role).map(PartRole.offered.contains) == true
        }.map { ($0.office, $0.role == PartRole.lead.rawValue) }
    }

    /// Forms about one office's part. Which office is asked only where there is a choice.
    private func part(_ name: String) -> [String: Any]? {
        var model = form(name)
        let offices: [UUID]
        switch name {
        case "finish", "withdraw": offices = ownParts.filter { !$0.lead }.map(\.office)
        case "act-for": offices = []
        case "deliver":
            offices = document.parties.filter {
                $0.state == PartState.active.rawValue || $0.state == PartState.offered.rawValue
            }.map(\.office).filter { caller.directory.offices[$0]?.joined == false }
        default: offices = ownParts.map(\.office)
        }
        var codes = offices.compactMap { caller.directory.offices[$0]?.code }
        if name == "act-for" {
            let actions = CaseActions(document: document, caller: caller)
            codes = actions.silent
        }
        // Nobody to deliver to: no form.
        guard !codes.isEmpty else { return nil }
        let chosen = attempt.flatMap { $0.form == name ? $0.fields["office"] : nil }
        model["one"] = codes.count == 1 ? codes[0] as Any : false
        model["several"] = codes.count > 1
        model["choices"] = codes.map {
            ["code": $0, "name": caller.directory.office(code: $0)?.name ?? $0, "chosen": $0 == chosen] as [String: Any]
        }
        if name == "outcome" { model["outcomes"] = outcomes }
        if name == "deliver" {
            let mine = attempt.flatMap { $0.form == name ? $0.fields : nil }
            model["means"] = ["letter", "link", "elsewhere"].map {
                ["value": $0, "label": page.words("means_" + $0), "chosen": mine?["means"] == $0] as [String: Any]
            }
            model["channels"] = ["sms", "whatsapp", "mail"].map {
                ["value": $0, "label": page.words("channel_" + $0), "chosen": mine?["channel"] == $0] as [String: Any]
            }
        }
        return model
    }

    /// What the lead may plan for this kind.
    private var outcomes: [[String: Any]] {
        let possible: [OutcomeBody.Planned] =
            switch Kind(rawValue: document.view.kind) {
            case .information: [.answered, .referred]
            case .aspiration: [.noted, .committed, .referred]
            case .complaint: [.committed, .referred]
            default: [.referred]
            }
        let chosen = attempt.flatMap { $0.form == "outcome" ? $0.fields["outcome"] : nil }
        return possible.map {
            [
                "value": $0.rawValue, "label": Outcome(rawValue: $0.rawValue)?.label[page.language] ?? $0.rawValue,
                "chosen": $0.rawValue == chosen,
            ] as [String: Any]
        }
    }

    /// What the machine proposes while nobody has decided.
    private var suggestion: SuggestionView? {
        guard let decision = document.view.decision, decision.mode == "suggested" else { return nil }
        return decision.suggestions.first
    }

    private var offered: [[String: Any]] {
        document.offers.filter { caller.acts(for: $0.to) }.map { offer in
            let id = offer.id.text
            var model: [String: Any] = [
                "id": id, "to": caller.directory.offices[offer.to]?.name ?? "",
                "from": caller.directory.offices[offer.from]?.name ?? "",
                "role": PartRole(rawValue: offer.role)?.label[page.language] ?? offer.role,
                "accept": form("accept", id: id), "decline": form("decline", id: id),
            ]
            let view = document.view.handoffs.first { $0.handoffID.uuid == offer.id }
            // False and not absent, or what surrounds it would be shown.
            model["reason"] = view?.reason as Any? ?? false
            model["request"] = view?.request as Any? ?? false
            return model
        }
    }

    private var recallable: [[String: Any]] {
        document.offers.filter { caller.acts(for: $0.from) }.map { offer in
            var model = form("recall", id: offer.id.text)
            model["to"] = caller.directory.offices[offer.to]?.name ?? ""
            return model
        }
    }

    private func answers(in states: [AnswerState]) -> [[String: Any]] {
        let own = Set(document.answers.filter { caller.acts(for: $0.office) }.map(\.id))
        return document.view.answers
            .filter { own.contains($0.answerID.uuid) && states.map(\.rawValue).contains($0.state) }
            .map { ["id": $0.answerID.description, "body": $0.body, "interim": $0.interim] }
    }

    private func decide(_ arbitration: ArbitrationView) -> [String: Any] {
        var model = form("decide")
        model["id"] = arbitration.arbitrationID.description
        model["multi_agency"] = attempt?.fields["multi_agency"] == "true"
        model["contributors"] = (1...3).map { place in
            [
                "place": place, "office": attempt?.fields["contributor_\(place)"] ?? "",
                "request": attempt?.fields["request_\(place)"] ?? "",
            ] as [String: Any]
        }
        return model
    }

    private func categories(chosen: String?) -> [[String: Any]] {
        caller.directory.categories.values
            .filter { $0.active && $0.parent != nil }
            .sorted { $0.code < $1.code }
            .map { category in
                [
                    "code": category.code, "label": page.language == .id ? category.nameID : category.nameEN,
                    "chosen": category.code == chosen,
                ]
            }
    }
}
