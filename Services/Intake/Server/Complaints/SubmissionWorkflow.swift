import Exchange
import Foundation
import Identity
import IntakeAPI
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// Accepts complaints: checks them, gives them code and key, and makes them durable with the messages that announce them.
struct SubmissionWorkflow: Sendable {
    let directory: DirectoryStore
    let desks: [Int: IntakeDesk]
    let maker: ComplaintMaker
    let advice: MissingAdvice
    let waker: Waker
    let screen: TextScreen
    let gate: AbuseGate
    let keysInProgress = KeysInProgress()
    let knownAreas = KnownAreas()
    let keptAreas: KeptAreas

    /// One request to accept a complaint.
    struct Request: Sendable {
        let reader: SubmissionReader
        /// SHA-256 of the body as it was sent.
        let hash: [UInt8]
        let caller: SubmissionCaller
        let scope: AgencyScope
        let trace: TraceContext
        /// The door it came through.
        let channel: CheckedSubmission.Channel
        /// Of the receipt's suggestions.
        let language: Language
        /// Who sends it.
        var visitor = Visitor.inside
    }

    /// - Throws: `Problem`: 422 `validation` with every error, 422 `idempotency_key_reused`, 409
    ///   `idempotency_in_progress`, 503 `database_unavailable`, 403 `blocked`, 429. Nothing is stored then.
    func submit(_ request: Request) async throws -> ComplaintReceipt {
        guard let desk = desks[request.scope.number] else { throw Problem.notFound }
        let directory = try await directory.current()
        guard let agency = directory.agencies[request.scope.number] else { throw Problem.databaseUnavailable }
        let office = directory.frontOffice(of: agency.number)
        // Whole milliseconds: what is stored is what is answered, now and on every repeat.
        let now = Date(timeIntervalSince1970: (Date().timeIntervalSince1970 * 1000).rounded(.down) / 1000)
        var (submission, placeUnchecked) = try await checked(request, directory, office, desk, now)
        submission.channel = request.channel
        try await gate.admit(request.visitor, &submission, request.hash, in: request.scope)
        let repeatKey = request.caller.repeatKey(for: submission)
        let receipt = try await keysInProgress.hold(repeatKey, agency: agency.number) {
            try await store(submission, placeUnchecked, request, repeatKey, agency, desk, directory, now)
        }
        guard let receipt else { throw Problem.idempotencyInProgress }
        return receipt
    }

    /// Whether a submission would be accepted; nothing is stored.
    /// - Throws: 422 `validation` with every error.
    func check(_ request: Request) async throws {
        guard let desk = desks[request.scope.number] else { throw Problem.notFound }
        let directory = try await directory.current()
        _ = try await checked(request, directory, directory.frontOffice(of: request.scope.number), desk, Date())
    }

    private func checked(
        _ request: Request, _ directory: Directory, _ office: Directory.Office?, _ desk: IntakeDesk, _ now: Date
    ) async throws -> (CheckedSubmission, placeUnchecked: Bool) {
        let zone = office.flatMap { Zone(rawValue: $0.zone) } ?? .jakarta
        var (submission, errors) = SubmissionRules(directory: directory, zone: zone, now: now).check(request.reader)
        let place = PlaceQuestion(submission, errors: errors)
        var unchecked = false
        if !place.isEmpty {
            if let answer = try await answer(to: place, desk) {
                errors += PlaceRules.apply(answer, to: &submission)
            } else {
                unchecked = true
                // Whether the code exists is known; whether the coordinates lie in it, nobody can say now.
                if let code = place.areaCode, keptAreas.contains(code) == false {
                    errors += PlaceRules.apply(PlaceAnswer(found: nil, givenExists: false), to: &submission)
                }
            }
        }
        guard errors.isEmpty else { throw Problem.validation(errors) }
        try await screen.read(&submission)
        return (submission, unchecked)
    }

    /// `nil` where the database is away: what the reporter says about the place counts then.
    private func answer(to place: PlaceQuestion, _ desk: IntakeDesk) async throws -> PlaceAnswer? {
        if let known = knownAreas.answer(to: place) { return known }
        guard !desk.watch.isAway else { return nil }
        do {
            let answer = try await desk.places.perform(place).get()
            knownAreas.learn(answer, to: place)
            return answer
        } catch let error as PostgresError where desk.watch.noted(error) && desk.hasSpool {
            return nil
        }
    }

    private func store(
        _ submission: CheckedSubmission, _ placeUnchecked: Bool, _ request: Request,
        _ repeatKey: NewComplaint.Repeat?, _ agency: Directory.Agency, _ desk: IntakeDesk, _ directory: Directory,
        _ now: Date
    ) async throws -> ComplaintReceipt {
        // A second draw is needed once in 2⁶⁰ complaints; a third means that something else is wrong.
        for _ in 0..<2 {
            let door = desk.door.door(
                agency: agency.code, client: repeatKey?.caller ?? request.caller.name, idempotencyKey: repeatKey?.key,
                bodyHash: request.hash)
            let acceptance = Acceptance(
                id: UUID.v7(at: now), trackingCode: try TrackingCode(prefix: agency.prefix, bits: door.bits).text,
                accessKeyHash: desk.door.hash(accessKey: door.accessKey), caller: request.caller.name,
                repeatKey: repeatKey, requestHash: request.hash, submission: submission, receivedAt: now,
                trace: request.trace.traceparent, placeUnchecked: placeUnchecked)
            let complaint = try await maker.complaint(
                acceptance, agency: agency, in: request.scope, directory, announced: !desk.watch.isAway)
            func receipt(code: String, at time: Date, missing: [String]) -> ComplaintReceipt {
                ComplaintReceipt(
                    trackingCode: code, accessKey: door.accessKey, status: CaseStatus.submitted.rawValue,
                    agency: OfficeReference(code: agency.code, agency: agency.code, name: agency.name),
                    createdAt: time, missing: missing,
                    suggestions: advice.suggestions(
                        missing, category: submission.category, directory, request.language))
            }
            switch await desk.commits.perform(complaint) {
            case .stored:
                waker.wake([agency.number])
                return receipt(code: complaint.trackingCode, at: now, missing: submission.missing)
            case .repeated(let first):
                return receipt(code: first.trackingCode, at: first.receivedAt, missing: first.missing)
            case .keyReused: throw Problem.idempotencyKeyReused
            // The bootstrap makes a problem of it: 503 where neither the database nor the spool could take it.
            case .refused(let error), .unavailable(let error): throw error
            case .codeTaken: continue
            }
        }
        throw Problem.internal
    }
}

extension PlaceQuestion {
    /// Only what has no error yet is worth a question.
    init(_ submission: CheckedSubmission, errors: [FieldError]) {
        let wrong = Set(errors.map(\.pointer))
        let coordinates = wrong.isDisjoint(with: ["#/lat", "#/long"])
        self.init(
            lat: coordinates ? submission.lat : nil, long: coordinates ? submission.long : nil,
            areaCode: wrong.contains("#/area_code") ? nil : submission.areaCode)
    }
}
