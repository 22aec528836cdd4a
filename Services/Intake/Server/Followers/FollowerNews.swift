import Exchange
import Foundation
import Identity
import IntakeAPI
import NotificationAPI
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// Writes the messages that followers get. An address is opened here for as long as it takes to seal it again beside what
/// the message says.
struct FollowerNews: Sendable {
    let keys: NodeKeys
    let links: ReporterLinks
    let store = FollowerStore()

    /// Steps that are news to somebody who waits for the same thing.
    private static let notable: Set<CaseEvent> = [
        .handoffAccepted, .arbitrated, .held, .extended, .answerPublished, .confirmed, .closed, .reopened,
        .commitmentDue,
    ]

    /// The newest notable step of a change, to every follower; one message, however many steps came at once.
    func tell(
        _ change: CaseChanged, code: String, newer steps: [ReporterStep], trace: String?,
        in transaction: PostgresTransaction, _ scope: AgencyScope, _ directory: Directory
    ) async throws {
        guard let step = steps.last(where: { CaseEvent(rawValue: $0.event).map(Self.notable.contains) ?? false }),
            let event = CaseEvent(rawValue: step.event)
        else { return }
        let followers = try await store.told(
            of: change.caseID, isOpen: CaseStatus(rawValue: change.view.status)?.isOpen ?? true, in: transaction)
        let messages = try followers.map { follower in
            let language = Language(rawValue: follower.language) ?? .id
            var values = ["what": event.label[language], "title": change.view.titlePublished ?? ""]
            if let office = step.office?.name { values["office"] = office }
            return try message(
                "follow_news", NoticeID.make(complaint: follower.id, seq: step.seq, at: step.at), to: follower,
                code: code,
                values: values, trace: trace, scope, directory)
        }
        try await Exchange.enqueue(messages, in: transaction)
    }

    /// The request for consent.
    func confirmation(
        to follower: FollowerStore.Follower, code: String, trace: String?, _ scope: AgencyScope, _ directory: Directory
    ) throws -> OutgoingMessage {
        try message("follow_confirm", UUID.v7(), to: follower, code: code, values: [:], trace: trace, scope, directory)
    }

    private func message(
        _ template: String, _ id: UUID, to follower: FollowerStore.Follower, code: String, values: [String: String],
        trace: String?, _ scope: AgencyScope, _ directory: Directory
    ) throws -> OutgoingMessage {
        guard let door = keys.door(scope) else { throw Problem.notFound }
        let plain = try keys.open(follower.sealed, of: scope, about: Self.about)
        let contact = try JSONDecoder().decode(FollowerContact.self, from: Data(plain))
        var values = values
        values["link"] = links.follower(FollowerLink.token(follower.id, door), agency: scope)
        let contents = FollowerNotice.Contents(email: contact.email, phone: contact.phone, values: values)
        let sealed = try AgencySeal(agency: scope.number, directory, Date()).seal(JSONWriter.bytes(of: contents))
        let notice = FollowerNotice(
            messageID: id, trackingCode: code, template: template, channel: follower.channel,
            language: follower.language, sealed: Data(sealed).base64EncodedString())
        return OutgoingMessage(
            id: UUID.v7(), destination: scope.number, service: .notification, lane: "follower:\(follower.id.text)",
            number: follower.number, type: FollowerNotice.eventType, data: try JSONWriter.text(of: notice), trace: trace
        )
    }

    /// What sealed contacts are about.
    static let about = "follower"
}
