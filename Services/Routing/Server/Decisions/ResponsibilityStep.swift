import RoutingAPI
import RoutingClassifier
import SinergiCore
import Tenancy

/// What the directory's responsibilities say where no rule, place or supervision has decided.
///
/// The longer category counts more, then the longer area. One office of the own agency that is responsible before all others
/// gets the case; several are proposed. Another agency's are only proposed: whoever declares itself in charge must not be
/// sent everybody's reports by that (docs/adr/0015).
struct ResponsibilityStep: Sendable {
    let directory: Directory
    let isOutside: Bool
    /// The day of receipt; `nil`: whenever.
    let day: Day?

    /// Name of the built-in rule in decisions.
    static let rule = "Tanggung jawab kantor"

    func applied(to decision: RoutingDecision, _ facts: CaseFacts) -> RoutingDecision {
        guard decision.mode == .suggested, decision.rule == nil, !facts.isSensitive, let category = facts.category
        else {
            return decision
        }
        let found = directory.responsibilities.compactMap { claim -> (office: Directory.Office, weight: (Int, Int))? in
            guard day.map(claim.period.contains) ?? true, Self.contains(claim.category, category),
                claim.area.map({ area in facts.area.map { Self.contains(area, $0) } ?? false }) ?? true,
                let office = directory.offices[claim.office], office.active, office.joined
            else { return nil }
            return (office, (claim.category.utf8.count, claim.area?.utf8.count ?? 0))
        }
        let own = found.filter { $0.office.agency == facts.agency }
        let best = own.map(\.weight).max(by: <)
        let first = best.map { top in Set(own.filter { $0.weight == top }.map(\.office.code)).sorted() } ?? []
        let others = Set(found.filter { $0.office.agency != facts.agency }.map(\.office.code)).sorted()
        var result = decision
        if first.count == 1, let office = first.first.flatMap(directory.office(code:)), !isOutside,
            (facts.reading?.subjects ?? []).isEmpty
        {
            let reasons = [reason(office, category)]
            result.mode = .automatic
            result.rule = Self.rule
            result.suggestions = [.init(office: office.code, probability: 1, reasons: reasons)]
            result.trace.append(
                RuleTrial(rule: nil, version: nil, name: Self.rule, matched: true, broken: false, why: reasons))
            return result
        }
        let holder = directory.frontOffice(of: facts.agency)?.code
        for code in (isOutside ? [] : first) + others where code != holder {
            guard let office = directory.office(code: code) else { continue }
            propose(office, reason(office, category), in: &result)
        }
        return result
    }

    /// Before the other proposals of a lead, or one reason more for one of them.
    private func propose(_ office: Directory.Office, _ reason: String, in decision: inout RoutingDecision) {
        if let place = decision.suggestions.firstIndex(where: { $0.office == office.code && $0.role == "lead" }) {
            decision.suggestions[place].reasons.append(reason)
        } else {
            let strongest = decision.suggestions.filter { $0.role == "lead" }.map(\.probability).max() ?? 0.5
            let leads = decision.suggestions.filter { $0.role == "lead" }
            let rest = decision.suggestions.filter { $0.role != "lead" && $0.office != office.code }
            let fresh = RoutingDecision.Suggestion(office: office.code, probability: strongest, reasons: [reason])
            decision.suggestions = Array(([fresh] + leads).prefix(Proposals.most)) + rest
        }
    }

    private func reason(_ office: Directory.Office, _ category: String) -> String {
        let subject = directory.categories[category]?.nameID.lowercased() ?? category
        return "\(office.name) bertanggung jawab atas \(subject)."
    }

    private static func contains(_ outer: String, _ inner: String) -> Bool {
        inner == outer || inner.hasPrefix(outer + ".")
    }
}
