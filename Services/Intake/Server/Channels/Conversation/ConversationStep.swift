import Foundation
import SinergiCore

/// The conversation's state machine: what a message makes of it, and what is answered. Pure; nothing is looked up here.
///
/// It asks for one thing at a time: what, where, a picture, a last word. Whatever it does not understand becomes part of
/// the complaint rather than an error, and an urgent draft is handed in even when its reporter falls silent.
struct ConversationStep: Sendable, Hashable {
    private(set) var conversation: Conversation
    private(set) var replies: [ChatReply] = []
    private let facts: MessageFacts

    init(_ conversation: Conversation, _ input: ChannelInput, _ facts: MessageFacts) {
        self.conversation = conversation
        self.facts = facts
        guard input != .silence else {
            silence()
            return
        }
        self.conversation.reminded = false
        // Who writes again wants to hear from us again.
        self.conversation.stopped = false
        if conversation.state == .idle, conversation.draft == nil, let text = input.text,
            let guess = ChatLanguage.guess(text)
        {
            self.conversation.language = guess
        }
        if facts.flags.contains(.emergency) {
            say("chat_emergency", ["numbers": facts.numbers[self.conversation.language]])
        }
        switch input {
        case .text(let text): read(text)
        case .location(let lat, let long, let label): locate(lat, long, label)
        case .media(let kind, let id, let caption): keep(kind, id, caption ?? "")
        case .unknown: say("chat_unknown")
        case .silence: break
        }
    }

    // MARK: Texts

    private mutating func read(_ text: String) {
        let command = ChatCommand(text)
        switch command {
        case .help: return say("chat_help", ["numbers": facts.numbers[conversation.language]])
        case .status: return tellStatus()
        case .stop:
            conversation.stopped = true
            conversation.draft = nil
            conversation.state = .idle
            return say("chat_stopped")
        case .english, .indonesian:
            conversation.language = command == .english ? .en : .id
            return conversation.draft == nil ? welcome() : ask()
        case .cancel where conversation.draft != nil:
            conversation.draft = nil
            conversation.state = .idle
            return say("chat_cancelled")
        default: break
        }
        // An insult among facts does not make them less true; an insult alone is answered and kept, not filed.
        if facts.flags.isSubset(of: [.abuse, .prank]), !facts.flags.isEmpty, TextWords.of(text).count < 6 {
            return say(facts.flags.contains(.abuse) ? "chat_polite" : "chat_serious")
        }
        switch conversation.state {
        case .idle, .paused: begin(text, command)
        case .describing: describe(text, command)
        case .placing: place(text, command)
        case .photo:
            if command != .skip && command != .no && command != .yes { amend(text) }
            ask()
        case .confirming: confirm(text, command)
        case .submitting: break
        }
    }

    private mutating func begin(_ text: String, _ command: ChatCommand?) {
        if command == .resume, conversation.draft != nil { return ask() }
        switch command {
        case .thanks: return say("chat_thanks")
        case nil: break
        default: return welcome()
        }
        conversation.draft = nil
        describe(text, nil)
    }

    private mutating func describe(_ text: String, _ command: ChatCommand?) {
        if command == .greeting, conversation.draft?.description.isEmpty ?? true { return welcome() }
        change { draft, facts in
            draft.add(text)
            draft.take(facts.area ?? facts.wordArea)
        }
        ask()
    }

    private mutating func place(_ text: String, _ command: ChatCommand?) {
        let facts = facts
        change { draft, _ in
            draft.address = String(
                String.UnicodeScalarView((command == .skip ? "-" : text.trimmed).unicodeScalars.prefix(500)))
            // A code found with the place given; the words stay as they were written.
            if let area = facts.area ?? facts.looseArea { draft.areaCode = area.code }
        }
        ask()
    }

    private mutating func confirm(_ text: String, _ command: ChatCommand?) {
        switch command {
        case .yes: conversation.state = .submitting
        case .no, .change:
            change { draft, _ in
                draft.description = ""
                (draft.lat, draft.long, draft.areaCode, draft.address) = (nil, nil, nil, nil)
            }
            conversation.state = .describing
            say("chat_more")
        case .secret:
            change { draft, _ in draft.confidential = true }
            ask()
        case .anonymous:
            change { draft, _ in draft.anonymous = true }
            ask()
        default:
            amend(text)
            ask()
        }
    }

    private mutating func amend(_ text: String) {
        change { draft, facts in
            draft.add(text)
            if !draft.hasPlace { draft.take(facts.area) }
        }
    }

    // MARK: Places and files

    private mutating func locate(_ lat: Double, _ long: Double, _ label: String?) {
        if facts.isOutsideIndonesia { return say("chat_place_again") }
        change { draft, facts in
            (draft.lat, draft.long) = (lat, long)
            draft.areaCode = nil
            draft.address = label ?? facts.area?.name
        }
        ask()
    }

    private mutating func keep(_ kind: MediaKind, _ id: UUID, _ caption: String) {
        change { draft, facts in
            draft.add(kind, id)
            draft.add(caption)
            if !draft.hasPlace { draft.take(facts.area) }
        }
        if kind == .voice { say("chat_voice") }
        ask()
    }

    // MARK: Silence

    private mutating func silence() {
        guard let draft = conversation.draft, conversation.state != .idle, conversation.state != .paused,
            conversation.state != .submitting
        else { return }
        if draft.isUrgent, draft.isDescribed {
            conversation.state = .submitting
        } else if conversation.reminded {
            conversation.state = .paused
            conversation.reminded = false
            say("chat_closed")
        } else {
            conversation.reminded = true
            say("chat_reminder")
        }
    }

    // MARK: Asking

    /// Asks for what is missing, one thing at a time.
    private mutating func ask() {
        guard let draft = conversation.draft else { return welcome() }
        if !draft.isDescribed {
            conversation.state = .describing
            say("chat_more")
        } else if !draft.hasPlace {
            conversation.state = .placing
            say("chat_place")
        } else if conversation.channel.carriesMedia, !draft.askedPhoto, draft.media.isEmpty {
            conversation.draft?.askedPhoto = true
            conversation.state = .photo
            say("chat_photo")
        } else {
            conversation.state = .confirming
            say("chat_confirm", summary(draft))
        }
    }

    private func summary(_ draft: Draft) -> [String: String] {
        let isShort = conversation.channel == .sms
        let text = draft.description.isEmpty ? "-" : draft.description
        var values = [
            "text": isShort ? ChannelText.shortened(text, to: 50) : ChannelText.shortened(text, to: 1000),
            "place": ChannelText.shortened(draft.address ?? draft.areaCode ?? "-", to: isShort ? 30 : 200),
        ]
        if !draft.media.isEmpty { values["photo"] = String(draft.media.count) }
        if draft.confidential { values["secret"] = "1" }
        return values
    }

    private mutating func welcome() {
        conversation.state = .describing
        if conversation.draft == nil || conversation.draft?.isDescribed == true { start() }
        let name = conversation.channel == .sms ? ChannelText.shortened(facts.agencyName, to: 40) : facts.agencyName
        say("chat_welcome", ["office": name])
    }

    private mutating func tellStatus() {
        switch facts.status {
        case .known(let code, let values):
            say("chat_status", values.merging(["code": code], uniquingKeysWith: { $1 }))
        case .secret(let code, let link): say("chat_status_secret", ["code": code, "link": link])
        case .unknown, nil: say("chat_status_unknown")
        }
    }

    private mutating func start() {
        conversation.draft = Draft(id: facts.draftID)
    }

    private mutating func change(_ body: (inout Draft, MessageFacts) -> Void) {
        if conversation.draft == nil { start() }
        guard var draft = conversation.draft else { return }
        draft.flags.formUnion(facts.flags)
        if let office = facts.office { draft.office = office }
        body(&draft, facts)
        conversation.draft = draft
    }

    private mutating func say(_ template: String, _ values: [String: String] = [:]) {
        replies.append(ChatReply(template: template, values: values))
    }

    // MARK: What became of the draft

    private init(ending conversation: Conversation) {
        self.conversation = conversation
        facts = MessageFacts(draftID: conversation.draft?.id ?? UUID())
    }

    /// The draft became a complaint.
    static func accepted(_ conversation: Conversation, code: String, key: String, link: String) -> ConversationStep {
        var step = ConversationStep(ending: conversation)
        step.conversation.state = .idle
        step.conversation.draft = nil
        step.conversation.reminded = false
        step.say("chat_received", ["code": code, "key": key, "link": link])
        if conversation.channel == .sms { step.say("chat_key", ["code": code, "key": key]) }
        return step
    }

    /// An officer has shut the sender out: nothing goes on, and the numbers for emergencies are said all the same.
    static func blocked(_ conversation: Conversation, _ values: [String: String]?) -> ConversationStep {
        var step = ConversationStep(ending: conversation)
        if let values { step.say("chat_blocked", values) }
        return step
    }

    /// The draft cannot be taken as it is. The place is asked for again; with any other fault, the text.
    static func refused(_ conversation: Conversation, isPlace: Bool) -> ConversationStep {
        var step = ConversationStep(ending: conversation)
        if isPlace {
            step.change { draft, _ in (draft.lat, draft.long, draft.areaCode, draft.address) = (nil, nil, nil, nil) }
            step.conversation.state = .placing
            step.say("chat_place_again")
        } else {
            step.change { draft, _ in draft.description = "" }
            step.conversation.state = .describing
            step.say("chat_more")
        }
        return step
    }
}

extension Draft {
    fileprivate mutating func take(_ area: MessageFacts.Area?) {
        guard let area, !hasPlace else { return }
        areaCode = area.code
        address = area.name
    }
}
