import Foundation
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// What the workspace can do; the same workflows as the API.
struct WorkDesk: Sendable {
    let cases: CaseWorkflow
    let handoffs: HandoffWorkflow
    let answers: AnswerWorkflow
    let arbitrations: ArbitrationWorkflow
    let parts: PartWorkflow
    let tasks: TaskWorkflow
    let deliveries: DeliveryWorkflow
    let merging: MergeWorkflow
    let triage: TriageWorkflow
    let objections: ObjectionDesk
    let unsealing: UnsealWorkflow
    let database: AgencyDatabase

    /// Persons whom the caller may give work to: of the own unit, or of the whole agency.
    func colleagues(_ caller: Caller) async throws -> [Colleague] {
        try await database.query(
            caller,
            """
            SELECT o.id, o.name, string_agg(DISTINCT f.code, ', ' ORDER BY f.code) AS offices
            FROM directory.officer o
            JOIN directory.position p ON p.agency = o.agency AND p.officer = o.id
                AND p.valid_from <= current_date AND (p.valid_to IS NULL OR p.valid_to > current_date)
            JOIN directory.office f ON f.id = p.office
            WHERE o.agency = directory.me() AND o.active AND (\(caller.unit)::uuid IS NULL OR p.office = \(caller.unit)::uuid)
            GROUP BY o.id, o.name
            ORDER BY o.name
            LIMIT 300
            """
        ).map {
            Colleague(
                id: try $0.decode("id", as: UUID.self).text, name: try $0.decode("name", as: String.self),
                offices: try $0.decode("offices", as: String.self))
        }
    }

    /// Does what a form asks for.
    /// - Returns: The word under which the page after it says that it was done.
    func perform(_ form: WorkForm, on caseID: CaseID, expected: Int?, caller: Caller) async throws -> String {
        switch form {
        case .verify(let body): _ = try await cases.verify(caseID, body, expected: expected, caller: caller)
        case .route(let body): _ = try await handoffs.route(caseID, body, expected: expected, caller: caller)
        case .offer(let body): _ = try await handoffs.offer(caseID, body, expected: expected, caller: caller)
        case .accept(let id, let body): _ = try await handoffs.accept(id, body, expected: expected, caller: caller)
        case .decline(let id, let body): _ = try await handoffs.decline(id, body, expected: expected, caller: caller)
        case .recall(let id, let body): _ = try await handoffs.recall(id, body, expected: expected, caller: caller)
        case .assign(let body): _ = try await cases.assign(caseID, body, expected: expected, caller: caller)
        case .note(let body): _ = try await cases.note(caseID, body, caller: caller)
        case .draft(let body): _ = try await answers.draft(caseID, body, expected: nil, caller: caller)
        case .approve(let id, let body): _ = try await answers.approve(id, case: caseID, body, caller: caller)
        case .sendBack(let id, let body): _ = try await answers.sendBack(id, case: caseID, body, caller: caller)
        case .publish(let id, let body):
            _ = try await answers.publish(id, case: caseID, body, expected: expected, caller: caller)
        case .requestArbitration(let body):
            _ = try await arbitrations.request(caseID, body, expected: expected, caller: caller)
        case .merge(let body): _ = try await merging.merge(caseID, body, expected: expected, caller: caller)
        case .unmerge(let body): _ = try await merging.unmerge(caseID, body, expected: expected, caller: caller)
        case .unseal(let body): _ = try await unsealing.unseal(caseID, body, expected: expected, caller: caller)
        case .decide(let id, let body): _ = try await arbitrations.decide(id, body, expected: expected, caller: caller)
        case .advise(let id, let body):
            _ = try await arbitrations.advise(id, body, caller: caller, repeatable: nil)
        case .extend(let body): _ = try await parts.extend(caseID, body, expected: expected, caller: caller)
        case .finish(let body): _ = try await parts.finish(caseID, body, expected: expected, caller: caller)
        case .withdraw(let body): _ = try await parts.withdraw(caseID, body, expected: expected, caller: caller)
        case .reference(let body): _ = try await parts.setReference(caseID, body, expected: expected, caller: caller)
        case .outcome(let body): _ = try await parts.planOutcome(caseID, body, expected: expected, caller: caller)
        case .actFor(let body): _ = try await parts.act(for: caseID, body, expected: expected, caller: caller)
        case .ask(let body): _ = try await triage.ask(caseID, body, expected: expected, caller: caller)
        case .hold(let body): _ = try await triage.hold(caseID, body, expected: expected, caller: caller)
        case .resume(let body): _ = try await triage.resume(caseID, body, expected: expected, caller: caller)
        case .archive(let body): _ = try await triage.archive(caseID, body, expected: expected, caller: caller)
        case .objection(let body):
            _ = try await triage.answerObjection(caseID, body, expected: expected, caller: caller)
        case .task(let body): _ = try await tasks.create(caseID, body, caller: caller)
        case .changeTask(let id, let body): _ = try await tasks.change(id, body, caller: caller)
        }
        return form.name
    }
}

/// A person who can be given work.
struct Colleague: Sendable {
    let id: String
    let name: String
    let offices: String
}
