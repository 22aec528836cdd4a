import Foundation
import Postgres
import RoutingAPI
import ServiceKit
import SinergiCore
import Tenancy

/// Statements about decisions where a case goes.
enum DecisionStore {
    /// The columns of `DecisionView`, of a table named `d`.
    static let columns: SQL = """
        d.id, d.case_id, d.at, d.mode, d.rule, d.suggestions::text AS suggestions, d.trace::text AS trace,
        d.rules_version::int8 AS rules_version
        """

    static func read(_ id: UUID) -> SQL { "SELECT \(columns) FROM casework.decision d WHERE d.id = \(id)" }

    /// Records a decision by machine.
    static func record(_ decision: RoutingDecision, id: UUID, case caseID: UUID, directory: Directory) throws -> SQL {
        let suggestions = decision.suggestions.map { $0.view(directory) }
        return """
            SELECT casework.record_ruled_decision(\(id), \(caseID), \(decision.mode.rawValue), \(decision.rule),
                \(try JSONWriter.text(of: suggestions))::jsonb, \(try TraceText.bounded(decision.trace))::jsonb,
                \(decision.rulesVersion.map(Int32.init(clamping:)))::int4)
            """
    }

    /// Records that an officer chose. Overruling a machine is what it learns from.
    static func recordManual(
        id: UUID, case caseID: UUID, office: OfficeRef?, reason: String, caller: Caller
    ) throws -> SQL {
        let suggestion = SuggestionView(office: office, role: "lead", probability: 1, reasons: [reason])
        // Called only where the offer before it was allowed.
        return """
            SELECT casework.record_decision(\(id), c.id, 'manual', NULL,
                \(try JSONWriter.text(of: [suggestion]))::jsonb, '[]')
            FROM casework."case" c
            WHERE \(CaseScope.leads(CaseID(caseID), caller))
            """
    }
}

extension RoutingDecision.Suggestion {
    func view(_ directory: Directory) -> SuggestionView {
        SuggestionView(
            office: directory.reference(code: office), role: role, probability: probability, reasons: reasons)
    }
}

extension SuggestionView {
    /// With its reasons in the clear: an officer's own may be about a secret case.
    func revealed(to caller: Caller) -> SuggestionView {
        var shown = self
        shown.reasons = reasons.map { caller.reveal($0) }
        return shown
    }
}

extension DecisionView {
    /// - Parameter full: With the trace of all rules that were tried.
    init(row: PostgresRow, full: Bool, directory: Directory) throws {
        self.init(
            decisionID: try row.decode("id", as: UUID.self).uuidString.lowercased(),
            caseID: try row.decode("case_id", as: UUID.self).uuidString.lowercased(),
            at: try row.decode("at", as: Date.self), mode: try row.decode("mode", as: String.self),
            rule: try row.decodeIfPresent("rule", as: String.self),
            rulesVersion: try row.decodeIfPresent("rules_version", as: Int.self),
            suggestions: try StoredJSON.decode(
                [SuggestionView].self, from: try row.decode("suggestions", as: String.self)),
            // Arbiters' decisions keep something else there: no rule was tried.
            trace: full
                ? (try? StoredJSON.decode([RuleTrial].self, from: try row.decode("trace", as: String.self))) ?? [] : nil
        )
    }
}
