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
        for name in ["verify", "route", "offer", "assign", "note", "draft"] where actions.contains(name) {
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
        forms["none"] = forms.isEmpty
        return forms
    }

    private static let fields = [
        "note", "reason", "body", "to", "request", "external_reference", "suggested_office", "lead", "monitor", "title",
        "description_published", "category", "officer",
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
        case "note":
            let chosen = mine?.fields["visibility"] ?? "agency"
            model["audiences"] = ["agency", "participants", "office"].map {
                ["value": $0, "label": page.words("visibility_" + $0), "chosen": chosen == $0] as [String: Any]
            }
        default: break
        }
        return model
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
