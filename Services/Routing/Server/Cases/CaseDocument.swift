import Foundation
import Identity
import IntakeAPI
import Postgres
import RoutingAPI
import SinergiCore
import Tenancy

/// A case as read: what is shown of it, and what only decides about actions.
struct CaseDocument: Sendable {
    var view: CaseView
    let version: Int
    /// The office that answers for the case.
    let leadOffice: UUID
    let resolveDue: Date
    let heldSince: Date
    let parties: [Party]
    let offers: [Offer]
    let arbiter: UUID?
    let answers: [OwnAnswer]
    /// Sealed by a machine's reading alone, so that an officer may open it.
    let isFalseAlarm: Bool
    /// Whether an own office's part has not been looked at yet.
    let unseen: Bool

    /// An office's part.
    struct Party: Sendable {
        let office: UUID
        let role: String
        let state: String
    }
    /// An offer that waits for its answer.
    struct Offer: Sendable {
        let id: UUID
        let from: UUID
        let to: UUID
        let role: String
    }
    /// An answer and its office.
    struct OwnAnswer: Sendable {
        let id: UUID
        let office: UUID
        let state: String
    }

    /// - Parameter results: Of the statements of `CaseStore.reads`, in their order.
    /// - Returns: `nil` where the caller's agency has no part, or the case is secret to the caller.
    init?(_ results: ArraySlice<PostgresRows>, caller: Caller) throws {
        let results = Array(results)
        guard results.count == 12, let row = results[0].first else { return nil }
        let directory = caller.directory
        let id = try row.decode("id", as: UUID.self)
        let words = try row.decodeIfPresent("sealed_text", as: [UInt8].self).map {
            try caller.texts.open($0, case: id, of: caller.scope)
        }
        var caller = caller
        caller.words[id] = words?.wordsKey.flatMap(WordsKey.init(text:)) ?? caller.words[id]
        let parties = try results[1].map { row in
            Party(
                office: try row.decode("office", as: UUID.self), role: try row.decode("role", as: String.self),
                state: try row.decode("state", as: String.self))
        }
        self.parties = parties
        unseen = try results[1].contains {
            try $0.decode("unseen", as: Bool.self)
                && $0.decode("state", as: String.self) == PartState.active.rawValue
        }
        version = try row.decode("version", as: Int.self)
        leadOffice = try row.decode("lead_office", as: UUID.self)
        isFalseAlarm = try row.decode("false_alarm", as: Bool.self)
        resolveDue = try row.decode("resolve_due", as: Date.self)
        heldSince = try row.decode("held_since", as: Date.self)
        let open = try results[2].filter { try $0.decode("state", as: String.self) == HandoffState.offered.rawValue }
        offers = try open.map { row in
            Offer(
                id: try row.decode("id", as: UUID.self), from: try row.decode("from_office", as: UUID.self),
                to: try row.decode("to_office", as: UUID.self), role: try row.decode("role", as: String.self))
        }
        let arbitration = results[3].first
        let undecided = try arbitration.flatMap {
            try $0.decodeIfPresent("decided_at", as: Date.self) == nil ? $0 : nil
        }
        arbiter = try undecided?.decode("arbiter_office", as: UUID.self)
        answers = try results[4].map { row in
            OwnAnswer(
                id: try row.decode("id", as: UUID.self), office: try row.decode("office", as: UUID.self),
                state: try row.decode("state", as: String.self))
        }
        let entries = try results[7].compactMap { try EntryView(row: $0, caller: caller) }
        view = try CaseView(
            row: row,
            participations: results[1].compactMap { try ParticipationView(row: $0, caller: caller) },
            handoffs: results[2].map { try HandoffView(row: $0, caller: caller) },
            arbitration: arbitration.map { try ArbitrationView(row: $0, case: nil, caller: caller) },
            answers: results[4].map { try AnswerView(row: $0, caller: caller) },
            clocks: results[5].map { try ClockView(row: $0, directory: directory) },
            decision: results[6].first.map { try DecisionView(row: $0, full: false, directory: directory) },
            entries: entries, words: words, caller: caller)
        view.holding = try results[8].map { try HoldingView(row: $0, directory: caller.directory) }
        if let suggestions = view.decision?.suggestions {
            view.decision?.suggestions = suggestions.map { $0.revealed(to: caller) }
        }
        (view.mergedInto, view.merged) = try Self.links(results[9])
        (view.splitFrom, view.split) = try Self.links(results[10])
        view.clusterID = try results[11].first?.decodeIfPresent("cluster", as: UUID.self)
        view.actions = CaseActions(document: self, caller: caller).names
    }

    /// The one office that says whether a secret report is one: to which it is offered, else which holds it.
    var reader: UUID { offers.first { $0.role == PartRole.lead.rawValue }?.to ?? leadOffice }

    /// Where the case came from, and what went out from it.
    private static func links(_ rows: PostgresRows) throws -> (from: LinkedCase?, to: [LinkedCase]) {
        let all = try rows.map {
            (isChild: try $0.decode("is_child", as: Bool.self), other: try LinkedCase(row: $0))
        }
        return (all.first(where: \.isChild)?.other, all.filter { !$0.isChild }.map(\.other))
    }
}
