import AnalyticsAPI
import Exchange
import Foundation
import Identity
import IntakeAPI
import NotificationAPI
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// Accepts complaints: checks them, gives them code and key, and makes them durable with the messages that announce them.
struct SubmissionWorkflow: Sendable {
    let directory: DirectoryStore
    let desks: [Int: IntakeDesk]
    let expected: ExpectedTimes
    let links: ReporterLinks
    let waker: Waker
    let keysInProgress = KeysInProgress()
    let knownAreas = KnownAreas()

    /// One request to accept a complaint.
    struct Request: Sendable {
        let reader: SubmissionReader
        /// SHA-256 of the body as it was sent.
        let hash: [UInt8]
        let caller: SubmissionCaller
        let scope: AgencyScope
        let trace: TraceContext
    }

    /// - Throws: `Problem`: 422 `validation` with every error, 422 `idempotency_key_reused`, 409
    ///   `idempotency_in_progress`, 503 `database_unavailable`. Nothing is stored then.
    func submit(_ request: Request) async throws -> ComplaintReceipt {
        guard let desk = desks[request.scope.number] else { throw Problem.notFound }
        let directory = try await directory.current()
        guard let agency = directory.agencies[request.scope.number] else { throw Problem.databaseUnavailable }
        let office = directory.frontOffice(of: agency.number)
        // Whole milliseconds: what is stored is what is answered, now and on every repeat.
        let now = Date(timeIntervalSince1970: (Date().timeIntervalSince1970 * 1000).rounded(.down) / 1000)
        let submission = try await checked(request, directory, office, desk, now)
        let repeatKey = request.caller.repeatKey(for: submission)
        let receipt = try await keysInProgress.hold(repeatKey, agency: agency.number) {
            try await store(submission, request, repeatKey, agency, office, desk, directory, now)
        }
        guard let receipt else { throw Problem.idempotencyInProgress }
        return receipt
    }

    private func checked(
        _ request: Request, _ directory: Directory, _ office: Directory.Office?, _ desk: IntakeDesk, _ now: Date
    ) async throws -> CheckedSubmission {
        let zone = office.flatMap { Zone(rawValue: $0.zone) } ?? .jakarta
        var (submission, errors) = SubmissionRules(directory: directory, zone: zone, now: now).check(request.reader)
        let place = PlaceQuestion(submission, errors: errors)
        if !place.isEmpty {
            let answer = try await answer(to: place, desk)
            errors += PlaceRules.apply(answer, to: &submission)
        }
        guard errors.isEmpty else { throw Problem.validation(errors) }
        return submission
    }

    private func answer(to place: PlaceQuestion, _ desk: IntakeDesk) async throws -> PlaceAnswer {
        if let known = knownAreas.answer(to: place) { return known }
        let answer = try await desk.places.perform(place).get()
        knownAreas.learn(answer, to: place)
        return answer
    }

    private func store(
        _ submission: CheckedSubmission, _ request: Request, _ repeatKey: NewComplaint.Repeat?,
        _ agency: Directory.Agency, _ office: Directory.Office?, _ desk: IntakeDesk, _ directory: Directory, _ now: Date
    ) async throws -> ComplaintReceipt {
        // A second draw is needed once in 2⁶⁰ complaints; a third means that something else is wrong.
        for _ in 0..<2 {
            let door = desk.door.door(
                agency: agency.code, client: repeatKey?.caller ?? request.caller.name, idempotencyKey: repeatKey?.key,
                bodyHash: request.hash)
            let complaint = try await complaint(
                submission, request, repeatKey, door, agency, office, desk, directory, now)
            func receipt(code: String, at time: Date, missing: [String]) -> ComplaintReceipt {
                ComplaintReceipt(
                    trackingCode: code, accessKey: door.accessKey, status: CaseStatus.submitted.rawValue,
                    agency: OfficeReference(code: agency.code, agency: agency.code, name: agency.name),
                    createdAt: time, missing: missing)
            }
            switch await desk.commits.perform(complaint) {
            case .stored:
                waker.wake([agency.number])
                return receipt(code: complaint.trackingCode, at: now, missing: submission.missing)
            case .repeated(let first):
                return receipt(code: first.trackingCode, at: first.receivedAt, missing: first.missing)
            case .keyReused: throw Problem.idempotencyKeyReused
            // The bootstrap makes a problem of it: 503 where the database is away or its COMMIT was not answered.
            case .refused(let error), .unavailable(let error): throw error
            case .codeTaken: continue
            }
        }
        throw Problem.internal
    }

    private func complaint(
        _ submission: CheckedSubmission, _ request: Request, _ repeatKey: NewComplaint.Repeat?, _ door: Door,
        _ agency: Directory.Agency, _ office: Directory.Office?, _ desk: IntakeDesk, _ directory: Directory, _ now: Date
    ) async throws -> NewComplaint {
        let id = UUID.v7(at: now)
        let code = try TrackingCode(prefix: agency.prefix, bits: door.bits).text
        let contact = try ContactSealing.seal(
            submission.contact, anonymous: submission.anonymous, code: code, agency: agency.number, directory, now)
        var messages = [
            NewComplaint.Message(
                id: UUID.v7(at: now), service: .routing, type: IntakeEventType.received,
                data: try JSONWriter.text(of: submission.received(id: id, code: code, at: now))),
            NewComplaint.Message(
                id: UUID.v7(at: now), service: .analytics, type: ComplaintCounted.eventType,
                data: try JSONWriter.text(
                    of: ComplaintCounted(
                        complaintID: id, receivedAt: now, kind: submission.kind, category: submission.category,
                        confidential: submission.confidential))),
        ]
        if let contact, contact.hasEmail || contact.hasPhone {
            let times = await expected.times(kind: submission.kind, from: now, at: office, in: request.scope)
            let notice = ReporterNotice(
                messageID: NoticeID.make(complaint: id, seq: NoticeID.receivedSeq, at: now), trackingCode: code,
                event: CaseEvent.received.rawValue, language: submission.language,
                sealedContact: Data(contact.sealed).base64EncodedString(), hasEmail: contact.hasEmail,
                hasPhone: contact.hasPhone, office: agency.code, officeName: agency.name,
                status: CaseStatus.submitted.rawValue, nextStep: NextStep.verify.rawValue, expectedAt: times.verifyDue,
                link: links.following(code: code, agency: request.scope), note: nil,
                confidential: submission.confidential)
            messages.append(
                NewComplaint.Message(
                    id: UUID.v7(at: now), service: .notification, type: ReporterNotice.eventType,
                    data: try JSONWriter.text(of: notice)))
        }
        return NewComplaint(
            id: id, trackingCode: code, accessKeyHash: desk.door.hash(accessKey: door.accessKey),
            caller: request.caller.name, repeatKey: repeatKey, requestHash: request.hash, submission: submission,
            receivedAt: now, contact: contact, messages: messages, trace: request.trace.traceparent)
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

extension CheckedSubmission {
    /// What routing is told.
    func received(id: UUID, code: String, at time: Date) -> ComplaintReceived {
        ComplaintReceived(
            caseId: id, trackingCode: code, kind: kind, category: category, title: title, description: description,
            areaCode: areaCode, lat: lat, long: long, address: address, eventDate: eventDate, anonymous: anonymous,
            confidential: confidential, language: language, receivedAt: time, addressedOffice: addressedOffice)
    }
}
