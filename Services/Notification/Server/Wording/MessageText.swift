import Foundation
import Mustache
import SinergiCore

/// What fills the places of a template.
struct MessageFacts: Sendable, Hashable {
    var code: String
    /// Name of the office, and its code where a short message has no room for the name.
    var office: String?
    var officeCode: String?
    var nextStep: NextStep?
    var expectedAt: Date?
    var zone: Zone
    var link: String?
    var note: String?
    /// Of a conversation's reply; they go before the others.
    var values: [String: String] = [:]
}

/// Subject and text of a message in one language, ready for its channel.
struct MessageText: Sendable, Hashable {
    var subject: String?
    var body: String

    /// - Throws: `MustacheTemplate.ParserError` for a template that cannot be read.
    init(_ template: Template, _ facts: MessageFacts) throws {
        let subject = try template.subject.map { try MustacheTemplate(string: Self.plain + $0) }
        let body = try MustacheTemplate(string: Self.plain + template.body)
        self.subject = subject?.render(Self.values(facts, template.key)).trimmingCharacters(in: .whitespacesAndNewlines)
        switch template.key.channel {
        case .mail, .whatsapp:
            self.body = Self.tidy(body.render(Self.values(facts, template.key)))
        case .sms:
            self.body = Self.shortened(facts) { facts in
                GSMText.plain(Self.tidy(body.render(Self.values(facts, template.key))))
            }
        }
    }

    /// The fullest text that fits one SMS: first the office's name gives way to its code, then the link goes, then the office.
    private static func shortened(_ facts: MessageFacts, render: (MessageFacts) -> String) -> String {
        var facts = facts
        let steps: [(inout MessageFacts) -> Void] = [
            { _ in }, { $0.office = $0.office == nil ? nil : $0.officeCode }, { $0.link = nil }, { $0.office = nil },
        ]
        var text = ""
        for step in steps {
            step(&facts)
            text = render(facts)
            if GSMText.length(text) <= GSMText.limit { return text }
        }
        return GSMText.cut(text)
    }

    private static func values(_ facts: MessageFacts, _ key: Template.Key) -> [String: String] {
        let isShort = key.channel == .sms
        var values = ["code": facts.code]
        values["office"] = facts.office
        values["next"] = facts.nextStep.map { isShort ? $0.word[key.language] : $0.label(in: key.language) }
        values["due"] = facts.expectedAt.map {
            isShort ? facts.zone.shortWords($0, in: key.language) : facts.zone.words($0, in: key.language)
        }
        values["link"] = facts.link
        values["note"] = isShort ? nil : facts.note
        return values.merging(facts.values, uniquingKeysWith: { $1 })
    }

    /// Mustache escapes for HTML unless told that the text is plain.
    private static let plain = "{{% CONTENT_TYPE: TEXT}}"

    /// No blank lines at the ends, never two in a row.
    private static func tidy(_ text: String) -> String {
        var lines: [Substring] = []
        for line in text.split(separator: "\n", omittingEmptySubsequences: false)
        where !(line.isEmpty && lines.last?.isEmpty ?? true) {
            lines.append(line)
        }
        return lines.joined(separator: "\n").trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

extension NextStep {
    /// One or two words for a short message, after "Berikutnya:" or "Next:".
    var word: Localized {
        switch self {
        case .verify: Localized(id: "pemeriksaan", en: "check")
        case .acceptHandoff: Localized(id: "jawaban kantor", en: "office's reply")
        case .arbitrate: Localized(id: "putusan", en: "decision")
        case .answer: Localized(id: "jawaban", en: "answer")
        case .confirm: Localized(id: "tanggapan Anda", en: "your word")
        case .reply: Localized(id: "keterangan Anda", en: "your information")
        }
    }

    /// What comes next in a status, for events that do not say so themselves.
    init?(after status: String) {
        switch CaseStatus(rawValue: status) {
        case .submitted: self = .verify
        case .verified, .routed: self = .acceptHandoff
        case .inArbitration: self = .arbitrate
        case .inProgress, .reopened: self = .answer
        case .answered: self = .confirm
        case .needsInformation: self = .reply
        case .onHold, .closed, .merged, .archived, nil: return nil
        }
    }
}

extension Zone {
    /// "Kam 10 Des 16.00 WITA", "Thu 10 Dec 16:00 WITA".
    func shortWords(_ time: Date, in language: Language) -> String {
        let (day, seconds) = local(time)
        let words = self.words(day, in: language).split(separator: " ")
        let weekday = words.first?.prefix(3) ?? ""
        let month = words.count > 2 ? words[2].prefix(3) : ""
        let clock = [seconds / 3600, seconds / 60 % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
            .joined(separator: language == .id ? "." : ":")
        return "\(weekday) \(day.day) \(month) \(clock) \(abbreviation)"
    }
}
