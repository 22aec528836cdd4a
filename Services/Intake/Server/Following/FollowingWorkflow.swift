import Exchange
import Foundation
import HTTPTypes
import Identity
import IntakeAPI
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// What reporters do with a complaint that they have sent: look at it, and say whether it is solved.
struct FollowingWorkflow: Sendable {
    let directory: DirectoryStore
    let database: AgencyDatabase
    let desks: [Int: IntakeDesk]
    let expected: ExpectedTimes
    let waker: Waker
    let keys: NodeKeys
    let gate: AbuseGate
    let store = FollowingStore()

    /// How somebody shows that a complaint is theirs.
    enum Proof: Sendable {
        case accessKey(String)
        /// A page's cookie, made after the access key was given.
        case cookie(String)
    }

    /// The canonical spelling of a code that somebody typed.
    /// - Throws: 404 with the right address for the code of another agency; `Problem.notFound` for what is no code.
    func code(_ typed: String, in scope: AgencyScope) async throws -> String {
        let directory = try await directory.current()
        guard let code = try? TrackingCode(typed) else {
            throw Problem.notFound.explained(
                id: "Kode pelacakan ini salah ketik. Periksa tiap hurufnya.",
                en: "This tracking code is misspelt. Check every character.")
        }
        guard let owner = directory.agency(prefix: code.prefix), owner.number != scope.number else { return code.text }
        throw Problem.elsewhere(code: code.text, agency: owner)
    }

    /// - Parameter visitor: Who shows the proof; where many keys were wrong, another one needs work.
    /// - Throws: 401 `invalid_access_key` for a wrong proof and for an unknown code alike, 429 `challenge_required`.
    func record(
        code: String, proof: Proof, from visitor: Visitor = .inside, in scope: AgencyScope
    ) async throws -> ComplaintRecord {
        if case .accessKey = proof { try await gate.pass(.accessKey, visitor, in: scope) }
        let record = try await find(code, in: scope)
        guard let desk = desks[scope.number] else { throw Problem.notFound }
        // An unknown code costs as much time as a wrong key.
        let hash = record?.accessKeyHash ?? [UInt8](repeating: 0, count: 32)
        let proven =
            switch proof {
            case .accessKey(let key): desk.door.matches(accessKey: key, hash: hash)
            case .cookie(let value): FollowCookie(key: desk.followKey).accepts(value, code: code, accessKeyHash: hash)
            }
        guard proven, let record else {
            if case .accessKey = proof { gate.noteWrongKey(visitor, in: scope) }
            throw Problem.invalidAccessKey
        }
        return record
    }

    /// The reporter's view.
    func view(of record: ComplaintRecord, in scope: AgencyScope) async throws -> ComplaintView {
        var view = try await projection(of: record, in: scope).view(of: record)
        guard !record.isWaiting else {
            view.actions = []
            if !view.summary.steps.isEmpty { view.summary.steps[0].note = WaitingNote.text(record.language) }
            return view
        }
        view.messages = try await (view.messages + ReporterMessages(following: self).own(of: record, in: scope))
            .sorted { $0.at < $1.at }
        return view
    }

    /// The public view.
    /// - Throws: 404 for what is unknown, confidential or not published yet.
    func publicView(code: String, in scope: AgencyScope) async throws -> ComplaintSummary {
        guard let record = try await find(code, in: scope), record.published,
            let summary = try await projection(of: record, in: scope).publicView(of: record)
        else { throw Problem.notFound }
        return summary
    }

    /// As `publicView`; of a post that no officer has checked yet, all but its words.
    /// - Throws: 404.
    func statusView(code: String, in scope: AgencyScope) async throws -> ComplaintSummary {
        guard let record = try await find(code, in: scope) else { throw Problem.notFound }
        let projection = try await projection(of: record, in: scope)
        guard let summary = projection.publicView(of: record) ?? projection.postView(of: record) else {
            throw Problem.notFound
        }
        return summary
    }

    /// The reporter's step: commits with the message to routing, and shows at once what it will lead to.
    /// - Parameter key: The request's Idempotency-Key and the hash of its body.
    /// - Throws: 409 `wrong_state` with the view as it is, 422 `idempotency_key_reused`.
    func apply(
        _ move: ReporterMove, to record: ComplaintRecord, key: (text: String, hash: [UInt8])?, in scope: AgencyScope,
        trace: TraceContext
    ) async throws -> ComplaintView {
        try record.mustBeStored()
        let initial = try await initialProjection(of: record, in: scope)
        let view: ComplaintView
        do {
            view = try await database.withAgencyRetrying(scope) { transaction in
                try await apply(
                    move, code: record.trackingCode, initial: initial, key: key, in: transaction, scope, trace)
            }
        } catch FollowingError.keyReused {
            throw Problem.idempotencyKeyReused
        }
        waker.wake([scope.number])
        return view
    }

    private func apply(
        _ move: ReporterMove, code: String, initial: CaseProjection, key: (text: String, hash: [UInt8])?,
        in transaction: PostgresTransaction, _ scope: AgencyScope, _ trace: TraceContext
    ) async throws -> ComplaintView {
        guard let record = try await store.lock(code: code, in: transaction)?.opened(with: keys, of: scope) else {
            throw Problem.notFound
        }
        let projection = try record.view.map(CaseProjection.init(json:)) ?? initial
        if let key {
            let isNew = try await store.record(
                key: key.text, caller: "reporter:\(code)", hash: key.hash, of: record.id, in: transaction)
            guard isNew else { return projection.view(of: record) }
        }
        guard move.isPossible(in: projection) else {
            let current = JSONValue.raw(try JSONWriter.text(of: projection.view(of: record)))
            // Thrown, so that the key is not kept: the same request may succeed later.
            throw Problem.wrongState(current: current)
        }
        let move = move.sealed(by: record)
        let stored = try record.view.map { try JSONParser.parse(Array($0.utf8)) } ?? initial.json()
        guard let view = stored.object else { throw FollowingError.vanished }
        let text = try JSONWriter.text(of: JSONValue.object(move.applied(to: view, at: Date())))
        let number = try await store.showOptimistic(view: text, of: record.id, in: transaction)
        let message = try move.message(case: record.id)
        try await Exchange.enqueue(
            [
                OutgoingMessage(
                    id: UUID.v7(), destination: scope.number, service: .routing,
                    lane: IntakeLane.complaint(record.id.text), number: number, type: message.type, data: message.data,
                    trace: trace.traceparent)
            ], in: transaction)
        return try CaseProjection(json: text).view(of: record)
    }

    /// In the database, or in the spool while it waits there. The spool is asked first: the drain may move it meanwhile.
    /// - Throws: 503 where the database is away and the spool has nothing of this code.
    private func find(_ code: String, in scope: AgencyScope) async throws -> ComplaintRecord? {
        guard let desk = desks[scope.number] else { throw Problem.notFound }
        let waiting = try await desk.waiting(code)
        if desk.watch.isAway {
            guard let waiting else { throw Problem.databaseUnavailable }
            return waiting
        }
        do {
            return try await database.query(scope, FollowingStore.finding(code)).first.map(ComplaintRecord.init(row:))?
                .opened(with: keys, of: scope) ?? waiting
        } catch let error as PostgresError where desk.watch.noted(error) {
            guard let waiting else { throw error }
            return waiting
        }
    }

    func projection(of record: ComplaintRecord, in scope: AgencyScope) async throws -> CaseProjection {
        if let view = record.view { return try CaseProjection(json: view) }
        return try await initialProjection(of: record, in: scope)
    }

    private func initialProjection(of record: ComplaintRecord, in scope: AgencyScope) async throws -> CaseProjection {
        let directory = try await directory.current()
        let office = directory.frontOffice(of: scope.number)
        let name = directory.agencies[scope.number]?.name ?? scope.code
        let agency = OfficeReference(code: scope.code, agency: scope.code, name: name)
        let isAway = desks[scope.number]?.watch.isAway ?? false
        let times =
            isAway
            ? ExpectedTimes.Times()
            : await expected.times(kind: record.kind, from: record.receivedAt, at: office, in: scope)
        return CaseProjection(
            received: record,
            holder: office.map { OfficeReference(code: $0.code, agency: $0.agencyCode, name: $0.name) } ?? agency,
            agency: agency, times: times)
    }
}

extension Problem {
    /// A constant that is a valid name, so it is never `nil`.
    private static let linkHeader = HTTPField.Name("Link")

    /// Whether the problem names the address at which there is an answer.
    var pointsElsewhere: Bool { Self.linkHeader.map { headers[$0] != nil } ?? false }

    /// A code of another agency's, typed here: says where to go.
    static func elsewhere(code: String, agency: Directory.Agency) -> Problem {
        guard let address = agency.intakeURL else {
            return Problem.notFound.explained(
                id: "Kode ini milik \(agency.name). Tanyakan di sana.", en: "This code is of \(agency.name). Ask there."
            )
        }
        let base = address.hasSuffix("/") ? String(address.dropLast()) : address
        var problem = Problem.notFound.explained(
            id: "Kode ini milik \(agency.name). Buka \(base).", en: "This code is of \(agency.name). Go to \(base).")
        if let linkHeader {
            problem.headers[linkHeader] = "<\(base)/v1/complaints/\(code)>; rel=\"alternate\""
        }
        return problem
    }
}
