import Exchange
import Foundation
import Identity
import IntakeAPI
import NotificationAPI
import Postgres
import RoutingAPI
import ServiceKit
import SinergiCore
import Tenancy

/// Keeps the reporter's view true: stores what routing says of a case, and has its reporter told of each new step.
struct CaseChangedHandler: Sendable {
    let links: ReporterLinks
    let news: FollowerNews
    let directory: DirectoryStore
    let store = ProjectionStore()

    /// For `InboxRoute`. Event types that this version does not know concern newer ones.
    func handle(_ event: CloudEvent, _ transaction: PostgresTransaction, _ scope: AgencyScope) async throws -> [Int] {
        guard event.type == RoutingEventType.changed else { return [] }
        let change = try CaseChanged(event)
        guard let (known, contact) = try await store.lock(change.caseID, in: transaction) else {
            throw Problem.notFound.explained(
                id: "Laporan dari kasus ini tidak ada di sini.", en: "The complaint of this case is not here.")
        }
        // Messages may come twice or late; the newest version is the truth.
        guard change.version > known.viewVersion else { return [] }
        let steps = change.view.steps.filter { $0.seq > known.notifiedSeq && $0.event != CaseEvent.received.rawValue }
        let notices = contact == nil ? [] : steps
        let saved = try await store.save(
            change, data: event.data, messages: notices.count,
            notifiedSeq: max(steps.last?.seq ?? 0, known.notifiedSeq),
            in: transaction)
        if saved.isPublic, !steps.isEmpty {
            try await news.tell(
                change, code: known.trackingCode, newer: steps, trace: event.traceparent, in: transaction, scope,
                try await directory.current())
        }
        guard let contact, !notices.isEmpty else { return [] }
        let messages = try notices.enumerated().map { place, step in
            OutgoingMessage(
                id: UUID.v7(), destination: scope.number, service: .notification,
                lane: "complaint:\(change.caseID.text)", number: saved.first + place, type: ReporterNotice.eventType,
                data: try JSONWriter.text(of: notice(of: step, change, known, contact, scope)), trace: event.traceparent
            )
        }
        try await Exchange.enqueue(messages, in: transaction)
        return []
    }

    private func notice(
        of step: ReporterStep, _ change: CaseChanged, _ known: ProjectionStore.Known,
        _ contact: ProjectionStore.Contact,
        _ scope: AgencyScope
    ) -> ReporterNotice {
        // The office that took the step; the sentences of `CaseEvent` name it.
        let office = step.office ?? change.view.holder
        return ReporterNotice(
            messageID: NoticeID.make(complaint: change.caseID, seq: step.seq, at: step.at),
            trackingCode: known.trackingCode, event: step.event, language: known.language,
            sealedContact: Data(contact.sealed).base64EncodedString(), hasEmail: contact.hasEmail,
            hasPhone: contact.hasPhone, office: office?.code, officeName: office?.name, status: step.status,
            nextStep: change.view.nextStep, expectedAt: change.view.expectedAt,
            link: links.following(code: known.trackingCode, agency: scope),
            note: step.note.flatMap { WordsKey.isSealed($0) ? nil : $0 },
            confidential: change.view.confidential ?? known.confidential, channel: contact.channel)
    }
}
