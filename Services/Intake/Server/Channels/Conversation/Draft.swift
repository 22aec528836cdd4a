import Foundation

/// A complaint that grows in a conversation. Kept sealed.
struct Draft: Codable, Sendable, Hashable {
    struct Media: Codable, Sendable, Hashable {
        let kind: MediaKind
        let id: UUID
    }

    /// Names the submission too, so that it is made once, however often it is tried.
    var id: UUID
    var description = ""
    var lat: Double?
    var long: Double?
    var areaCode: String?
    /// What the place is called, in the reporter's words or the directory's.
    var address: String?
    /// The office that a regional word hinted at.
    var office: String?
    var confidential = false
    var anonymous = false
    var media: [Media] = []
    var askedPhoto = false
    var flags: Set<MessageFlag> = []

    private enum CodingKeys: String, CodingKey {
        case id, description, lat, long, address, office, confidential, anonymous, media, flags
        case areaCode = "area_code"
        case askedPhoto = "asked_photo"
    }

    init(id: UUID) {
        self.id = id
    }

    static let shortest = 10
    static let longest = 10_000
    static let mostMedia = 10

    var hasVoice: Bool { media.contains { $0.kind == .voice } }
    /// A voice tells what happened as well as a text, once a person has listened to it.
    var isDescribed: Bool { hasVoice || description.unicodeScalars.count >= Self.shortest }
    var hasPlace: Bool { lat != nil || areaCode != nil || address != nil }
    /// Whether somebody's life may depend on it: it does not wait for a last word.
    var isUrgent: Bool { flags.contains(.emergency) || flags.contains(.danger) }

    mutating func add(_ text: String) {
        let text = text.trimmed
        guard !text.isEmpty else { return }
        let whole = description.isEmpty ? text : description + "\n" + text
        description = String(String.UnicodeScalarView(whole.unicodeScalars.prefix(Self.longest)))
    }

    mutating func add(_ kind: MediaKind, _ id: UUID) {
        if media.count < Self.mostMedia { media.append(Media(kind: kind, id: id)) }
    }
}

/// What screening found in a message.
enum MessageFlag: String, Codable, Sendable, Hashable, CaseIterable {
    /// Somebody needs help now: numbers to call go out at once.
    case emergency
    /// Danger to life: the safety lane.
    case danger
    case abuse
    case prank
    /// The sender was shut out when it came.
    case blocked
}
