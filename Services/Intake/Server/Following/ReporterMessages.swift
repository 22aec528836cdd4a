import Exchange
import Foundation
import IntakeAPI
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// What reporters say beside their decisions: messages to the officers, and a rating once the case has ended.
struct ReporterMessages: Sendable {
    let following: FollowingWorkflow

    /// The reporter's own messages, oldest first. Those of officers stand in the view.
    func own(of record: ComplaintRecord, in scope: AgencyScope) async throws -> [ReporterMessage] {
        try await following.database.query(
            scope,
            """
            SELECT id, at, body, sealed FROM intake.message
            WHERE agency = directory.me() AND complaint = \(record.id) ORDER BY id LIMIT 500
            """
        ).map { row in
            let sealed = try row.decodeIfPresent("sealed", as: [UInt8].self)
            let plain = try sealed.map { try following.keys.open($0, of: scope, about: record.id.text) }
            return ReporterMessage(
                messageID: try row.decode("id"), at: try row.decode("at"), from: "reporter", office: nil,
                body: try plain.map { String(decoding: $0, as: UTF8.self) } ?? row.decode("body", as: String.self))
        }
    }

    /// Stores a message together with the event that tells routing.
    /// - Throws: 409 `wrong_state` once the case has ended, 422 `idempotency_key_reused`.
    func write(
        _ body: String, to record: ComplaintRecord, key: (text: String, hash: [UInt8])?, in scope: AgencyScope,
        trace: TraceContext
    ) async throws {
        try record.mustBeStored()
        let id = UUID.v7()
        let event = ReporterReplied(caseId: record.id, messageId: id, body: record.sealing(body))
        let sealed = try await sealed(body, record, scope)
        try await apply(record, key, (IntakeEventType.replied, try JSONWriter.text(of: event)), scope, trace) {
            projection, transaction in
            guard CaseStatus(rawValue: projection.status)?.isOpen ?? true else { return false }
            _ = try await transaction.query(
                """
                INSERT INTO intake.message (agency, complaint, id, at, body, sealed)
                VALUES (directory.me(), \(record.id), \(id), clock_timestamp(), \(sealed == nil ? body : nil), \(sealed))
                """)
            return true
        }
    }

    /// A rating, once.
    /// - Throws: 409 `wrong_state` before the end and for a second one.
    func rate(
        _ rating: Int, comment: String?, of record: ComplaintRecord, key: (text: String, hash: [UInt8])?,
        in scope: AgencyScope, trace: TraceContext
    ) async throws {
        try record.mustBeStored()
        let event = ReporterRated(
            caseId: record.id, rating: rating, comment: comment.map(record.sealing))
        try await apply(record, key, (IntakeEventType.rated, try JSONWriter.text(of: event)), scope, trace) {
            projection, transaction in
            guard projection.status == CaseStatus.closed.rawValue else { return false }
            return try await transaction.query(
                """
                INSERT INTO intake.rating (agency, complaint, rating, at)
                VALUES (directory.me(), \(record.id), \(Int32(rating)), clock_timestamp())
                ON CONFLICT DO NOTHING RETURNING true
                """
            ).first != nil
        }
    }

    private func sealed(_ body: String, _ record: ComplaintRecord, _ scope: AgencyScope) async throws -> [UInt8]? {
        guard record.sealed != nil else { return nil }
        return try AgencySeal(agency: scope.number, await following.directory.current(), Date())
            .seal(Array(body.utf8), about: record.id.text)
    }

    /// One step: the key, the row and the event commit together.
    private func apply(
        _ record: ComplaintRecord, _ key: (text: String, hash: [UInt8])?, _ message: (type: String, data: String),
        _ scope: AgencyScope, _ trace: TraceContext,
        _ write: (CaseProjection, PostgresTransaction) async throws -> Bool
    ) async throws {
        let initial = try await following.projection(of: record, in: scope)
        do {
            try await following.database.withAgencyRetrying(scope) { transaction in
                guard
                    let locked = try await following.store.lock(code: record.trackingCode, in: transaction)?
                        .opened(with: following.keys, of: scope)
                else { throw Problem.notFound }
                if let key {
                    let isNew = try await following.store.record(
                        key: key.text, caller: "reporter:\(record.trackingCode)", hash: key.hash, of: record.id,
                        in: transaction)
                    guard isNew else { return }
                }
                let projection = try locked.view.map(CaseProjection.init(json:)) ?? initial
                guard try await write(projection, transaction) else {
                    throw Problem.wrongState(
                        current: .raw(try JSONWriter.text(of: projection.view(of: locked))))
                }
                let number = try await following.store.drawNumber(of: record.id, in: transaction)
                try await Exchange.enqueue(
                    [
                        OutgoingMessage(
                            id: UUID.v7(), destination: scope.number, service: .routing,
                            lane: IntakeLane.complaint(record.id.text), number: number, type: message.type,
                            data: message.data, trace: trace.traceparent)
                    ], in: transaction)
            }
        } catch FollowingError.keyReused {
            throw Problem.idempotencyKeyReused
        }
        following.waker.wake([scope.number])
    }
}
