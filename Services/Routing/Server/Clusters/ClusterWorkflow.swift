import Exchange
import Foundation
import HTTPTypes
import Metrics
import Postgres
import RoutingAPI
import ServiceKit
import SinergiCore
import Tenancy

/// Clusters of like reports: read, answered at once, and what is done about their cause.
struct ClusterWorkflow: Sendable {
    let database: AgencyDatabase
    let waker: Waker

    /// Most cases that one call answers; a repeat goes on where it stopped.
    private static let most = 500

    func list(
        state: String?, after: (at: Date, id: UUID)?, limit: Int, caller: Caller
    ) async throws -> [ClusterView] {
        try caller.require(.read)
        return try await database.query(caller, ClusterStore.list(state: state, after: after, limit: limit))
            .map { try ClusterView(row: $0, caller: caller) }
    }

    /// - Throws: 404 for a cluster of another agency.
    func read(_ id: UUID, caller: Caller) async throws -> (view: ClusterView, version: Int) {
        try caller.require(.read)
        let results = try await database.once(
            caller, [ClusterStore.read(id), ClusterStore.answers(of: id), ClusterStore.effect(of: id)])
        guard results.count == 3, let row = results[0].first else { throw Problem.notFound }
        let answers = try results[1].map { try ClusterAnswerView(row: $0, directory: caller.directory) }
        let effect = try results[2].first.map {
            ClusterEffect(
                since: try $0.decode("measured_at", as: Date.self), before: try $0.decode("before", as: Int.self),
                after: try $0.decode("after", as: Int.self))
        }
        return (
            try ClusterView(row: row, answers: answers, effect: effect, caller: caller),
            try row.decode("version", as: Int.self)
        )
    }

    func members(
        of id: UUID, after: (at: Date, id: UUID)?, limit: Int, caller: Caller
    ) async throws -> [ClusterMember] {
        _ = try await read(id, caller: caller)
        return try await database.query(
            caller, ClusterStore.members(of: id, after: after, limit: limit, caller: caller)
        ).map { try ClusterMember(row: $0, directory: caller.directory) }
    }

    /// - Throws: 412 `changed_meanwhile` with the cluster as it is, 422 for an unknown owner.
    func change(_ id: UUID, _ body: ClusterBody, expected: Int?, caller: Caller) async throws -> Reply {
        try caller.require(.verify)
        let owner = try body.owner.map { code throws(Problem) in
            guard let office = caller.directory.office(code: code), office.active else {
                throw Problem.invalid("#/owner", "unknown_office")
            }
            return office.id
        }
        let changed = try await database.query(
            caller,
            ClusterStore.change(id, body, owner: owner, expected: expected.asInt32, caller: caller))
        let (view, version) = try await read(id, caller: caller)
        guard !changed.isEmpty else {
            throw Problem.changedMeanwhile(current: .raw(try JSONWriter.text(of: view)))
        }
        return try Reply(view, version: version)
    }

    /// - Parameter belongs: Whether the case is put into the cluster or taken out of it for good.
    func place(_ caseID: CaseID, in id: UUID, belongs: Bool, caller: Caller) async throws -> Reply {
        try caller.require(.verify)
        let target: UUID? = belongs ? id : nil
        do {
            let placed = try await database.query(
                caller,
                """
                SELECT casework.place_in_cluster(c.id, \(target)::uuid)::text AS done FROM casework."case" c
                WHERE \(CaseScope.takesPart(caseID, caller))
                    AND (\(belongs) OR EXISTS (SELECT FROM casework.matter m
                         WHERE m.agency = directory.me() AND m.case_id = c.id AND m.cluster = \(id)))
                """)
            guard !placed.isEmpty else { throw Problem.notFound }
        } catch let error as PostgresError {
            guard let problem = Problem(error) else { throw error }
            throw problem
        }
        let (view, version) = try await read(id, caller: caller)
        return try Reply(view, version: version)
    }

    // MARK: One answer for all

    func draft(
        _ id: UUID, _ body: ClusterAnswerBody, caller: Caller, repeatable: IdempotentRequest?
    ) async throws -> Reply {
        try caller.require(.draft)
        let office = try await answering(id, body, caller)
        let answer = UUID.v7()
        return try await database.withAgencyRetrying(caller) { transaction in
            if let first = try await repeatable?.claim(in: transaction) { return first }
            let drafted = try await transaction.query(
                ClusterStore.draft(answer, cluster: id, office: office, body: body, caller: caller))
            guard !drafted.isEmpty else { throw Problem.wrongState() }
            guard let row = try await transaction.query(ClusterStore.answer(answer, of: id)).first else {
                throw Problem.notFound
            }
            let reply = try Reply(
                ClusterAnswerView(row: row, directory: caller.directory), status: .created,
                location: "v1/clusters/\(id.text)")
            if let repeatable { try await transaction.execute(repeatable.keep(reply)) }
            return reply
        }
    }

    /// In whose name it is answered.
    private func answering(_ id: UUID, _ body: ClusterAnswerBody, _ caller: Caller) async throws -> UUID {
        let cluster = try await read(id, caller: caller).view
        let code = body.office ?? caller.unitCode ?? cluster.office?.code
        guard let office = code.flatMap(caller.directory.office(code:)) else {
            throw Problem.invalid("#/office", "unknown_office")
        }
        guard caller.acts(for: office.id) else { throw Caller.otherUnit }
        return office.id
    }

    func review(
        _ answer: UUID, of id: UUID, approve: Bool, _ note: String?, caller: Caller
    ) async throws -> ClusterAnswerView {
        try caller.require(.approve)
        try await own(answer, of: id, caller)
        do {
            _ = try await database.query(
                caller,
                """
                SELECT casework.review_cluster_answer(\(answer), \(caller.actor), \(approve), \(note)) AS id
                """)
        } catch let error as PostgresError {
            guard let problem = Problem(error) else { throw error }
            throw problem
        }
        return try await own(answer, of: id, caller)
    }

    /// Makes the answer each case's own, each in a transaction of its own: what one case refuses does not hold up the others.
    /// A repeat reaches what came since.
    func publish(_ answer: UUID, of id: UUID, language: Language, caller: Caller) async throws -> ClusterAnswerView {
        try caller.require(.publish)
        let state = try await own(answer, of: id, caller).state
        guard state == AnswerState.approved.rawValue || state == AnswerState.published.rawValue else {
            throw Problem.wrongState()
        }
        let rows = try await database.query(
            caller, ClusterStore.unreached(by: answer, of: id, limit: Self.most, caller: caller))
        var results: [ClusterResult] = []
        for row in rows {
            let caseID = try row.decode("id", as: UUID.self)
            let problem = try await reach(caseID, with: answer, caller: caller)
            results.append(
                ClusterResult(
                    caseID: CaseID(caseID), trackingCode: try row.decode("tracking_code", as: String.self),
                    status: problem?.status.code ?? 200, problem: problem?.code, detail: problem?.detail[language]))
        }
        Counter(label: "sinergi_routing_cluster_answers_total").increment(by: results.count { $0.status == 200 })
        var view = try await own(answer, of: id, caller)
        view.results = results
        return view
    }

    /// All three steps by one person; where the agency wants four eyes, 403 and the draft waits for the second.
    func answerAtOnce(
        _ id: UUID, _ body: ClusterAnswerBody, language: Language, caller: Caller, repeatable: IdempotentRequest?
    ) async throws -> ClusterAnswerView {
        try caller.require(.approve)
        try caller.require(.publish)
        let drafted = try await draft(id, body, caller: caller, repeatable: repeatable)
        guard let answer = try JSONBody.parse(drafted.bytes)["answer_id"]?.string.flatMap(UUID.init(uuidString:)) else {
            throw Problem.internal
        }
        // A repeat finds it approved.
        if try await own(answer, of: id, caller).state == AnswerState.draft.rawValue {
            _ = try await review(answer, of: id, approve: true, nil, caller: caller)
        }
        return try await publish(answer, of: id, language: language, caller: caller)
    }

    private func reach(_ caseID: UUID, with answer: UUID, caller: Caller) async throws -> Problem? {
        do {
            var caller = caller
            caller.about = caller.about.adding(caseID)
            let results = try await database.once(caller, [ClusterStore.reach(caseID, with: answer, caller: caller)])
            guard let row = results.first?.first else { return Caller.otherUnit }
            waker.wake(try MoveResult(row: row).wake + [caller.scope.number])
            return nil
        } catch let error as PostgresError {
            guard let problem = Problem(error) else { throw error }
            return problem
        }
    }

    /// An answer of an office for which the caller acts.
    @discardableResult
    private func own(_ answer: UUID, of id: UUID, _ caller: Caller) async throws -> ClusterAnswerView {
        guard let row = try await database.query(caller, ClusterStore.answer(answer, of: id)).first else {
            throw Problem.notFound
        }
        guard caller.acts(for: try row.decode("office", as: UUID.self)) else { throw Caller.otherUnit }
        return try ClusterAnswerView(row: row, directory: caller.directory)
    }
}
