import Foundation
import HTTPTypes
import Postgres
import RoutingAPI
import ServiceKit
import SinergiCore
import Tenancy

/// Offers of parts between offices, inside the agency and across.
struct HandoffWorkflow: Sendable {
    let database: AgencyDatabase
    let runner: MoveRunner

    /// - Throws: 404 for offers that the caller's agency neither made nor got.
    func read(_ id: HandoffID, caller: Caller) async throws -> HandoffView {
        try caller.require(.read)
        guard let row = try await database.query(caller, HandoffStore.read(id)).first else {
            throw Problem.notFound
        }
        return try HandoffView(row: row, caller: caller)
    }

    /// Offers a part of a case, and verifies a case that nobody has looked at yet.
    func route(
        _ caseID: CaseID, _ body: OfferBody, expected: Int?, caller: Caller, repeatable: IdempotentRequest? = nil
    ) async throws -> Reply {
        try caller.require(.route)
        let id = HandoffID.new()
        let move = HandoffStore.route(
            id, case: caseID, expected: expected.asInt32, to: body.to, role: body.role.rawValue, reason: body.reason,
            request: body.request, caller: caller)
        var further: [SQL] = []
        if body.role == .lead {
            further.append(
                try DecisionStore.recordManual(
                    id: UUID.v7(), case: caseID.uuid, office: caller.directory.reference(code: body.to),
                    reason: body.reason, caller: caller))
        }
        let plan = plan(
            id, [move], then: further, subject: .case(caseID), expected: expected, status: .created, caller: caller)
        return try await runner.run(plan, caller: caller, repeatable: repeatable)
    }

    func offer(
        _ caseID: CaseID, _ body: OfferBody, expected: Int?, caller: Caller, repeatable: IdempotentRequest? = nil
    ) async throws -> Reply {
        try caller.require(.offer)
        let id = HandoffID.new()
        let move = HandoffStore.offer(
            id, case: caseID, expected: expected.asInt32, to: body.to, role: body.role.rawValue, reason: body.reason,
            request: body.request, caller: caller)
        let plan = plan(
            id, [move], then: [], subject: .case(caseID), expected: expected, status: .created, caller: caller)
        return try await runner.run(plan, caller: caller, repeatable: repeatable)
    }

    func accept(_ id: HandoffID, _ body: AcceptBody, expected: Int?, caller: Caller) async throws -> Reply {
        try caller.require(.accept)
        let move = HandoffStore.accept(
            id, expected: expected.asInt32, note: body.note, externalReference: body.externalReference, caller: caller)
        return try await decide(id, move, expected: expected, caller: caller)
    }

    func decline(_ id: HandoffID, _ body: DeclineBody, expected: Int?, caller: Caller) async throws -> Reply {
        try caller.require(.decline)
        let move = HandoffStore.decline(
            id, next: UUID.v7(), expected: expected.asInt32, code: body.code.rawValue, reason: body.reason,
            suggested: body.suggested, caller: caller)
        return try await decide(id, move, expected: expected, caller: caller)
    }

    func recall(_ id: HandoffID, _ body: ReasonBody, expected: Int?, caller: Caller) async throws -> Reply {
        try caller.require(.recall)
        let move = HandoffStore.recall(id, expected: expected.asInt32, reason: body.reason, caller: caller)
        return try await decide(id, move, expected: expected, caller: caller)
    }

    private func decide(_ id: HandoffID, _ move: SQL, expected: Int?, caller: Caller) async throws -> Reply {
        let plan = plan(id, [move], then: [], subject: .handoff(id), expected: expected, status: .ok, caller: caller)
        return try await runner.run(plan, caller: caller)
    }

    private func plan(
        _ id: HandoffID, _ move: [SQL], then further: [SQL], subject: Subject, expected: Int?,
        status: MoveStatus, caller: Caller
    ) -> MoveRunner.Plan {
        MoveRunner.Plan(
            statements: move + [HandoffStore.read(id)] + further, subject: subject, expected: expected
        ) { move, results in
            guard let row = results[1].first else { throw Problem.notFound }
            let view = try HandoffView(row: row, caller: caller)
            return try Reply(
                view, status: status == .created ? .created : .ok, version: move.version,
                location: status == .created ? "v1/handoffs/\(id)" : nil)
        }
    }

    private enum MoveStatus {
        case ok, created
    }
}
