import Foundation
import SinergiCore
import Testing

@testable import IntakeServer

/// The conversation's state machine, without a server.
@Suite("Conversations")
struct IntakeConversationTests {
    private static let petung = MessageFacts.Area(code: "64.09.01.1003", name: "Petung")

    /// Says texts one after another; facts are found by the data that is given here.
    private struct Talk {
        var conversation: Conversation
        var templates: [String] = []
        static let screening = Screening(
            phrases: [
                (phrase: "kebakaran", flag: .emergency), (phrase: "goblok", flag: .abuse),
                (phrase: "tiang miring", flag: .danger),
            ], numbers: [.init(number: "112", name: Localized(id: "darurat", en: "emergency"))])
        static let areas = AreaWords([
            .init(code: "64.09.01.1003", name: "Petung", level: 4), .init(code: "64.09.02", name: "Waru", level: 3),
            .init(code: "64.09.02.1003", name: "Waru", level: 4),
            .init(code: "64.09.01.1009", name: "Nipah-Nipah", level: 4),
        ])

        init(_ channel: ChatChannel) { conversation = Conversation(channel: channel) }

        mutating func hear(_ input: ChannelInput) {
            var facts = MessageFacts(draftID: UUID())
            if let text = input.text {
                facts.flags = Self.screening.flags(in: text)
                facts.area = Self.areas.find(in: text, loosely: false)
                facts.looseArea = Self.areas.find(in: text, loosely: true)
            }
            let step = ConversationStep(conversation, input, facts)
            conversation = step.conversation
            templates = step.replies.map(\.template)
        }

        mutating func say(_ text: String) { hear(.text(text)) }
    }

    @Test("a code whose groups look like doubled words is a code")
    func doubledCode() {
        #expect(ChatCommand("status ppu-7ab22-qxat2-kq2") == .status("ppu-7ab22-qxat2-kq2"))
        #expect(ChatCommand("status jalan rusak") == nil)
        #expect(ChatCommand("status jalan rusak sejak tanggal 3") == nil)
    }

    @Test("asks for what is missing, one thing at a time")
    func smallSteps() {
        var talk = Talk(.whatsapp)
        talk.say("Halo")
        #expect(talk.templates == ["chat_welcome"])
        talk.say("air mati")
        #expect(talk.templates == ["chat_more"])
        talk.say("sejak subuh tadi")
        #expect(talk.templates == ["chat_place"])
        talk.say("Gang Melati Petung")
        #expect(talk.templates == ["chat_photo"])
        #expect(talk.conversation.draft?.areaCode == "64.09.01.1003")
        talk.hear(.media(.image, id: UUID(), caption: nil))
        #expect(talk.templates == ["chat_confirm"])
        talk.say("Ya.")
        #expect(talk.conversation.state == .submitting)
        #expect(talk.conversation.draft?.description == "air mati\nsejak subuh tadi")
    }

    @Test("a place in the text is not asked for again, and SMS asks for no picture")
    func placeInText() {
        var talk = Talk(.sms)
        talk.say("aer ga ngalir pak di nipah2 dr jam 4")
        #expect(talk.templates == ["chat_confirm"])
        #expect(talk.conversation.draft?.areaCode == "64.09.01.1009")
    }

    @Test("names of areas need a word of place, and a district wins over its village")
    func areaNames() {
        #expect(Talk.areas.find(in: "Jalan waru rusak", loosely: false) == nil)
        #expect(Talk.areas.find(in: "Jalan rusak di Waru", loosely: false)?.code == "64.09.02")
    }

    @Test("an emergency is answered first and goes on, an insult alone is not filed")
    func screening() {
        var talk = Talk(.whatsapp)
        talk.say("kebakaran di Petung besar sekali")
        #expect(talk.templates == ["chat_emergency", "chat_photo"])
        #expect(talk.conversation.draft?.isUrgent == true)
        talk.hear(.silence)
        #expect(talk.conversation.state == .submitting)
        var rude = Talk(.whatsapp)
        rude.say("goblok semua")
        #expect(rude.templates == ["chat_polite"])
        #expect(rude.conversation.draft == nil)
        rude.say("goblok, tiang miring di Petung sudah seminggu tidak diurus")
        #expect(rude.conversation.draft?.flags == [.abuse, .danger])
    }

    @Test("silence is answered once, then the draft waits")
    func silence() {
        var talk = Talk(.sms)
        talk.say("Sampah menumpuk dua minggu")
        talk.hear(.silence)
        #expect(talk.templates == ["chat_reminder"])
        talk.hear(.silence)
        #expect(talk.templates == ["chat_closed"] && talk.conversation.state == .paused)
        talk.hear(.silence)
        #expect(talk.templates == [])
        talk.say("LANJUT")
        #expect(talk.templates == ["chat_place"])
    }

    @Test("cancel, change, secret, stop and language")
    func commands() {
        var talk = Talk(.sms)
        talk.say("Jalan rusak parah di Petung")
        talk.say("rahasia")
        #expect(talk.conversation.draft?.confidential == true && talk.templates == ["chat_confirm"])
        talk.say("ubah")
        #expect(talk.conversation.state == .describing && talk.conversation.draft?.hasPlace == false)
        talk.say("english")
        #expect(talk.conversation.language == .en)
        talk.say("cancel")
        #expect(talk.conversation.draft == nil && talk.templates == ["chat_cancelled"])
        talk.say("berhenti")
        #expect(talk.conversation.stopped)
        talk.say("the street light has been broken near my house")
        #expect(talk.conversation.language == .en && !talk.conversation.stopped)
    }

    @Test("a signature fits its body and secret only")
    func signature() {
        let body = Array("{}".utf8)
        let mark = ChannelSignature.text(body, secret: "s")
        #expect(mark.count == 71 && ChannelSignature.accepts(mark, body, secret: "s"))
        #expect(!ChannelSignature.accepts(mark, body, secret: "t"))
        #expect(!ChannelSignature.accepts(mark, body + [0x20], secret: "s"))
        #expect(!ChannelSignature.accepts(nil, body, secret: "s"))
    }
}
