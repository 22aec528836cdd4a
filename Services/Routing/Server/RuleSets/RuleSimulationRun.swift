import Foundation
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// Tries a draft on past cases and keeps what came of it; the trial is what its activation asks for.
struct RuleSimulationRun: Sendable {
    let database: AgencyDatabase
    let sets: RuleSetWorkflow
    /// No trial takes longer; what it has seen by then counts, and it says so.
    var limit: Duration = .seconds(8)

    private static let page = 200

    func run(_ id: UUID, _ body: SimulateBody, _ caller: Caller) async throws -> Reply {
        let (draft, inForce) = try await database.withAgencyRetrying(caller) { transaction in
            _ = try await transaction.query(RuleSetStore.keep(caller.actor))
            guard let row = try await transaction.query(RuleSetStore.draft(id)).first else { throw Problem.notFound }
            return (try RuleDraft(row: row), try await sets.inForce(transaction))
        }
        guard draft.state == "draft" else {
            throw Problem.wrongState().explained(
                id: "Hanya rancangan yang dapat disimulasikan. Buat rancangan baru.",
                en: "Only a draft can be simulated. Make a new draft.")
        }
        var simulation = Self.simulation(draft, inForce, caller.directory)
        let complete = try await fill(&simulation, body, caller)
        let kept = UUID.v7()
        let results = try await database.once(
            caller,
            [
                """
                INSERT INTO casework.rule_simulation (agency, id, rule_set, revision, against, result, by)
                VALUES (directory.me(), \(kept), \(id), \(Int32(draft.revision))::int4,
                    \(inForce.version.map(Int32.init(clamping:)))::int4,
                    \(try JSONWriter.text(of: simulation.result(complete: complete)))::jsonb, \(caller.actor))
                """, RuleSetStore.simulation(of: id),
            ])
        guard results.count == 2, let row = results[1].first else { throw Problem.internal }
        return try Reply(try RuleSimulation.stored(row))
    }

    private static func simulation(
        _ draft: RuleDraft, _ inForce: RulesInForce, _ directory: Directory
    ) -> RuleSimulation {
        let now = Date()
        let changed = draft.changed(from: inForce)
        let isValid = { (rule: RoutingRule) in
            (rule.validFrom ?? now) <= now && (rule.validTo ?? .distantFuture) > now
        }
        return RuleSimulation(
            active: inForce.rules.map(\.rule).filter(isValid),
            // What is new is tried as if it were in force already, whenever it is to begin.
            draft: draft.table(over: inForce).map(\.rule).filter {
                isValid($0) || changed.contains($0.id) && ($0.validTo ?? .distantFuture) > now
            }, directory: directory)
    }

    /// - Returns: Whether all cases that were asked for were looked at.
    private func fill(_ simulation: inout RuleSimulation, _ body: SimulateBody, _ caller: Caller) async throws -> Bool {
        let end = ContinuousClock.now + limit
        var place: PastCase.Place?
        while simulation.cases < body.cases {
            let size = min(Self.page, body.cases - simulation.cases)
            let rows = try await database.query(
                caller, PastCase.statement(body, after: place, limit: size))
            for row in rows {
                guard ContinuousClock.now < end else { return false }
                let past = try PastCase(row: row, agency: caller.scope.number, directory: caller.directory)
                simulation.add(past)
                place = past.place
            }
            if rows.count < size { return true }
        }
        return true
    }
}
