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

    /// From how many other cases on the same words deserve a warning.
    private static let manyAlike = 3

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
        if let template = body.template { try await check(body, template: template, caller: caller) }
        let id = AnswerID.new()
        if let corrects = body.corrects {
            let move = AnswerStore.draftCorrection(
                id, case: caseID, corrects: corrects, body: body.body, caller: caller)
            return try await run(
                id, caseID, move, subject: .answer(AnswerID(corrects), caseID), expected: nil, created: true,
                caller: caller, repeatable: repeatable)
        }
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

    /// `draft`, `approved`, `returned` or `published`; `nil` for none that the caller sees.
    func state(_ id: AnswerID, case caseID: CaseID, caller: Caller) async throws -> String? {
        try await runner.database.query(caller, AnswerStore.read(id, case: caseID)).first?
            .decode("state", as: String.self)
    }

    private func check(_ body: AnswerBody, template: UUID, caller: Caller) async throws {
        guard let row = try await runner.database.query(caller, TemplateStore.read(template)).first else {
            throw Problem.invalid("#/template_id", "bad_format")
        }
        try AnswerTemplate(
            body: try row.decode("body", as: String.self), ownWords: try row.decode("own_words", as: Int.self)
        ).check(body.body)
    }

    private func run(
        _ id: AnswerID, _ caseID: CaseID, _ move: SQL, subject: Subject, expected: Int?, created: Bool = false,
        caller: Caller, repeatable: IdempotentRequest? = nil
    ) async throws -> Reply {
        let plan = MoveRunner.Plan(
            statements: [
                move, AnswerStore.read(id, case: caseID), AnswerStore.similar(id, case: caseID, caller: caller),
            ],
            subject: subject, expected: expected
        ) { move, results in
            guard let row = results[1].first else { throw Problem.notFound }
            var view = try AnswerView(row: row, caller: caller)
            let alike = try results[2].first?.decode("cases", as: Int.self) ?? 0
            if alike >= Self.manyAlike { view.warnings = [AnswerWarning(code: "same_answer", cases: alike)] }
            return try Reply(view, status: created ? .created : .ok, version: move.version)
        }
        return try await runner.run(plan, caller: caller, repeatable: repeatable)
    }
}
