import AsyncHTTPClient
import Exchange
import Foundation
import Identity
import NotificationAPI
import Postgres
import ServiceKit
import SinergiCore
import Tenancy
import Testing

@testable import NotificationServer

/// A real database, a real mail server, a gateway that speaks HTTP.
@Suite("Notification", .serialized)
struct NotificationServerTests {
    /// What the tests need of a notification process.
    struct Process {
        let client: PostgresClient
        let database: AgencyDatabase
        let directory: DirectoryStore
        let store: MessageStore
        let templates: TemplateStore
        let delivery: NotificationServer.Delivery
        let handler: NoticeHandler
        let bell: SendBell
        let sealingKey: [UInt8]
        let scope = NotificationDatabase.scope(.notification)

        func sender(_ channels: [NotificationServer.Channel] = NotificationServer.Channel.allCases) -> Sender {
            Sender(
                scope: scope, channels: channels, lines: 4, store: store, delivery: delivery, bell: bell,
                logger: NotificationDatabase.logger)
        }

        /// Sends until `body` has seen what it waits for.
        func sending(_ body: () async throws -> Void) async throws {
            let sender = sender()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await sender.run() }
                try await body()
                group.cancelAll()
            }
        }

        func apply(_ type: String, _ data: String, in scope: AgencyScope? = nil) async throws {
            let scope = scope ?? self.scope
            let event = CloudEvent(
                id: UUID.v7(), source: "test", type: type, lane: "case:1", number: 1, time: Date(), data: data)
            try await database.withAgency(scope) { transaction in
                _ = try await handler.handle(event, transaction, scope)
            }
        }

        func notice(
            _ address: (email: String?, phone: String?), code: String, event: String = "handoff_accepted",
            step: UUID = .v7(),
            language: String = "id", confidential: Bool = false
        ) async throws {
            let plain = try JSONEncoder().encode(
                ReporterContact(name: "Sari", email: address.email, phone: address.phone))
            let notice = ReporterNotice(
                messageID: step, trackingCode: code, event: event, language: language,
                sealedContact: Data(try Sealer.seal(Array(plain), to: sealingKey)).base64EncodedString(),
                hasEmail: address.email != nil, hasPhone: address.phone != nil, office: "MESA/DPU",
                status: "in_progress",
                expectedAt: Date(timeIntervalSince1970: 1_796_889_600),
                link: "http://127.0.0.1:8081/follow?code=\(code)",
                note: nil, confidential: confidential)
            try await apply(ReporterNotice.eventType, try JSONWriter.text(of: notice))
        }

        func messages(_ code: String) async throws -> [MessageView] {
            try await store.list(MessageFilter(trackingCode: code), limit: 100, in: scope)
        }
    }

    static func with(
        _ sink: NotificationSink, _ body: (Process) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sinergi-keys-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let keys = AgencyKeys.generate(agency: NotificationDatabase.home.code)
        try keys.write(to: folder)
        let nodeKeys = try NodeKeys(directory: folder.path, agencies: [NotificationDatabase.home.code])
        let from = try #require(MailAddress("noreply@sinergi.test"))
        let server = try #require(SMTPServer(sink.smtpURL, domain: from.domain))
        try await NotificationDatabase.with { client in
            let database = AgencyDatabase(client: client, service: .notification)
            let directory = DirectoryStore(client: client, logger: NotificationDatabase.logger)
            let store = MessageStore(database: database, holder: UUID.v7())
            let templates = TemplateStore(database: database)
            let bell = SendBell()
            try await body(
                Process(
                    client: client, database: database, directory: directory, store: store, templates: templates,
                    delivery: NotificationServer.Delivery(
                        mailer: Mailer(server: server), gateway: Gateway(url: sink.gatewayURL, client: .shared),
                        templates: templates, directory: directory, from: from, keys: nodeKeys),
                    handler: NoticeHandler(directory: directory, store: store), bell: bell,
                    sealingKey: try keys.sealingPublic()))
        }
    }

    @Test("a step is told once by mail and once by short message, and the address is gone afterwards")
    func delivers() async throws {
        try await NotificationSink.with { sink in
            try await Self.with(sink) { process in
                let step = UUID.v7()
                for _ in 1...2 {
                    try await process.notice(("sari@contoh.id", "0811-555-0123"), code: "MESA-1", step: step)
                }
                try await process.sending {
                    try await NotificationWait.holds("both sent") {
                        try await process.messages("MESA-1").filter { $0.state == "sent" }.count == 2
                    }
                }
                let mails = try sink.mails()
                #expect(mails.count == 1)
                let mail = try #require(mails.first)
                #expect(mail.to == ["sari@contoh.id"] && mail.from == "noreply@sinergi.test")
                #expect(mail.header("X-Sinergi-Tracking-Code") == "MESA-1")
                #expect(mail.header("X-Sinergi-Event") == "handoff_accepted")
                let reference = Reference.text(agency: 8101, step: step, channel: .mail, recipient: "reporter")
                #expect(mail.header("Message-ID") == "<\(reference)@sinergi.test>")
                #expect(mail.unfolded.contains("Dinas Pekerjaan Umum"))
                #expect(mail.unfolded.contains("Kamis, 10 Desember 2026 pukul 16.00 WITA"))
                let short = try sink.shortMessages()
                #expect(short.count == 1)
                #expect(short.first?.to == "+628115550123" && short.first?.channel == "sms")
                #expect(short.first?.key == short.first?.reference && short.first?.key.hasPrefix(step.text) == true)
                #expect(short.first?.trackingCode == "MESA-1" && short.first?.event == "handoff_accepted")
                let kept = try await process.client.query(
                    "SELECT count(*) AS n FROM notification.message WHERE tracking_code = 'MESA-1' AND sealed IS NULL")
                #expect(try kept.first?.decode("n", as: Int.self) == 2)
                let leaks = try await process.client.query(
                    """
                    SELECT count(*) AS n FROM notification.message m
                    WHERE m::text LIKE '%sari@%' OR m::text LIKE '%8115550123%'
                    """)
                #expect(try leaks.first?.decode("n", as: Int.self) == 0)
            }
        }
    }

    @Test(
        "what the mail server refuses for good is dead at once and can be given another chance; what it puts off comes again"
    )
    func outcomes() async throws {
        try await NotificationSink.with { sink in
            try await Self.with(sink) { process in
                try await process.notice(("refuse@contoh.id", nil), code: "MESA-2")
                try await process.notice(("busy@contoh.id", nil), code: "MESA-3")
                try await process.sending {
                    let dead = try await NotificationWait.until("dead") {
                        try await process.messages("MESA-2").first { $0.state == "dead" }
                    }
                    #expect(dead.attempts == 1)
                    #expect(dead.lastError?.contains("550") == true && dead.lastError?.contains("refuse@") == false)
                    let again = try #require(try await process.store.requeue(dead.messageID, in: process.scope))
                    #expect(again.state == "queued" && again.reference == dead.reference)
                    let sent = try await NotificationWait.until("sent") {
                        try await process.messages("MESA-3").first { $0.state == "sent" }
                    }
                    #expect(sent.attempts == 2)
                }
                let mails = try sink.mails()
                #expect(mails.map(\.to) == [["busy@contoh.id"]])
            }
        }
    }

    @Test("after a crash while sending, another process repeats the message under the same name")
    func crash() async throws {
        try await NotificationSink.with { sink in
            try await Self.with(sink) { process in
                try await process.notice(("budi@contoh.id", nil), code: "MESA-4")
                var crashed = MessageStore(database: process.database, holder: UUID.v7())
                crashed.lease = .milliseconds(300)
                let taken = try await crashed.take(10, of: [.mail], except: [], in: process.scope)
                let message = try #require(taken.first { $0.trackingCode == "MESA-4" })
                // The mail went out; its result was never written down.
                #expect(await process.delivery.deliver(message, in: process.scope) == .accepted)
                try await process.sending {
                    try await NotificationWait.holds("sent") {
                        try await process.messages("MESA-4").contains { $0.state == "sent" }
                    }
                }
                let mails = try sink.mails().filter { $0.to == ["budi@contoh.id"] }
                #expect(mails.count == 2)
                #expect(Set(mails.map(\.text)).count == 1)
            }
        }
    }

    @Test("of one case and recipient the next message waits for the one before, unless that one failed")
    func order() async throws {
        try await NotificationSink.with { sink in
            try await Self.with(sink) { process in
                for event in ["received", "verified", "routed"] {
                    try await process.notice(("order@contoh.id", nil), code: "MESA-5", event: event)
                }
                func take() async throws -> [QueuedMessage] {
                    try await process.store.take(10, of: [.mail], except: [], in: process.scope)
                        .filter { $0.trackingCode == "MESA-5" }
                }
                let first = try await take()
                #expect(first.map(\.event) == ["received"])
                #expect(try await take().isEmpty)
                let failed = AttemptResult(message: try #require(first.first), outcome: .failed("x"), took: .zero)
                try await process.store.record([failed], in: process.scope)
                let second = try await take()
                #expect(second.map(\.event) == ["verified"])
                try await process.store.record(
                    second.map { AttemptResult(message: $0, outcome: .accepted, took: .zero) }, in: process.scope)
                #expect(try await take().map(\.event) == ["routed"])
            }
        }
    }

    @Test("a mail server that is away costs a message neither an attempt nor its place in the order")
    func outage() async throws {
        try await NotificationSink.with { sink in
            try await Self.with(sink) { process in
                for event in ["received", "verified"] {
                    try await process.notice(("away@contoh.id", nil), code: "MESA-10", event: event)
                }
                func take() async throws -> [QueuedMessage] {
                    try await process.store.take(10, of: [.mail], except: [], in: process.scope)
                        .filter { $0.trackingCode == "MESA-10" }
                }
                let message = try #require(try await take().first)
                // Nobody listens at port 1.
                let server = try #require(SMTPServer("smtp://127.0.0.1:1", domain: "sinergi.test"))
                let mail = MailMessage(
                    fromName: "x", from: process.delivery.from, to: try #require(MailAddress("away@contoh.id")),
                    subject: "x",
                    body: "x", reference: message.reference, trackingCode: "MESA-10", event: "received", language: .id,
                    date: Date())
                let outcome = await Mailer(server: server).send(mail)
                guard case .unavailable = outcome else { throw NotificationWait.TimedOut(what: "unavailable") }
                let result = AttemptResult(message: message, outcome: outcome, took: .zero)
                #expect(!result.counts && (result.wait ?? 9) <= 1)
                try await process.store.record([result], in: process.scope)
                #expect(try await process.messages("MESA-10").map(\.attempts) == [0, 0])
                try await NotificationWait.holds("the first is due again") {
                    try await take().map(\.event) == ["received"]
                }
            }
        }
    }

    @Test("while a channel is away it is probed, one message at a time")
    func probing() {
        let state = SenderState()
        #expect(state.room(most: 4) == 4 && !state.isAway)
        #expect(state.note(.accepted) == nil)
        #expect(state.note(.unavailable("x")) == false)
        #expect(state.note(.unavailable("x")) == nil)
        #expect(state.room(most: 4) == 0 && state.isAway)
        #expect(state.note(.failed("x")) == true)
        #expect(state.room(most: 4) == 4 && !state.isAway)
    }

    @Test("a confidential case leaves nothing but its code")
    func confidential() async throws {
        try await NotificationSink.with { sink in
            try await Self.with(sink) { process in
                try await process.notice(("saksi@contoh.id", "+628115550199"), code: "MESA-6", confidential: true)
                try await process.sending {
                    try await NotificationWait.holds("both sent") {
                        try sink.shortMessages().count == 1 && sink.mails().count == 1
                    }
                }
                #expect(try await process.messages("MESA-6").isEmpty, "who may know of it is not known to the list")
                #expect(try sink.shortMessages().map(\.text) == ["Ada kabar tentang MESA-6."])
                let mail = try #require(try sink.mails().first)
                #expect(mail.text.hasSuffix("\r\n\r\nAda kabar tentang MESA-6.\r\n"))
                #expect(mail.header("Subject") == "Kabar tentang MESA-6")
            }
        }
    }

    @Test("offices with a mail address hear of offers, arbitrations and disputes, others do not")
    func offices() async throws {
        try await NotificationSink.with { sink in
            try await Self.with(sink) { process in
                func change(_ event: String, _ code: String) async throws {
                    try await process.apply(
                        CaseChanged.eventType,
                        """
                        {"case_id":"\(UUID.v7().text)","tracking_code":"\(code)","version":3,"status":"routed","confidential":false,
                         "offices":["MESA/DPU","MESA/DLH","MESB"],"steps":[{"id":"\(UUID.v7().text)","seq":2,"event":"\(event)",
                         "status":"routed","at":"2026-11-24T03:15:00.123456+00:00"}]}
                        """)
                }
                try await change("handoff_offered", "MESA-7")
                try await change("assigned", "MESA-8")
                #expect(try await process.messages("MESA-8").isEmpty)
                #expect(try await process.messages("MESA-7").map(\.recipient) == ["MESA/DPU"])
                try await process.sending {
                    try await NotificationWait.holds("sent") {
                        try await process.messages("MESA-7").contains { $0.state == "sent" }
                    }
                }
                #expect(try sink.mails().map(\.to) == [["dpu@mesa.test"]])
            }
        }
    }

    @Test("an event that cannot be read is refused, one of an unknown type is none of ours")
    func badEvents() async throws {
        try await NotificationSink.with { sink in
            try await Self.with(sink) { process in
                await #expect(throws: DecodingError.self) { try await process.apply(ReporterNotice.eventType, "{}") }
                await #expect(throws: DecodingError.self) { try await process.apply(CaseChanged.eventType, "[]") }
                try await process.apply("something.new", "{}")
            }
        }
    }

    @Test("another agency sees no message, changes none and writes none in our name")
    func border() async throws {
        try await NotificationSink.with { sink in
            try await Self.with(sink) { process in
                try await process.notice(("rahasia@contoh.id", nil), code: "MESA-9")
                let message = try #require(try await process.messages("MESA-9").first)
                let other = NotificationDatabase.scope(.notification, of: NotificationDatabase.other)
                #expect(try await process.store.list(MessageFilter(), limit: 10, in: other).isEmpty)
                #expect(try await process.store.take(10, of: [.mail], except: [], in: other).isEmpty)
                #expect(try await process.store.requeue(message.messageID, in: other) == nil)
                let forged = NewMessage(
                    agency: 8101, step: .v7(), recipient: "reporter", channel: .mail, trackingCode: "MESA-9",
                    event: "closed",
                    language: .id, confidential: false, content: .empty, sealed: nil)
                await #expect(throws: PostgresError.self) {
                    try await process.database.withAgency(other) { try await process.store.add([forged], in: $0) }
                }
            }
        }
    }

    @Test("there is wording for every step, channel and language; short ones fit, sentences have at most 20 words")
    func wording() async throws {
        try await NotificationDatabase.with { client in
            let store = TemplateStore(database: AgencyDatabase(client: client, service: .notification))
            let templates = try await store.all(in: NotificationDatabase.scope(.notification))
            let keys = Set(templates.map(\.key))
            for event in CaseEvent.allCases.map(\.rawValue) + [Template.news] {
                for channel in NotificationServer.Channel.allCases {
                    for language in Language.allCases {
                        #expect(
                            keys.contains(
                                Template.Key(audience: .reporter, event: event, channel: channel, language: language)))
                    }
                }
            }
            for template in templates {
                // Conversations and alarms have values of their own, tested with them, and no due date.
                let tellsStep = CaseEvent(rawValue: template.key.event) != nil || template.key.event == Template.news
                for step in NextStep.allCases {
                    var facts = NotificationTextTests.facts
                    facts.nextStep = step
                    facts.note = nil
                    let text = try MessageText(template, facts)
                    if tellsStep {
                        #expect(text.body.contains(facts.code) || text.subject?.contains(facts.code) == true)
                    }
                    #expect(!text.body.contains("{{"))
                    if template.key.channel == .sms {
                        #expect(GSMText.length(text.body) <= GSMText.limit)
                        if tellsStep, template.key.event != Template.news {
                            #expect(text.body.contains("WITA"), "\(text.body)")
                        }
                    }
                    for sentence in text.body.split(whereSeparator: { ".!?\n".contains($0) }) {
                        #expect(sentence.split(separator: " ").count <= 20, "\(sentence)")
                    }
                }
            }
        }
    }
}
