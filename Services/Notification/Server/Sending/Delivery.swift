import Foundation
import Identity
import NotificationAPI
import ServiceKit
import SinergiCore
import Tenancy

/// Composes a message and hands it to its channel.
struct Delivery: Sendable {
    let mailer: Mailer
    let gateway: Gateway
    let templates: TemplateStore
    let directory: DirectoryStore
    /// What mail comes from.
    let from: MailAddress
    /// With which the agencies open what was sealed to them.
    let keys: NodeKeys

    /// Never throws: what goes wrong is an outcome, and none of them names an address.
    func deliver(_ message: QueuedMessage, in scope: AgencyScope) async -> Outcome {
        guard message.expiresAt > Date() else { return .refused("too old") }
        do {
            let directory = try await directory.current()
            let audience: Template.Audience = message.recipient == NewMessage.reporter ? .reporter : .office
            guard let address = try address(of: message, in: scope, directory) else {
                return .refused("no usable address")
            }
            let key = Template.Key(
                audience: audience, event: Self.wording(of: message, audience), channel: message.channel,
                language: message.language)
            guard let template = try await templates.template(key, in: scope) else { return .failed("no template") }
            var facts = Self.facts(message, scope, directory)
            facts.values = try replyValues(of: message, in: scope)
            let text = try MessageText(template, facts)
            return await send(text, message, to: address, from: directory.agency(code: scope.code)?.name).hiding(
                address)
        } catch let error as Sealer.Failure {
            return .refused("address cannot be opened: \(error)")
        } catch {
            return .failed("\(type(of: error))")
        }
    }

    /// Of a secret case a message says that there is news, or that it is urgent, and nothing of what it is.
    private static func wording(of message: QueuedMessage, _ audience: Template.Audience) -> String {
        guard message.confidential else { return message.event }
        return audience == .office && message.event == CaseChanged.danger ? Template.urgent : Template.news
    }

    private func send(_ text: MessageText, _ message: QueuedMessage, to address: String, from name: String?) async
        -> Outcome
    {
        switch message.channel {
        case .mail:
            guard let to = MailAddress(address) else { return .refused("no usable address") }
            return await mailer.send(
                MailMessage(
                    fromName: name ?? "Sinergi", from: from, to: to, subject: text.subject ?? message.trackingCode,
                    body: text.body, reference: message.reference, trackingCode: message.trackingCode,
                    event: message.event, language: message.language, date: message.createdAt))
        case .sms, .whatsapp:
            guard let to = PhoneNumber.normalized(address) else { return .refused("no usable address") }
            return await gateway.send(
                ShortMessage(
                    to: to, channel: message.channel, text: text.body, trackingCode: message.trackingCode,
                    event: message.event, reference: message.reference))
        }
    }

    /// A reporter's address is opened here and lives no longer than the attempt.
    private func address(of message: QueuedMessage, in scope: AgencyScope, _ directory: Directory) throws -> String? {
        guard message.recipient == NewMessage.reporter else {
            let office = directory.office(code: message.recipient)
            return message.channel == .mail ? office?.email : office?.dutyPhone
        }
        guard let sealed = message.sealed else { return nil }
        let plain = try keys.open(sealed, of: scope)
        let contact = try? JSONDecoder().decode(ReporterContact.self, from: Data(plain))
        return message.channel == .mail ? contact?.email : contact?.phone
    }

    /// What a conversation's reply, a follower's news or an office's link says; it came sealed beside the address.
    private func replyValues(of message: QueuedMessage, in scope: AgencyScope) throws -> [String: String] {
        guard ["chat_", "follow_", "link_"].contains(where: message.event.hasPrefix), let sealed = message.sealed else {
            return [:]
        }
        let plain = try keys.open(sealed, of: scope)
        return (try? JSONDecoder().decode(SealedValues.self, from: Data(plain)))?.values ?? [:]
    }

    private struct SealedValues: Decodable {
        let values: [String: String]
    }

    static func facts(_ message: QueuedMessage, _ scope: AgencyScope, _ directory: Directory) -> MessageFacts {
        let content = message.content
        let office = content.office.flatMap { directory.office(code: $0) }
        let zone = office?.zone ?? directory.office(code: scope.code)?.zone
        return MessageFacts(
            code: message.trackingCode, office: office?.name ?? content.officeName ?? content.office,
            officeCode: content.office, nextStep: content.nextStep.flatMap { NextStep(rawValue: $0) },
            expectedAt: content.expectedAt, zone: zone.flatMap { Zone(rawValue: $0) } ?? .jakarta, link: content.link,
            note: content.note)
    }
}
