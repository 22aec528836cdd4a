/// The languages of pages and notices.
public enum Language: String, Sendable, Hashable, CaseIterable, Codable {
    /// Indonesian, the default.
    case id
    case en

    /// The first of `Accept-Language`'s languages that is spoken here; quality values are honoured.
    public init(accepting header: String?) {
        let wishes = (header ?? "").split(separator: ",").enumerated().compactMap {
            place, part -> (Double, Int, Language)? in
            let fields = part.split(separator: ";").map { $0.filter { !$0.isWhitespace }.lowercased() }
            guard let tag = fields.first?.prefix(2), let language = Language(rawValue: String(tag)) else { return nil }
            let quality = fields.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            return quality > 0 ? (quality, -place, language) : nil
        }
        self = wishes.max { ($0.0, $0.1) < ($1.0, $1.1) }?.2 ?? .id
    }
}

/// A text in every language.
public struct Localized: Sendable, Hashable {
    public let id: String
    public let en: String

    public init(id: String, en: String) {
        self.id = id
        self.en = en
    }

    public subscript(language: Language) -> String {
        switch language {
        case .id: id
        case .en: en
        }
    }
}

/// A value that can be shown to people in few plain words.
public protocol PlainText {
    var label: Localized { get }
}

extension PlainText {
    /// The label in one language.
    public func label(in language: Language) -> String { label[language] }
}
