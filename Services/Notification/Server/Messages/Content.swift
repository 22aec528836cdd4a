import Foundation

/// What a message has to say beside its tracking code; kept as JSON with the message. Empty for confidential cases.
struct Content: Codable, Sendable, Hashable {
    /// Code of the office that the message is about: the holder, or the office that is written to.
    var office: String?
    /// Its name, where the sender of the event knew it.
    var officeName: String?
    var nextStep: String?
    var expectedAt: Date?
    var link: String?
    var note: String?

    static let empty = Content()

    /// Texts from outside, cut to what a message may carry.
    func bounded() -> Content {
        var content = self
        content.officeName = officeName.map { String($0.prefix(200)) }
        content.link = link.map { String($0.prefix(500)) }
        content.note = note.map { String($0.prefix(1000)) }
        return content
    }

    private enum CodingKeys: String, CodingKey {
        case office, link, note
        case officeName = "office_name"
        case nextStep = "next_step"
        case expectedAt = "expected_at"
    }
}
