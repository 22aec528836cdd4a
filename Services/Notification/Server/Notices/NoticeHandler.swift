import Exchange
import Foundation
import NotificationAPI
import Postgres
import SinergiCore
import Tenancy

/// Turns events into messages: one for each step, channel and recipient, in the transaction of the inbox.
struct NoticeHandler: Sendable {
    let directory: DirectoryStore
    let store: MessageStore

    /// For `InboxRoute`. Types that this version does not know concern others.
    func handle(_ event: CloudEvent, _ transaction: PostgresTransaction, _ scope: AgencyScope) async throws -> [Int] {
        let messages: [NewMessage] =
            switch event.type {
            case ReporterNotice.eventType: try Self.messages(EventData.decode(ReporterNotice.self, from: event), scope)
            case ChannelReply.eventType: try [Self.message(EventData.decode(ChannelReply.self, from: event), scope)]
            case FollowerNotice.eventType: try [Self.message(EventData.decode(FollowerNotice.self, from: event), scope)]
            case CaseChanged.eventType: try await messages(EventData.decode(CaseChanged.self, from: event), scope)
            default: []
            }
        guard !messages.isEmpty else { return [] }
        try await store.add(messages, in: transaction)
        return []
    }

    /// To the reporter, by each way that there is.
    static func messages(_ notice: ReporterNotice, _ scope: AgencyScope) throws -> [NewMessage] {
        guard let sealed = Data(base64Encoded: notice.sealedContact) else {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "sealed_contact is no base64"))
        }
        let channels =
            (notice.hasEmail ? [Channel.mail] : [])
            + (notice.hasPhone ? [notice.channel == Channel.whatsapp.rawValue ? .whatsapp : .sms] : [])
        let confidential = notice.confidential ?? false
        let content = Content(
            office: notice.office, officeName: notice.officeName,
            nextStep: notice.nextStep ?? NextStep(after: notice.status)?.rawValue, expectedAt: notice.expectedAt,
            link: notice.link, note: notice.note)
        return channels.map { channel in
            NewMessage(
                agency: scope.number, step: notice.messageID, recipient: NewMessage.reporter, channel: channel,
                trackingCode: notice.trackingCode, event: notice.event,
                language: Language(rawValue: notice.language) ?? .id, confidential: confidential,
                content: confidential ? .empty : content.bounded(), sealed: Array(sealed))
        }
    }

    /// The reply of a conversation; its words come out of the seal when it is sent.
    static func message(_ reply: ChannelReply, _ scope: AgencyScope) throws -> NewMessage {
        guard let sealed = Data(base64Encoded: reply.sealed), let channel = Channel(rawValue: reply.channel) else {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "no such channel, or no base64"))
        }
        return NewMessage(
            agency: scope.number, step: reply.messageID, recipient: NewMessage.reporter, channel: channel,
            trackingCode: reply.conversation.text, event: reply.template,
            language: Language(rawValue: reply.language) ?? .id, confidential: false, content: .empty,
            sealed: Array(sealed))
    }

    /// To somebody who follows another's complaint.
    static func message(_ notice: FollowerNotice, _ scope: AgencyScope) throws -> NewMessage {
        guard let sealed = Data(base64Encoded: notice.sealed), let channel = Channel(rawValue: notice.channel) else {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "no such channel, or no base64"))
        }
        return NewMessage(
            agency: scope.number, step: notice.messageID, recipient: NewMessage.reporter, channel: channel,
            trackingCode: notice.trackingCode, event: notice.template,
            language: Language(rawValue: notice.language) ?? .id,
            confidential: false, content: .empty, sealed: Array(sealed))
    }

    /// To the offices concerned that have a mail address in the directory.
    private func messages(_ change: CaseChanged, _ scope: AgencyScope) async throws -> [NewMessage] {
        guard let step = change.notable, !change.offices.isEmpty else { return [] }
        let directory = try await directory.current()
        return Set(change.offices).sorted().flatMap { code -> [NewMessage] in
            guard let office = directory.office(code: code), office.agency == scope.number, office.active else {
                return []
            }
            var channels = office.email == nil ? [] : [Channel.mail]
            if [CaseChanged.danger, CaseChanged.surge].contains(step.event), office.dutyPhone != nil {
                channels.append(.sms)
            }
            let next = step.status.flatMap { NextStep(after: $0)?.rawValue }
            let note = step.event == CaseChanged.dueChanged ? step.note : nil
            return channels.map { channel in
                NewMessage(
                    agency: scope.number, step: step.id, recipient: code, channel: channel,
                    trackingCode: change.trackingCode, event: step.event, language: .id,
                    confidential: change.confidential,
                    content: change.confidential
                        ? .empty : Content(office: code, nextStep: next, note: note).bounded(), sealed: nil)
            }
        }
    }
}
