import Tenancy

/// Offices proposed to the person who decides, best first, where no rule is certain.
///
/// The order comes from how many facts speak for an office. Its probability is its share of all that speaks for any
/// office: fit to compare proposals of one case, not measured on outcomes.
struct Proposals: Sendable {
    /// More would not be read.
    static let most = 5

    let rules: [RoutingRule]
    let directory: Directory
    let territory: Territory

    func ranked(for facts: CaseFacts) -> [RoutingDecision.Suggestion] {
        var found = Tally(own: directory.frontOffice(of: facts.agency)?.code)
        for rule in rules where rule.faults.isEmpty {
            guard let lead = rule.lead, directory.office(code: lead)?.active == true else { continue }
            if facts.isSensitive, !rule.conditions.contains(where: \.namesKind) { continue }
            let outcomes = rule.conditions.map { $0.evaluate(facts) }
            let held = zip(rule.conditions, outcomes).filter(\.1.holds)
            guard !held.isEmpty else { continue }
            // A rule that is only about the place says nothing about the matter.
            guard held.contains(where: \.0.isAboutMatter) else { continue }
            found.add(lead, weight: held.reduce(0) { $0 + $1.0.specificity }, reasons: held.map(\.1.why))
        }
        if let category = facts.category, let group = category.split(separator: ".").first.map(String.init) {
            addRelated(group: group, facts: facts, to: &found)
        }
        if let addressed = facts.addressedOffice, directory.office(code: addressed)?.active == true, !facts.isSensitive
        {
            found.add(addressed, weight: 15, reasons: ["Pelapor menyebut kantor ini."])
        }
        if let area = facts.area { addByPlace(area, facts: facts, to: &found) }
        addByDuties(facts, to: &found)
        return found.ranked(limit: Self.most)
    }

    private func addRelated(group: String, facts: CaseFacts, to found: inout Tally) {
        guard !facts.isSensitive, group != "other" else { return }
        for rule in rules where rule.faults.isEmpty {
            guard let lead = rule.lead, directory.office(code: lead)?.active == true else { continue }
            let related = rule.conditions.contains {
                if case .category(let code) = $0 {
                    code != facts.category && code.hasPrefix(group + ".")
                } else {
                    false
                }
            }
            if related { found.add(lead, weight: 5, reasons: ["Kantor ini menangani urusan yang mirip."]) }
        }
    }

    /// The share of what the text itself says for an office weighs as much as three facts.
    private func addByDuties(_ facts: CaseFacts, to found: inout Tally) {
        for match in facts.reading?.matches ?? [] where !facts.isSensitive || match.supervises {
            let weight = Int((match.share * 60).rounded())
            guard weight > 0 else { continue }
            let words = match.words.map { "“\($0)”" }.joined(separator: ", ")
            found.add(
                match.office, weight: weight,
                reasons: [
                    words.isEmpty
                        ? "Isi laporan cocok dengan tugas kantor ini." : "Kata \(words) cocok dengan tugas kantor ini."
                ])
        }
    }

    private func addByPlace(_ area: String, facts: CaseFacts, to found: inout Tally) {
        if !facts.isSensitive {
            for unit in territory.units(of: facts.agency, serving: area) {
                found.add(unit.code, weight: 8, reasons: ["Kantor ini melayani tempat kejadian."])
            }
        }
        if let owner = territory.owner(of: area), owner.agency.number != facts.agency,
            directory.office(code: owner.agency.code) != nil
        {
            found.add(
                owner.agency.code, weight: owner.isLocal ? 30 : 12,
                reasons: ["Tempat kejadian ada di wilayah \(owner.agency.name)."])
        }
    }
}

/// Adds up what speaks for each office.
private struct Tally {
    private var weights: [String: Int] = [:]
    private var reasons: [String: [String]] = [:]
    /// The office that has the case already is no proposal.
    private let own: String?

    init(own: String?) {
        self.own = own
    }

    mutating func add(_ office: String, weight: Int, reasons new: [String]) {
        guard office != own else { return }
        weights[office, default: 0] += weight
        for reason in new where reasons[office]?.contains(reason) != true {
            reasons[office, default: []].append(reason)
        }
    }

    func ranked(limit: Int) -> [RoutingDecision.Suggestion] {
        // One fact's worth stays for "none of these", so that a lone proposal is no certainty.
        let all = Double(weights.values.reduce(0, +) + 20)
        return weights.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .prefix(limit)
            .map { office, weight in
                let share = (Double(weight) / all * 100).rounded() / 100
                return .init(office: office, probability: share, reasons: reasons[office] ?? [])
            }
    }
}
