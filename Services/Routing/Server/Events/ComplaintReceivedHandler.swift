import Exchange
import Foundation
import Logging
import Metrics
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// Opens the case of a new complaint, decides where it goes, and offers it there: one transaction with the inbox's row.
///
/// A repeat finds the case and does nothing.
struct ComplaintReceivedHandler: Sendable {
    let routing: OrdinaryRouting

    /// - Returns: Agencies to wake.
    func handle(_ event: CloudEvent, _ transaction: PostgresTransaction, _ scope: AgencyScope) async throws -> [Int] {
        let complaint = try ReceivedComplaint(event)
        let question = try await routing.question(of: complaint, scope)
        let results = try await transaction.pipeline(
            [
                """
                SELECT coalesce((r ->> 'existing')::boolean, false) AS existing,
                    ARRAY(SELECT w::int8 FROM jsonb_array_elements_text(r -> 'wake') w) AS wake
                FROM casework.open_case(\(complaint.id), \(event.data)::jsonb, \(event.traceparent)) AS r
                """
            ] + question.statements)
        guard let opened = results.first?.first, !(try opened.decode("existing", as: Bool.self)) else { return [] }
        return try opened.decode("wake", as: [Int].self)
            + (try await routing.route(
                complaint, question, results.dropFirst(), trace: event.traceparent, transaction, scope))
    }
}

/// Decides where an open case goes, and offers it there.
///
/// If the offer cannot be made, the case stays in the triage queue: a bad rule or an office that has just been dissolved must
/// not hold up anybody's complaint.
struct OrdinaryRouting: Sendable {
    let directory: DirectoryStore
    let models: ModelShelf
    let surges: SurgeBell
    let logger: Logger

    /// What a decision has to know of the database; asked in the round trip that opens the case.
    struct Question {
        let directory: Directory
        let day: Day?
        let statements: [SQL]
    }

    func question(of complaint: ReceivedComplaint, _ scope: AgencyScope) async throws -> Question {
        let directory = try await directory.current()
        let (day, boundaries) = complaint.whereabouts(agency: scope.number, directory: directory)
        return Question(directory: directory, day: day, statements: [RuleStore.active, boundaries])
    }

    /// - Parameters:
    ///   - answers: Of the question's statements.
    ///   - cleared: An officer has found that it accuses nobody.
    /// - Returns: Agencies to wake.
    func route(
        _ complaint: ReceivedComplaint, _ question: Question, _ answers: ArraySlice<PostgresRows>,
        cleared: Bool = false,
        trace: String?, _ transaction: PostgresTransaction, _ scope: AgencyScope
    ) async throws -> [Int] {
        guard let rules = answers.first, let boundaries = answers.dropFirst().first else { throw TenancyError.noResult }
        let directory = question.directory
        let table = try RuleTable(rules)
        let place = try ReceivedPlace(day: question.day, boundaries: boundaries)
        let facts = await complaint.facts(agency: scope.number, directory: directory, cleared: cleared)
        let isSecret = complaint.isConfidential || facts.isSensitive
        let opinion =
            isSecret
            ? nil
            : complaint.classifiable.flatMap { models.opinion(of: $0, agency: scope.number, directory: directory) }
        var decision = DecisionEngine(rules: table.rules, version: table.version, directory: directory, place: place)
            .decide(facts, opinion: opinion, isSecret: isSecret)
        if complaint.isFlood { decision = decision.heldForFlood(isSensitive: facts.isSensitive) }
        if let opinion { try await transaction.execute(opinion.kept(case: complaint.id, decision)) }
        raiseAlarm(decision, scope)
        if let proposal = complaint.publication, !facts.isSensitive {
            try await transaction.execute(proposal)
        }
        // Recognised as supervisory: kept secret from the start, and counted by its own limits.
        let changes = facts.kind.rawValue == complaint.givenKind ? "{}" : #"{"kind":"supervisory","confidential":true}"#
        var wake = try await carryOut(decision, changes, complaint.id, trace, directory, transaction, scope)
        wake += try await prioritise(decision, complaint.id, trace, transaction)
        // After the offers, so that an agency that gets one needs no second part; in the same commit, so that no triage is
        // waited for.
        if let danger = facts.reading?.alarm {
            wake += try await SafetyLane.ring(
                danger, isSensitive: facts.isSensitive, complaint.id, trace, transaction, logger)
        }
        if !facts.isSensitive, let matter = await complaint.matter() {
            try await note(matter, complaint.id, transaction)
            surges.ring(scope.number)
        }
        return wake
    }

    /// A rule may say how urgent such cases are. It is no reason to hold the case up.
    private func prioritise(
        _ decision: RoutingDecision, _ caseID: UUID, _ trace: String?, _ transaction: PostgresTransaction
    ) async throws -> [Int] {
        guard let priority = decision.casePriority else { return [] }
        do {
            return try await transaction.withSavepoint { savepoint in
                let call: SQL = "casework.prioritise(\(caseID), \(priority), \(decision.rule ?? ""), \(trace))"
                let rows = try await savepoint.query(AutomaticRouting.move(call))
                return try rows.first.map { try AutomaticRouting.wake($0) } ?? []
            }
        } catch let error as PostgresError where error.code == .server && !error.isRetryable {
            logger.error("a rule's priority was not set", metadata: ["case": "\(caseID.text)"])
            return []
        }
    }

    private func carryOut(
        _ decision: RoutingDecision, _ changes: String, _ caseID: UUID, _ trace: String?, _ directory: Directory,
        _ transaction: PostgresTransaction, _ scope: AgencyScope
    ) async throws -> [Int] {
        let holder = directory.frontOffice(of: scope.number)?.code
        if decision.mode == .automatic {
            do {
                let results = try await transaction.pipelineInSavepoint(
                    AutomaticRouting.statements(
                        decision, changes: changes, case: caseID, holder: holder, trace: trace, directory: directory))
                Self.count(.automatic)
                return try results.flatMap { rows in try rows.first.map { try AutomaticRouting.wake($0) } ?? [] }
            } catch let error as PostgresError where error.code == .server && !error.isRetryable {
                logger.error(
                    "automatic routing failed, a person decides",
                    metadata: [
                        "case": "\(caseID.uuidString.lowercased())", "agency": "\(scope.code)",
                        "rule": "\(decision.rule ?? "")", "error": "\(String(reflecting: error))",
                    ])
            }
        }
        var suggested = decision
        suggested.mode = .suggested
        Self.count(.suggested)
        _ = try await transaction.query(
            try DecisionStore.record(suggested, id: UUID.v7(), case: caseID, directory: directory))
        return []
    }

    /// What the complaint is about, for likeness and surges. Not worth a complaint that is held up: without it this one is
    /// just not found among its like.
    private func note(_ matter: SQL, _ caseID: UUID, _ transaction: PostgresTransaction) async throws {
        do {
            _ = try await transaction.pipelineInSavepoint([matter])
        } catch let error as PostgresError where error.code == .server && !error.isRetryable {
            logger.error(
                "matter not noted",
                metadata: ["case": "\(caseID.uuidString.lowercased())", "error": "\(String(reflecting: error))"])
        }
    }

    /// A broken rule is never silently off.
    private func raiseAlarm(_ decision: RoutingDecision, _ scope: AgencyScope) {
        guard !decision.brokenRules.isEmpty else { return }
        Counter(label: "sinergi_routing_broken_rules_total", dimensions: [("agency", scope.code)])
            .increment(by: decision.brokenRules.count)
        logger.error(
            "routing rules are broken",
            metadata: ["agency": "\(scope.code)", "rules": "\(decision.brokenRules.joined(separator: "; "))"])
    }

    private static func count(_ mode: RoutingDecision.Mode) {
        Counter(label: "sinergi_routing_decisions_total", dimensions: [("mode", mode.rawValue)]).increment()
    }
}

/// What an automatic decision does to a case.
enum AutomaticRouting {
    /// What stands in the timeline.
    static let actor = "Sinergi"

    /// Records the decision, verifies and offers every part, for one pipeline.
    static func statements(
        _ decision: RoutingDecision, changes: String = "{}", case caseID: UUID, holder: String?, trace: String?,
        directory: Directory
    ) throws -> [SQL] {
        var statements = [
            try DecisionStore.record(decision, id: UUID.v7(), case: caseID, directory: directory),
            move("casework.verify(\(caseID), NULL, \(actor), \(changes)::jsonb, NULL, \(trace))"),
        ]
        for part in decision.suggestions where part.office != holder {
            let reason = String(part.reasons.joined(separator: " ").prefix(2000))
            statements.append(
                move(
                    """
                    casework.offer(\(UUID.v7()), \(caseID), NULL, \(actor), \(part.office), \(part.role), \(reason), NULL,
                        \(trace))
                    """))
        }
        return statements
    }

    /// Agencies that a statement's result asks to wake; none for statements that are no moves.
    static func wake(_ row: PostgresRow) throws -> [Int] {
        // Absent in the record of the decision, which has no such column.
        (try? row.decode("wake", as: [Int].self)) ?? []
    }

    static func move(_ call: SQL) -> SQL {
        """
        SELECT ARRAY(SELECT w::int8 FROM jsonb_array_elements_text(r -> 'wake') w) AS wake FROM \(call) AS r
        """
    }
}
