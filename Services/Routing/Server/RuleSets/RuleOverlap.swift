import Foundation
import SinergiCore
import Tenancy

/// What two rules of an agency have in common, told from their conditions alone.
struct RuleOverlap: Sendable {
    private let directory: Directory
    private let agency: Int
    private let territory: Territory
    /// What was valid before is past.
    private let now: Date

    init(agency: Int, directory: Directory, now: Date) {
        self.now = now
        self.agency = agency
        self.directory = directory
        territory = Territory(directory: directory)
    }

    /// Whether a case is thinkable that both match; `false` is certain, `true` is not.
    func mayMeet(_ a: RoutingRule, _ b: RoutingRule) -> Bool {
        guard !kinds(a).isDisjoint(with: kinds(b)), start(a) < (b.validTo ?? .distantFuture),
            start(b) < (a.validTo ?? .distantFuture)
        else { return false }
        return a.conditions.allSatisfy { one in b.conditions.allSatisfy { one.mayMeet($0) } }
    }

    /// Whether every case that `b` matches is matched by `a` too; `true` is certain.
    func covers(_ a: RoutingRule, _ b: RoutingRule) -> Bool {
        guard kinds(b).isSubset(of: kinds(a)), start(a) <= start(b),
            (a.validTo ?? .distantFuture) >= (b.validTo ?? .distantFuture),
            actsOutside(a) || !actsOutside(b) || isInside(b)
        else { return false }
        return a.conditions.allSatisfy { wide in
            if case .kind = wide { return true }
            return b.conditions.contains { $0.implies(wide) }
        }
    }

    private func start(_ rule: RoutingRule) -> Date { max(rule.validFrom ?? now, now) }

    /// Sensitive reports follow only rules that name their kind.
    private func kinds(_ rule: RoutingRule) -> Set<Kind> {
        let named = rule.conditions.compactMap { if case .kind(let kind) = $0 { kind } else { nil } }
        return named.isEmpty ? Set(Kind.allCases.filter { !$0.isConfidentialByDefault }) : Set(named)
    }

    /// Rules for the own offices decide nothing about places outside the own territory.
    private func actsOutside(_ rule: RoutingRule) -> Bool {
        rule.hold || rule.lead.flatMap(directory.office(code:))?.agency != agency
    }

    private func isInside(_ rule: RoutingRule) -> Bool {
        rule.conditions.contains {
            if case .area(let code) = $0 { !territory.isOutside(code, of: agency) } else { false }
        }
    }
}

extension RuleCondition {
    /// Whether both can hold of one case; conditions about different things always can.
    fileprivate func mayMeet(_ other: RuleCondition) -> Bool {
        switch (self, other) {
        case (.category(let a), .category(let b)), (.area(let a), .area(let b)):
            Self.contains(a, b) || Self.contains(b, a)
        case (.kind(let a), .kind(let b)): a == b
        case (.channels(let a), .channels(let b)): !Set(a).isDisjoint(with: b)
        case (.polygon(let a), .polygon(let b)): a.mayMeet(b)
        case (.time(let days, let hours), .time(let otherDays, let otherHours)):
            (days.isEmpty || otherDays.isEmpty || !Set(days).isDisjoint(with: otherDays))
                && (hours.flatMap { mine in otherHours.map(mine.meets) } ?? true)
        case (.answer(let question, let wanted), .answer(let other, let otherWanted)):
            question != other || !Set(wanted).isDisjoint(with: otherWanted)
        default: true
        }
    }

    /// Whether the other one holds wherever this one does.
    fileprivate func implies(_ wide: RuleCondition) -> Bool {
        switch (self, wide) {
        case (.category(let narrow), .category(let wide)), (.area(let narrow), .area(let wide)):
            Self.contains(wide, narrow)
        case (.kind(let a), .kind(let b)): a == b
        case (.words(let narrow), .words(let wide)):
            narrow.allSatisfy { phrase in wide.contains { CaseFacts.text(phrase, mentions: $0) } }
        case (.channels(let narrow), .channels(let wide)): Set(narrow).isSubset(of: wide)
        case (.polygon(let a), .polygon(let b)): a == b
        case (.time(let days, let hours), .time(let wideDays, let wideHours)):
            (wideDays.isEmpty || !days.isEmpty && Set(days).isSubset(of: wideDays))
                && (wideHours.map { wide in hours.map(wide.covers) ?? false } ?? true)
        case (.answer(let question, let narrow), .answer(let other, let wide)):
            question == other && Set(narrow).isSubset(of: wide)
        default: false
        }
    }

    private static func contains(_ outer: String, _ inner: String) -> Bool {
        inner == outer || inner.hasPrefix(outer + ".")
    }
}
