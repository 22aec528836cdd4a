import Foundation
import SinergiCore
import Testing

@testable import NotificationServer

@Suite("Message texts")
struct NotificationTextTests {
    static let facts = MessageFacts(
        code: "PPU-7K3M9-QXA2T-8", office: "Dinas PUPR Kabupaten Penajam Paser Utara", officeCode: "PPU/DPUPR",
        nextStep: .answer, expectedAt: Date(timeIntervalSince1970: 1_796_889_600), zone: .makassar,
        link: "http://127.0.0.1:8081/follow?code=PPU-7K3M9-QXA2T-8", note: "Kami <segera> datang.")

    static func template(_ body: String, _ channel: Channel = .mail, _ language: Language = .id, subject: String? = nil)
        -> Template
    {
        Template(
            key: Template.Key(audience: .reporter, event: "received", channel: channel, language: language), agency: 0,
            validFrom: "2026-01-01", subject: subject, body: body)
    }

    @Test("say who holds the case, what comes next and by when with weekday, date and zone")
    func places() throws {
        let text = try MessageText(
            Self.template(
                "{{code}}: {{office}}. {{next}}, {{due}}. {{link}}\n{{note}}", subject: "{{code}} {{missing}}"),
            Self.facts)
        #expect(
            text.body == """
                PPU-7K3M9-QXA2T-8: Dinas PUPR Kabupaten Penajam Paser Utara. kantor pemegang memberi jawaban, \
                Kamis, 10 Desember 2026 pukul 16.00 WITA. http://127.0.0.1:8081/follow?code=PPU-7K3M9-QXA2T-8
                Kami <segera> datang.
                """)
        #expect(text.subject == "PPU-7K3M9-QXA2T-8")
    }

    @Test("in English too")
    func english() throws {
        let text = try MessageText(Self.template("{{next}} by {{due}}", .mail, .en), Self.facts)
        #expect(text.body == "the holding office answers by Thursday, 10 December 2026 at 16:00 WITA")
    }

    @Test("what is missing leaves no trace")
    func missing() throws {
        let facts = MessageFacts(code: "PPU-1", zone: .jakarta)
        let text = try MessageText(
            Self.template("a\n\n{{#office}}Oleh {{office}}\n{{/office}}{{#link}}\n{{link}}{{/link}}\n\n\nb\n\n"), facts)
        #expect(text.body == "a\n\nb")
    }

    @Test("a short message drops name, link and office until it fits one SMS")
    func short() throws {
        let body =
            "Laporan {{code}} diterima.{{#office}} Pemegang: {{office}}.{{/office}} Berikutnya: {{next}}, {{due}}. {{link}}"
        let full = try MessageText(Self.template(body, .sms), Self.facts)
        #expect(
            full.body == """
                Laporan PPU-7K3M9-QXA2T-8 diterima. Pemegang: PPU/DPUPR. Berikutnya: jawaban, Kam 10 Des 16.00 WITA. \
                http://127.0.0.1:8081/follow?code=PPU-7K3M9-QXA2T-8
                """)
        var long = Self.facts
        long.link = "https://" + String(repeating: "x", count: 100)
        #expect(try MessageText(Self.template(body, .sms), long).body.hasSuffix("16.00 WITA."))
        let endless = try MessageText(Self.template(String(repeating: "panjang ", count: 40), .sms), Self.facts)
        #expect(GSMText.length(endless.body) == 160)
    }

    @Test("SMS counts characters of the extension table twice and has no others than GSM's")
    func alphabet() {
        #expect(GSMText.length("abc") == 3)
        #expect(GSMText.length("[€]") == 6)
        #expect(GSMText.plain("“Ya” – selesai… 😀 é ł") == "\"Ya\" - selesai. ? é ?")
    }

    @Test("telephone numbers become international")
    func phones() {
        #expect(PhoneNumber.normalized("0811-555-0123") == "+628115550123")
        #expect(PhoneNumber.normalized("+62 811 5550 123") == "+628115550123")
        #expect(PhoneNumber.normalized("628115550123") == "+628115550123")
        #expect(PhoneNumber.normalized("8115550123") == nil)
        #expect(PhoneNumber.normalized("0811x") == nil)
        #expect(PhoneNumber.normalized("") == nil)
    }

    @Test("a message is named after its step, the same every time and another for each channel and recipient")
    func references() throws {
        let step = try #require(UUID(uuidString: "0193A0B0-0000-7000-8000-000000000001"))
        let mail = Reference.text(agency: 1, step: step, channel: .mail, recipient: "reporter")
        #expect(mail.hasPrefix("0193a0b0-0000-7000-8000-000000000001."))
        #expect(mail == Reference.text(agency: 1, step: step, channel: .mail, recipient: "reporter"))
        #expect(mail != Reference.text(agency: 1, step: step, channel: .sms, recipient: "reporter"))
        #expect(mail != Reference.text(agency: 1, step: step, channel: .mail, recipient: "PPU/DLH"))
        #expect(mail != Reference.text(agency: 2, step: step, channel: .mail, recipient: "reporter"))
    }

    @Test("the gateway's answers: refused is only what it says about the message")
    func gateway() {
        #expect(Gateway.outcome(status: 201, retryAfter: nil) == .accepted)
        #expect(Gateway.outcome(status: 422, retryAfter: nil) == .refused("gateway: HTTP 422"))
        #expect(Gateway.outcome(status: 429, retryAfter: "7") == .failed("gateway: HTTP 429", wait: .seconds(7)))
        #expect(Gateway.outcome(status: 404, retryAfter: nil) == .failed("gateway: HTTP 404"))
        #expect(Gateway.outcome(status: 503, retryAfter: "soon") == .failed("gateway: HTTP 503"))
    }

    @Test("a bell wakes its waiter, keeps one ring, and gives up after the limit")
    func bell() async {
        let bell = SendBell()
        bell.ring()
        bell.ring()
        #expect(await bell.wait(atMost: .seconds(60)))
        #expect(await !bell.wait(atMost: .milliseconds(5)))
        async let rung = bell.wait(atMost: .seconds(60))
        bell.ring()
        #expect(await rung)
    }
}
