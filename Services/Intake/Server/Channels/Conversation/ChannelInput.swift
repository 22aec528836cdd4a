import Foundation

/// Channels on which people converse.
enum ChatChannel: String, Sendable, Hashable, CaseIterable {
    case whatsapp, sms

    /// Whether pictures, voices and locations can be sent.
    var carriesMedia: Bool { self == .whatsapp }
}

/// What somebody has sent, the same for every channel.
enum ChannelInput: Sendable, Hashable {
    case text(String)
    /// A shared place, WGS 84, with the name that the sender's map has for it.
    case location(lat: Double, long: Double, label: String?)
    /// A file that is kept under this id, with the words beneath it.
    case media(MediaKind, id: UUID, caption: String?)
    /// Stickers, contacts, and whatever comes next.
    case unknown
    /// Nothing, for too long.
    case silence

    /// The words in it.
    var text: String? {
        switch self {
        case .text(let text): text
        case .media(_, _, let caption): caption
        case .location, .unknown, .silence: nil
        }
    }

    /// A word for the table of messages.
    var kind: String {
        switch self {
        case .text: "text"
        case .location: "location"
        case .media(let kind, _, _): kind.rawValue
        case .unknown: "unknown"
        case .silence: "silence"
        }
    }
}

/// Kinds of files that people send.
enum MediaKind: String, Sendable, Hashable, Codable {
    case image, voice, video, document
}

/// Texts from strangers' phones, fit to be kept: no control characters, which PostgreSQL or a terminal might choke on.
enum ChannelText {
    /// Longest text of one message; WhatsApp allows 4,096 characters.
    static let limit = 4096

    static func cleaned(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(limit)
        where scalar == "\n" || scalar.properties.generalCategory != .control {
            scalars.append(scalar)
        }
        return String(scalars).trimmed
    }

    /// The beginning of a text, cut at a word.
    static func shortened(_ text: String, to limit: Int) -> String {
        let flat = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard flat.count > limit else { return flat }
        let cut = flat.prefix(limit - 3)
        return (cut.lastIndex(of: " ").map { cut[..<$0] } ?? cut) + "..."
    }
}
