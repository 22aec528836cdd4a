import Foundation
import HTTPTypes
import Postgres
import RoutingAPI
import ServiceKit
import SinergiCore
import Tenancy

/// Disputes about who handles a case.
struct ArbitrationWorkflow: Sendable {
    let database: AgencyDatabase
    let runner: MoveRunner

    /// Open disputes before offices of the caller, most overdue first.
    func list(
        after cursor: DueCursor?, limit: Int, caller: Caller, forAdvice: Bool = false
    ) async throws -> (rows: [ArbitrationView], next: DueCursor?) {
        try caller.require(.read)
        let sql = ArbitrationStore.open(after: cursor, limit: limit, caller: caller, forAdvice: forAdvice)
        let rows = try await database.query(caller, sql)
        let shown = rows.prefix(limit)
        var next: DueCursor?
        if rows.count > limit, let last = shown.last {
            next = try DueCursor(row: last, id: try last.decode("id", as: UUID.self))
        }
        return (
            try shown.map { row in
                let line = try CaseRow(row: row, directory: caller.directory)
                return try ArbitrationView(row: row, case: line, caller: caller)
            }, next
        )
    }

    /// Any party may ask for the arbiter, with a reason.
    func request(
        _ caseID: CaseID, _ body: ReasonBody, expected: Int?, caller: Caller, repeatable: IdempotentRequest? = nil
    ) async throws -> Reply {
        try caller.require(.requestArbitration)
        let id = ArbitrationID.new()
        let move = ArbitrationStore.request(
            id, case: caseID, expected: expected.asInt32, reason: body.reason, caller: caller)
        let plan = MoveRunner.Plan(
            statements: [move, ArbitrationStore.read(id)], subject: .case(caseID), expected: expected
        ) { move, results in
            guard let row = results[1].first else { throw Problem.notFound }
            let view = try ArbitrationView(row: row, case: nil, caller: caller)
            return try Reply(view, status: .created, version: move.version)
        }
        return try await runner.run(plan, caller: caller, repeatable: repeatable)
    }

    /// What a party knows, for whoever decides. An office of the agency speaks; the caller's own unless another is named.
    func advise(_ id: ArbitrationID, _ body: AdviceBody, caller: Caller, repeatable: IdempotentRequest?) async throws
        -> Reply
    {
        try caller.require(.note)
        if let office = body.office, let unit = caller.unitCode, office != unit { throw Caller.otherUnit }
        let office = body.office ?? caller.office?.code ?? caller.scope.code
        let move = ArbitrationStore.advise(id, office: office, body: body.body, caller: caller)
        let plan = MoveRunner.Plan(
            statements: [move, ArbitrationStore.read(id)], subject: .arbitration(id), expected: nil
        ) { move, results in
            guard let row = results[1].first else { throw Problem.notFound }
            let view = try ArbitrationView(row: row, case: nil, caller: caller)
            return try Reply(view, status: .created, version: move.version)
        }
        return try await runner.run(plan, caller: caller, repeatable: repeatable)
    }

    /// Binds: the parts become active without an offer and cannot be declined.
    func decide(_ id: ArbitrationID, _ body: DecideBody, expected: Int?, caller: Caller) async throws -> Reply {
        try caller.require(.arbitrate)
        let contributors = try JSONWriter.text(of: body.contributors)
        let move = ArbitrationStore.decide(
            id, expected: expected.asInt32, lead: body.lead, contributors: contributors, monitor: body.monitor,
            reason: body.reason, multiAgency: body.multiAgency, caller: caller)
        let caseID: SQL = "(SELECT x.case_id FROM casework.arbitration x WHERE x.id = \(id.uuid))"
        let reads = CaseStore.reads(caseID)
        let plan = MoveRunner.Plan(
            statements: reads + [move] + reads, move: reads.count, subject: .arbitration(id), expected: expected
        ) { move, results in
            if let document = try CaseDocument(results[(reads.count + 1)...], caller: caller) {
                return try Reply(document.view, version: document.version)
            }
            // An arbiter without a part of its own sees the case no more once it has decided.
            guard var last = try CaseDocument(results[..<reads.count], caller: caller)?.view else {
                throw Problem.notFound
            }
            last.show(body, status: move.status, directory: caller.directory)
            return try Reply(last, version: move.version)
        }
        return try await runner.run(plan, caller: caller)
    }
}

extension CaseView {
    /// The case as an arbiter has just decided it.
    fileprivate mutating func show(_ decided: DecideBody, status: String, directory: Directory) {
        self.status = status
        lead = directory.reference(code: decided.lead)
        holder = lead
        interimHolder = nil
        actions = []
        let now = Date()
        func part(_ code: String, _ role: PartRole) -> ParticipationView {
            ParticipationView(
                office: directory.reference(code: code), role: role.rawValue, partState: PartState.active.rawValue,
                since: now, until: nil, dueAt: nil, officer: nil, officerName: nil, externalReference: nil)
        }
        participations =
            [part(decided.lead, .lead)] + decided.contributors.map { part($0.office, .contributor) }
            + [decided.monitor].compactMap { $0 }.map { part($0, .monitor) }
        arbitration?.decidedAt = now
        arbitration?.reason = decided.reason
    }
}
