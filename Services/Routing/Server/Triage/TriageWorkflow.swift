import Foundation
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// Moves of a case that goes nowhere by itself; the same for the API and the workspace.
struct TriageWorkflow: Sendable {
    let cases: CaseWorkflow

    /// Stops the clock and asks the reporter for what is missing.
    func ask(
        _ id: CaseID, _ body: AskBody, expected: Int?, caller: Caller, repeatable: IdempotentRequest? = nil
    ) async throws -> Reply {
        try caller.require(.verify)
        return try await move(
            """
            casework.ask_information(\(UUID.v7()), c.id, \(expected.asInt32)::int4, \(caller.actor), \(body.items),
                \(caller.trace))
            """, id, expected: expected, caller: caller, repeatable: repeatable)
    }

    func hold(_ id: CaseID, _ body: HoldBody, expected: Int?, caller: Caller) async throws -> Reply {
        try caller.require(.verify)
        return try await move(
            """
            casework.hold(c.id, \(expected.asInt32)::int4, \(caller.actor), \(body.reason), \(body.until)::text::date,
                \(caller.trace))
            """, id, expected: expected, caller: caller)
    }

    func resume(_ id: CaseID, _ body: NoteBody, expected: Int?, caller: Caller) async throws -> Reply {
        try caller.require(.verify)
        return try await move(
            "casework.resume(c.id, \(expected.asInt32)::int4, \(caller.actor), \(body.note), \(caller.trace))", id,
            expected: expected, caller: caller)
    }

    func archive(_ id: CaseID, _ body: ArchiveBody, expected: Int?, caller: Caller) async throws -> Reply {
        try caller.require(.verify)
        return try await move(
            """
            casework.archive(c.id, \(expected.asInt32)::int4, \(caller.actor), \(body.reason), \(body.note), \(caller.trace))
            """, id, expected: expected, caller: caller)
    }

    func acceptSuggestion(
        _ id: CaseID, _ body: SuggestionBody, expected: Int?, caller: Caller, repeatable: IdempotentRequest?
    ) async throws -> Reply {
        try caller.require(.route)
        return try await move(
            """
            casework.accept_suggestion(\(UUID.v7()), c.id, \(expected.asInt32)::int4, \(caller.actor),
                \(Int32(body.rank))::int4, \(caller.trace))
            """, id, expected: expected, caller: caller, repeatable: repeatable)
    }

    /// Answers the reporter's objection where the case came in, wherever it is now.
    func answerObjection(
        _ id: CaseID, _ body: ObjectionAnswerBody, expected: Int?, caller: Caller
    ) async throws -> Reply {
        try caller.require(.route)
        let move = MoveResult.statement(
            """
            casework.answer_objection(c.id, \(expected.asInt32)::int4, \(caller.actor), \(body.upheld), \(body.note), \(caller.trace))
            """, from: "casework.\"case\" c", where: CaseScope.takesPart(id, caller))
        return try await cases.change(id, move, expected: expected, caller: caller)
    }

    /// Why cases may be archived today.
    func archiveReasons(_ caller: Caller) async throws -> [ArchiveReason] {
        try caller.require(.read)
        return try await cases.database.query(
            caller,
            """
            SELECT code, name_id, name_en, needs_note FROM directory.archive_reason
            WHERE valid_from <= current_date AND (valid_to IS NULL OR valid_to > current_date) ORDER BY code
            """
        ).map {
            ArchiveReason(
                code: try $0.decode("code", as: String.self),
                name: Localized(
                    id: try $0.decode("name_id", as: String.self), en: try $0.decode("name_en", as: String.self)),
                needsNote: try $0.decode("needs_note", as: Bool.self))
        }
    }

    private func move(
        _ call: SQL, _ id: CaseID, expected: Int?, caller: Caller, repeatable: IdempotentRequest? = nil
    ) async throws -> Reply {
        let move = MoveResult.statement(call, from: "casework.\"case\" c", where: CaseScope.leads(id, caller))
        return try await cases.change(id, move, expected: expected, caller: caller, repeatable: repeatable)
    }
}

/// A reason for archiving, dated data of the directory.
struct ArchiveReason: Sendable {
    let code: String
    let name: Localized
    /// The reason alone tells the reporter too little.
    let needsNote: Bool
}
