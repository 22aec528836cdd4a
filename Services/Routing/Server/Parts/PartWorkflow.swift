import Foundation
import Postgres
import RoutingAPI
import ServiceKit
import SinergiCore
import Tenancy

/// What an office does with its part in a case.
struct PartWorkflow: Sendable {
    let runner: MoveRunner

    /// Ends a contributor's or monitor's part with its result.
    func finish(_ id: CaseID, _ body: FinishBody, expected: Int?, caller: Caller) async throws -> Reply {
        try await change(id, .publish, expected, caller, office: body.office) { office in
            """
            casework.finish_part(c.id, \(office), \(expected.asInt32)::int4, \(caller.actor), \(body.result), \(caller.trace))
            """
        }
    }

    /// More time, with an interim reply that tells the reporter why and until when.
    func extend(_ id: CaseID, _ body: ExtendBody, expected: Int?, caller: Caller) async throws -> Reply {
        let reply = """
            Kami memerlukan waktu lebih lama, sampai {due}. Alasannya: \(body.reason)
            """
        return try await change(id, .publish, expected, caller, office: body.office) { office in
            """
            casework.extend(\(UUID.v7()), c.id, \(office), \(expected.asInt32)::int4, \(caller.actor), \(caller.officer),
                \(Int32(body.days))::int4, \(body.reason), \(reply), \(caller.trace))
            """
        }
    }

    /// Leaves a part that no arbiter has given.
    func withdraw(_ id: CaseID, _ body: PartReasonBody, expected: Int?, caller: Caller) async throws -> Reply {
        try await change(id, .decline, expected, caller, office: body.office) { office in
            """
            casework.withdraw_part(c.id, \(office), \(expected.asInt32)::int4, \(caller.actor), \(body.reason), \(caller.trace))
            """
        }
    }

    /// The office's own number of the case.
    func setReference(_ id: CaseID, _ body: ReferenceBody, expected: Int?, caller: Caller) async throws -> Reply {
        try await change(id, .assign, expected, caller, office: body.office) { office in
            """
            casework.set_reference(c.id, \(office), \(expected.asInt32)::int4, \(caller.actor), \(body.reference), \(caller.trace))
            """
        }
    }

    /// Takes over the part of an office that was silent for three working days (product decision 7).
    func act(for id: CaseID, _ body: PartReasonBody, expected: Int?, caller: Caller) async throws -> Reply {
        guard let office = body.office else { throw Problem.invalid("#/office", "required") }
        try caller.require(.arbitrate)
        return try await run(
            id, expected, caller,
            """
            casework.act_for(c.id, \(office), \(expected.asInt32)::int4, \(caller.actor), \(body.reason), \(caller.trace))
            """)
    }

    /// What the case will end as; the lead says it before its final answer.
    func planOutcome(_ id: CaseID, _ body: OutcomeBody, expected: Int?, caller: Caller) async throws -> Reply {
        try caller.require(.publish)
        let details = try JSONWriter.text(of: JSONValue.object(body.details))
        return try await run(
            id, expected, caller,
            """
            casework.plan_outcome(c.id, \(expected.asInt32)::int4, \(caller.actor), \(body.outcome?.rawValue), \(details)::jsonb,
                \(caller.trace))
            """, scope: CaseScope.leads(id, caller))
    }

    /// - Parameter office: Named in the request; a unit's officer may only name the own one.
    private func change(
        _ id: CaseID, _ permission: Permission, _ expected: Int?, _ caller: Caller, office: String?,
        _ call: (String?) -> SQL
    ) async throws -> Reply {
        try caller.require(permission)
        if let office, let unit = caller.unitCode, office != unit { throw Caller.otherUnit }
        return try await run(id, expected, caller, call(office ?? caller.unitCode))
    }

    private func run(_ id: CaseID, _ expected: Int?, _ caller: Caller, _ call: SQL, scope: SQL? = nil) async throws
        -> Reply
    {
        let move = MoveResult.statement(
            call, from: "casework.\"case\" c", where: scope ?? CaseScope.takesPart(id, caller))
        // Read before too: who withdraws may have been the agency's only part.
        let reads = CaseStore.reads(id, for: caller)
        let plan = MoveRunner.Plan(
            statements: reads + [move] + reads, move: reads.count, subject: .case(id), expected: expected
        ) { move, results in
            if let after = try CaseDocument(results[(reads.count + 1)...], caller: caller) {
                return try Reply(after.view, version: after.version)
            }
            guard var before = try CaseDocument(results[..<reads.count], caller: caller)?.view else {
                throw Problem.notFound
            }
            before.actions = []
            return try Reply(before, version: move.version)
        }
        return try await runner.run(plan, caller: caller)
    }
}
