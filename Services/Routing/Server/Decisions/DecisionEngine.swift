import RoutingAPI
import RoutingClassifier
import SinergiCore
import Tenancy

/// Decides by rules and territory. A pure value: no database, no clock, no chance.
///
/// 1. The agency's rules, in order; the first that holds decides. Outside the agency's own territory only rules count
///    that send the case to another agency or to a person.
/// 2. Else, a place outside the own territory decides: the agency of that place.
/// 3. Else the one office that is responsible before all others (`ResponsibilityStep`).
/// 4. Else the agency's learnt model, where it has earned it (`ModelStep`).
/// 5. Else a person decides, with ranked proposals.
struct DecisionEngine: Sendable {
    private let rules: [RoutingRule]
    private let version: Int?
    private let directory: Directory
    private let territory: Territory
    private let place: ReceivedPlace

    /// - Parameters:
    ///   - version: What the rules are on record as.
    ///   - place: Day and point of what is decided.
    init(
        rules: [RoutingRule], version: Int? = nil, directory: Directory, place: ReceivedPlace = ReceivedPlace()
    ) {
        self.rules = rules.sorted(by: RoutingRule.order)
        self.version = version
        self.directory = directory
        self.place = place
        territory = Territory(directory: directory, place: place)
    }

    /// - Parameters:
    ///   - opinion: What the agency's model says; `nil` without one, and for secret reports.
    ///   - isSecret: No word of the report may stand in what is kept of the decision.
    func decide(_ facts: CaseFacts, opinion: ModelOpinion? = nil, isSecret: Bool = false) -> RoutingDecision {
        let isOutside = facts.area.map { territory.isOutside($0, of: facts.agency) } ?? false
        var decision = decided(facts, isOutside: isOutside)
        decision.rulesVersion = version
        decision = ResponsibilityStep(directory: directory, isOutside: isOutside, day: place.day)
            .applied(to: decision, facts)
        if let opinion, !facts.isSensitive, !isSecret {
            decision = ModelStep(directory: directory, isOutside: isOutside).applied(opinion, to: decision, facts)
        }
        return facts.isSensitive || isSecret ? decision.withoutWords : decision
    }

    private func decided(_ facts: CaseFacts, isOutside: Bool) -> RoutingDecision {
        var trace: [RuleTrial] = facts.reading?.trials ?? []
        var broken: RoutingRule?
        var matched: (rule: RoutingRule, trial: RuleTrialRun)?
        for rule in rules {
            let trial = RuleTrialRun(rule: rule, facts: facts, isOutside: isOutside)
            trace.append(trial.result)
            if trial.wouldHaveMatched, broken == nil { broken = rule }
            if trial.result.matched {
                matched = (rule, trial)
                break
            }
        }
        let decided =
            matched.map { decision(by: $0.rule, trial: $0.trial, facts: facts, trace: trace) }
            ?? withoutRule(facts, isOutside: isOutside, trace: trace)
        return broken.map { Self.held(decided, for: $0) } ?? decided
    }

    /// A broken rule stood before what decides now: what follows it was written for other cases, so a person decides.
    private static func held(_ decision: RoutingDecision, for rule: RoutingRule) -> RoutingDecision {
        var decision = decision
        decision.mode = .suggested
        decision.rule = "Aturan rusak: \(rule.name)"
        return decision
    }

    private func withoutRule(_ facts: CaseFacts, isOutside: Bool, trace: [RuleTrial]) -> RoutingDecision {
        if isOutside, let byPlace = decisionByPlace(facts, trace: trace) { return byPlace }
        if let supervised = decisionBySupervision(facts, trace: trace) { return supervised }
        let proposals = Proposals(rules: rules, directory: directory, territory: territory)
        return RoutingDecision(
            mode: .suggested, rule: nil, suggestions: withContributors(proposals.ranked(for: facts), facts),
            trace: trace)
    }

    /// A text of several subjects: who else is needed beside the office that is proposed first.
    private func withContributors(
        _ leads: [RoutingDecision.Suggestion], _ facts: CaseFacts
    ) -> [RoutingDecision.Suggestion] {
        guard let lead = leads.first, !facts.isSensitive, let reading = facts.reading else { return leads }
        return leads
            + reading.subjects.filter { $0.office != lead.office }.map {
                .init(
                    office: $0.office, role: PartRole.contributor.rawValue, probability: $0.share,
                    reasons: ["Laporan ini juga menyebut “\($0.words.joined(separator: "”, “"))”."])
            }
    }

    /// Misconduct goes to the one office of the agency that supervises the others, and to nobody before it.
    private func decisionBySupervision(_ facts: CaseFacts, trace: [RuleTrial]) -> RoutingDecision? {
        guard facts.isSensitive, let reading = facts.reading, reading.misconduct.isRecognised,
            reading.supervisors.count == 1, let office = reading.supervisors.first
        else { return nil }
        return RoutingDecision(
            mode: .automatic, rule: Self.supervisionRule,
            suggestions: [.init(office: office, probability: 1, reasons: [Self.supervisionRule])], trace: trace)
    }

    /// Name of the built-in rule in decisions.
    static let supervisionRule = "Laporan berkadar pengawasan langsung ke pengawas."

    private func decision(
        by rule: RoutingRule, trial: RuleTrialRun, facts: CaseFacts, trace: [RuleTrial]
    ) -> RoutingDecision {
        let reasons = trial.reasons
        guard let lead = rule.lead.flatMap(directory.office(code:)), lead.joined, lead.active, !rule.hold else {
            var proposals = Proposals(rules: rules, directory: directory, territory: territory).ranked(for: facts)
            if let lead = rule.lead {
                proposals.removeAll { $0.office == lead }
                proposals.insert(.init(office: lead, probability: 1, reasons: reasons), at: 0)
            }
            return RoutingDecision(
                mode: .suggested, rule: rule.name, suggestions: Array(proposals.prefix(Proposals.most)), trace: trace,
                casePriority: rule.casePriority)
        }
        var parts = [RoutingDecision.Suggestion(office: lead.code, probability: 1, reasons: reasons)]
        for code in rule.contributors where code != lead.code && directory.office(code: code)?.joined == true {
            parts.append(.init(office: code, role: PartRole.contributor.rawValue, probability: 1, reasons: reasons))
        }
        return RoutingDecision(
            mode: .automatic, rule: rule.name, suggestions: parts, trace: trace, casePriority: rule.casePriority)
    }

    private func decisionByPlace(_ facts: CaseFacts, trace: [RuleTrial]) -> RoutingDecision? {
        guard let area = facts.area, !facts.isSensitive, let owner = territory.owner(of: area), owner.isLocal,
            owner.agency.number != facts.agency, let office = directory.office(code: owner.agency.code), office.joined
        else { return nil }
        let own = directory.agencies[facts.agency]?.name ?? "kami"
        let reasons = [
            "Tempat kejadian ada di wilayah \(owner.agency.name).", "Tempat itu di luar wilayah \(own).",
        ]
        let trial = RuleTrial(
            rule: nil, version: nil, name: Self.placeRule, matched: true, broken: false, why: reasons)
        return RoutingDecision(
            mode: .automatic, rule: Self.placeRule,
            suggestions: [.init(office: office.code, probability: 1, reasons: reasons)], trace: trace + [trial])
    }

    /// Name of the built-in rule in decisions.
    static let placeRule = "Wilayah tempat kejadian"
}
