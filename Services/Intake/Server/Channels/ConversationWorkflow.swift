import Exchange
import Foundation
import HTTPTypes
import Identity
import IntakeAPI
import NotificationAPI
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// Carries conversations on: each message is applied once, its replies commit with it, and a finished draft goes the
/// way of every complaint.
///
/// | step | what a crash after it leaves |
/// |---|---|
/// | message, new state and replies in one transaction | the provider comes again and finds its message done |
/// | the draft is handed in under its own id | the next message, or the sweep, hands it in again: the same complaint |
/// | state idle and the receipt's replies in one transaction | nothing to do |
struct ConversationWorkflow: Sendable {
    let directory: DirectoryStore
    let database: AgencyDatabase
    let desks: [Int: IntakeDesk]
    let keys: NodeKeys
    let submissions: SubmissionWorkflow
    let following: FollowingWorkflow
    let data: ChannelDataStore
    let areas: AreaFinder
    let links: ReporterLinks
    let waker: Waker
    let store = ConversationStore()
    let files = ChannelMediaStore()

    /// Seconds of silence until a reminder, and from there until the conversation is closed.
    static let reminderWait = 30.0 * 60
    static let closingWait = 23.0 * 3600

    /// A draft is waiting to be handed in before anything else can be said.
    private struct Unfinished: Error { let id: UUID }

    /// - Returns: `false` for a message that came before.
    /// - Throws: `Problem`, `PostgresError`; the provider shall come again.
    func receive(_ message: InboundMessage, in scope: AgencyScope, trace: TraceContext) async throws -> Bool {
        let seal = try await seal(scope)
        let contact = seal.contact(message.phone)
        let facts = try await facts(message.input, word: message.word, contact: contact, scope)
        let person = try seal.seal(ReporterContact(name: message.name, email: nil, phone: message.phone))
        let original = try seal.seal(message.original)
        if let rule = submissions.gate.rules.block(contacts: [message.phone], address: nil, in: scope) {
            return try await turnAway(
                message, by: rule, facts, contact: contact, person: person, original: original, seal, scope, trace)
        }
        for _ in 0..<3 {
            do {
                let (isNew, ready) = try await database.withAgencyRetrying(scope) { transaction -> (Bool, UUID?) in
                    let row = try await store.open(
                        message.channel, contact: contact, sealed: person, in: transaction)
                    // Thrown, so that nothing of this message is kept until the draft before it is settled.
                    if row.state.state == .submitting { throw Unfinished(id: row.id) }
                    guard
                        try await store.record(
                            message, conversation: row.id, flags: facts.flags, sealed: original, in: transaction)
                    else { return (false, nil) }
                    if let media = message.media {
                        let source = try JSONWriter.text(of: media.source)
                        try await files.note(
                            media, sealed: try seal.seal(source), conversation: row.id, in: transaction)
                    }
                    let step = ConversationStep(try seal.opened(row), message.input, facts)
                    try await keep(step, row, seal, scope, trace, in: transaction)
                    return (true, step.conversation.state == .submitting ? row.id : nil)
                }
                waker.wake([scope.number])
                if let ready { try await finish(ready, in: scope, trace: trace) }
                return isNew
            } catch let unfinished as Unfinished {
                try await finish(unfinished.id, in: scope, trace: trace)
            }
        }
        throw Problem.overloaded
    }

    /// Answers one conversation's silence, or hands in a draft that a crash left behind.
    func awake(_ id: UUID, in scope: AgencyScope, trace: TraceContext) async throws {
        let seal = try await seal(scope)
        let ready = try await database.withAgencyRetrying(scope) { transaction -> Bool in
            guard let row = try await store.lock(id, in: transaction) else { return false }
            if row.state.state == .submitting { return true }
            let step = ConversationStep(try seal.opened(row), .silence, MessageFacts(draftID: UUID.v7()))
            try await keep(step, row, seal, scope, trace, in: transaction)
            return step.conversation.state == .submitting
        }
        waker.wake([scope.number])
        if ready { try await finish(id, in: scope, trace: trace) }
    }

    // MARK: Handing in

    private func finish(_ id: UUID, in scope: AgencyScope, trace: TraceContext) async throws {
        let seal = try await seal(scope)
        let row = try await database.query(
            scope, "\(ConversationStore.columns) WHERE agency = directory.me() AND id = \(id)"
        ).first.map(StoredConversation.init(row:))
        guard let row, row.state.state == .submitting else { return }
        let conversation = try seal.opened(row)
        guard let draft = conversation.draft else { return }
        let result: Result<ComplaintReceipt, Problem>
        do {
            let body = draft.submission(seal: try seal.person(row), channel: row.state.channel, conversation.language)
            result = .success(
                try await submissions.submit(
                    SubmissionWorkflow.Request(
                        reader: SubmissionReader(body), hash: draft.hash,
                        caller: SubmissionCaller(conversation: row.state.channel, draft: draft.id), scope: scope,
                        trace: trace, channel: row.state.channel == .whatsapp ? .whatsapp : .sms,
                        language: conversation.language)))
        } catch let problem as Problem where problem.status == .unprocessableContent {
            result = .failure(problem)
        }
        try await database.withAgencyRetrying(scope) { transaction in
            guard let row = try await store.lock(id, in: transaction), row.state.state == .submitting,
                let current = try? seal.opened(row), current.draft?.id == draft.id
            else { return }
            let step =
                switch result {
                case .success(let receipt):
                    ConversationStep.accepted(
                        current, code: receipt.trackingCode, key: receipt.accessKey,
                        link: links.following(code: receipt.trackingCode, agency: scope))
                case .failure(let problem):
                    ConversationStep.refused(
                        current, isPlace: problem.errors.contains { Self.places.contains($0.pointer) })
                }
            if case .success(let receipt) = result {
                try await files.want(draft.media.map(\.id), for: receipt.trackingCode, in: transaction)
            }
            try await keep(step, row, seal, scope, trace, in: transaction)
        }
        waker.wake([scope.number])
    }

    private static let places: Set<String> = ["#/lat", "#/long", "#/area_code", "#/address"]

    func keep(
        _ step: ConversationStep, _ row: StoredConversation, _ seal: ConversationSeal, _ scope: AgencyScope,
        _ trace: TraceContext, in transaction: PostgresTransaction
    ) async throws {
        let state = step.conversation
        let wait: Double? =
            switch state.state {
            case .idle, .paused: nil
            // Only a crash leaves it so for long.
            case .submitting: 10
            default: state.reminded ? Self.closingWait : Self.reminderWait
            }
        if state.state == .submitting, let draft = state.draft, let desk = desks[scope.number] {
            // The code is known beforehand, so that the first news of the complaint finds its way already.
            let caller = SubmissionCaller(conversation: state.channel, draft: draft.id)
            let bits = desk.door.door(
                agency: scope.code, client: caller.name, idempotencyKey: caller.key, bodyHash: draft.hash
            ).bits
            let prefix = try await directory.current().agencies[scope.number]?.prefix ?? scope.code
            try await store.link(try TrackingCode(prefix: prefix, bits: bits).text, to: row.id, in: transaction)
        }
        let phone = try seal.person(row).phone ?? ""
        try await store.save(
            state, draft: try seal.seal(state.draft), replies: step.replies.count, wait: wait, to: row.id,
            in: transaction)
        let messages = try step.replies.enumerated().map { place, reply in
            let id = UUID.v7()
            let contents = ChannelReply.Contents(phone: phone, values: reply.values)
            let event = ChannelReply(
                messageID: id, conversation: row.id, channel: state.channel.rawValue, template: reply.template,
                language: state.language.rawValue,
                sealed: Data(try seal.seal(JSONWriter.text(of: contents))).base64EncodedString())
            return OutgoingMessage(
                id: id, destination: scope.number, service: .notification, lane: "conversation:\(row.id.text)",
                number: row.version + place + 1, type: ChannelReply.eventType, data: try JSONWriter.text(of: event),
                trace: trace.traceparent)
        }
        try await Exchange.enqueue(messages, in: transaction)
    }

    // MARK: Facts

    private func facts(
        _ input: ChannelInput, word: String?, contact: [UInt8], _ scope: AgencyScope
    ) async throws -> MessageFacts {
        let data = try await data.current(in: scope)
        var facts = MessageFacts(draftID: UUID.v7())
        facts.agencyName = try await directory.current().agencies[scope.number]?.name ?? scope.code
        facts.numbers = data.screening.listed
        if let entry = word.flatMap({ data.words[$0] }) {
            facts.office = entry.office
            facts.wordArea = entry.area.map { .init(code: $0, name: data.areaNames[$0] ?? $0) }
        }
        if let text = input.text {
            facts.flags = data.screening.flags(in: text)
            facts.area = data.areas.find(in: text, loosely: false)
            facts.looseArea = data.areas.find(in: text, loosely: true)
            if case .status(let code)? = ChatCommand(text) {
                facts.status = try await status(code, contact: contact, scope)
            }
        }
        if case .location(let lat, let long, _) = input {
            facts.isOutsideIndonesia = !Indonesia.contains(latitude: lat, longitude: long)
            if !facts.isOutsideIndonesia {
                facts.area = try await areas.area(latitude: lat, longitude: long, in: scope)
                    .map { .init(code: $0.code, name: $0.name) }
            }
        }
        return facts
    }

    /// How a complaint stands: for who sent it from this number, or for everybody once it is public. A number alone shows
    /// no list, for a telephone is not a person (product decision 13).
    private func status(_ typed: String?, contact: [UInt8], _ scope: AgencyScope) async throws -> MessageFacts.Status {
        guard let typed, let code = (try? TrackingCode(typed))?.text,
            let record = try await database.query(scope, FollowingStore.finding(code)).first.map(
                ComplaintRecord.init(row:))
        else { return .unknown }
        let isOwn =
            try await database.query(
                scope,
                """
                SELECT 1 AS one FROM intake.channel_complaint l
                JOIN intake.conversation c ON c.agency = l.agency AND c.id = l.conversation
                WHERE l.agency = directory.me() AND l.tracking_code = \(code) AND c.contact = \(contact)
                """
            ).isEmpty == false
        guard isOwn || record.published else { return .unknown }
        let link = links.following(code: code, agency: scope)
        let view = try await following.view(of: record, in: scope)
        if view.confidential { return .secret(code: code, link: link) }
        let language = Language(rawValue: record.language) ?? .id
        var values = [
            "status": CaseStatus(rawValue: view.summary.status)?.label(in: language) ?? view.summary.status,
            "link": link,
        ]
        values["holder"] = view.summary.holder?.name
        values["next"] = view.summary.nextStep.flatMap(NextStep.init(rawValue:))?.label(in: language)
        return .known(code: code, values: values)
    }

    @Sendable func seal(_ scope: AgencyScope) async throws -> ConversationSeal {
        guard let desk = desks[scope.number] else { throw Problem.notFound }
        return try ConversationSeal(scope, door: desk.door, keys: keys, try await directory.current())
    }
}

extension SubmissionCaller {
    /// Texts of conversations acknowledge a complaint themselves.
    static let conversationPrefix = "channel:"

    init(conversation channel: ChatChannel, draft: UUID) {
        self.init(name: Self.conversationPrefix + channel.rawValue, key: draft.text)
    }

    var isConversation: Bool { name.hasPrefix(Self.conversationPrefix) }
}

extension Draft {
    /// The same whatever a last-moment message adds: one draft is one complaint.
    var hash: [UInt8] { Fingerprint.bytes(Array("draft \(id.text)".utf8)) }

    /// As a body of `POST /v1/complaints`.
    func submission(seal person: ReporterContact, channel: ChatChannel, _ language: Language) -> JSONValue {
        let voice = Localized(
            id: "Pesan suara dari pelapor. Petugas perlu mendengarkan dan menuliskannya.",
            en: "A voice message of the reporter. An officer has to listen to it and write it down.")
        var body: JSONObject = [
            "description": .string(
                description.unicodeScalars.count < Self.shortest
                    ? [description, voice[language]].filter { !$0.isEmpty }.joined(separator: "\n") : description),
            "language": .string(language.rawValue), "confidential": .bool(confidential), "anonymous": .bool(anonymous),
        ]
        var reporter = JSONObject()
        reporter["name"] = person.name.map { .string($0) }
        reporter["phone"] = person.phone.map { .string($0) }
        body["reporter"] = .object(reporter)
        body["lat"] = lat.map { .number($0) }
        body["long"] = long.map { .number($0) }
        body["area_code"] = areaCode.map { .string($0) }
        body["addressed_office"] = office.map { .string($0) }
        // An urgent draft is handed in although its reporter never said where.
        body["address"] = .string(address ?? (hasPlace ? "" : "-"))
        if address == nil, hasPlace { body["address"] = nil }
        return .object(body)
    }
}
