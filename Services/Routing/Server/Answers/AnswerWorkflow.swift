import Foundation
import HTTPTypes
import Postgres
import RoutingAPI
import ServiceKit
import SinergiCore
import Tenancy

/// Answers to the reporter: drafted, approved or returned, published.
struct AnswerWorkflow: Sendable {
    let runner: MoveRunner

    func draft(
        _ caseID: CaseID, _ body: AnswerBody, expected: Int?, caller: Caller, repeatable: IdempotentRequest? = nil
    ) async throws -> Reply {
        try caller.require(.draft)
        if let office = body.office {
            guard caller.directory.office(code: office) != nil else {
                throw Problem.invalid("#/office", "unknown_office")
            }
            guard caller.acts(for: caller.directory.office(code: office)?.id) else { throw Caller.otherUnit }
        }
        let id = AnswerID.new()
        let move = AnswerStore.draft(
            id, case: caseID, expected: expected.asInt32, office: body.office ?? caller.unitCode, body: body.body,
            interim: body.interim, caller: caller)
        return try await run(
            id, caseID, move, subject: .case(caseID), expected: expected, created: true, caller: caller,
            repeatable: repeatable)
    }

    func approve(_ id: AnswerID, case caseID: CaseID, _ body: NoteBody, caller: Caller) async throws -> Reply {
        try caller.require(.approve)
        let move = AnswerStore.review(id, case: caseID, approve: true, note: body.note, caller: caller)
        return try await run(id, caseID, move, subject: .answer(id, caseID), expected: nil, caller: caller)
    }

    /// Back to whoever drafted it, with what is to be changed.
    func sendBack(_ id: AnswerID, case caseID: CaseID, _ body: NoteBody, caller: Caller) async throws -> Reply {
        try caller.require(.approve)
        let move = AnswerStore.review(id, case: caseID, approve: false, note: body.note, caller: caller)
        return try await run(id, caseID, move, subject: .answer(id, caseID), expected: nil, caller: caller)
    }

    /// A final answer makes the case `answered` and starts the reporter's time to reply.
    func publish(
        _ id: AnswerID, case caseID: CaseID, _ body: NoteBody, expected: Int?, caller: Caller
    ) async throws -> Reply {
        try caller.require(.publish)
        let move = AnswerStore.publish(id, case: caseID, expected: expected.asInt32, note: body.note, caller: caller)
        return try await run(id, caseID, move, subject: .answer(id, caseID), expected: expected, caller: caller)
    }

    private func run(
        _ id: AnswerID, _ caseID: CaseID, _ move: SQL, subject: Subject, expected: Int?, created: Bool = false,
        caller: Caller, repeatable: IdempotentRequest? = nil
    ) async throws -> Reply {
        let plan = MoveRunner.Plan(
            statements: [move, AnswerStore.read(id, case: caseID)], subject: subject, expected: expected
        ) { move, results in
            guard let row = results[1].first else { throw Problem.notFound }
            let view = try AnswerView(row: row, directory: caller.directory)
            return try Reply(view, status: created ? .created : .ok, version: move.version)
        }
        return try await runner.run(plan, caller: caller, repeatable: repeatable)
    }
}
