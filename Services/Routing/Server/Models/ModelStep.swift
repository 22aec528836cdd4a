import RoutingAPI
import RoutingClassifier
import Tenancy

/// What a learnt model adds to a decision: after rules, place and supervision, never against them.
///
/// It decides where nothing else did, it is certain, its office has earned it, and the text has one subject. Else its
/// probabilities and what facts and duties say are weighed together into proposals.
struct ModelStep: Sendable {
    let directory: Directory
    let isOutside: Bool

    /// A model's probability counts about twice what duties and facts say. Chosen, not measured (docs/adr/0013).
    private static let weight = 0.65

    func applied(_ opinion: ModelOpinion, to decision: RoutingDecision, _ facts: CaseFacts) -> RoutingDecision {
        // Whoever holds the case already is no proposal, and what happens elsewhere is not the own offices' work.
        let holder = directory.frontOffice(of: facts.agency)?.code
        let proposed = opinion.ranked.filter { candidate in
            guard candidate.office != holder, let office = directory.office(code: candidate.office), office.active
            else {
                return false
            }
            return !(isOutside && office.agency == facts.agency)
        }
        let first = opinion.first.flatMap { directory.office(code: $0.office) }
        let isOpen = decision.mode == .suggested && decision.rule == nil
        let acts =
            isOpen && opinion.isCertain && opinion.isEarned && !isOutside && first?.joined == true
            && proposed.first?.office == opinion.first?.office && (facts.reading?.subjects ?? []).isEmpty
        var result = decision
        result.trace.append(opinion.trial(acted: acts, name: first?.name ?? opinion.first?.office ?? ""))
        guard isOpen, let best = proposed.first else { return result }
        if acts {
            result.mode = .automatic
            result.rule = ModelOpinion.name(opinion.version)
            result.suggestions = [
                .init(office: best.office, probability: best.probability, reasons: [opinion.reason])
            ]
        } else {
            result.suggestions = blended(proposed, opinion, with: decision.suggestions)
        }
        return result
    }

    private func blended(
        _ proposed: [Classification.Candidate], _ opinion: ModelOpinion, with others: [RoutingDecision.Suggestion]
    ) -> [RoutingDecision.Suggestion] {
        var leads = others.filter { $0.role == "lead" }.map { suggestion in
            var suggestion = suggestion
            suggestion.probability *= 1 - Self.weight
            return suggestion
        }
        for candidate in proposed where candidate.probability >= 0.02 {
            let share = candidate.probability * Self.weight
            let reason =
                candidate.office == opinion.first?.office
                ? opinion.reason : "Laporan serupa dahulu ditangani kantor ini."
            if let place = leads.firstIndex(where: { $0.office == candidate.office }) {
                leads[place].probability += share
                leads[place].reasons.append(reason)
            } else {
                leads.append(.init(office: candidate.office, probability: share, reasons: [reason]))
            }
        }
        leads.sort { ($1.probability, $0.office) < ($0.probability, $1.office) }
        leads = leads.prefix(Proposals.most).map { suggestion in
            var suggestion = suggestion
            suggestion.probability = (suggestion.probability * 100).rounded() / 100
            return suggestion
        }
        return leads + others.filter { $0.role != "lead" && $0.office != leads.first?.office }
    }
}
