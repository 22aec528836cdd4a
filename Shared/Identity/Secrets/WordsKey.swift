private import Crypto
public import Foundation

/// The key of one secret case: what is written about it stands sealed where plain words would stand.
///
/// It is drawn when the complaint comes in and lies inside the complaint's sealed words, of which every agency with a part has
/// a copy sealed to its own key; so whoever may open those may read all else, and the database's administrator nothing. A sealed
/// text is a token without spaces: it may stand inside another text, as a reason does in a sentence.
public struct WordsKey: Sendable, Hashable {
    private let bytes: [UInt8]

    /// What stands where the key is not at hand.
    public static let closed = "(tersegel)"

    private static let mark = "tersegel:1:"

    /// - Parameter text: As `text`; `nil` for anything else.
    public init?(text: String) {
        guard let bytes = Base64URL.bytes(text), bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    public static func random() -> WordsKey {
        WordsKey(bytes: SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) })
    }

    /// 43 characters of base64url.
    public var text: String { Base64URL.text(bytes) }

    /// - Parameter about: The case, which the token names; a token cannot be moved to another one.
    public func seal(_ plain: String, about id: UUID) -> String {
        let id = Self.bytes(id)
        // Sealing fails for wrong sizes only, which these are not.
        guard
            let box = try? AES.GCM.seal(Array(plain.utf8), using: SymmetricKey(data: bytes), authenticating: id),
            let combined = box.combined
        else { return Self.closed }
        return "\(Self.mark)\(Base64URL.text(id)):\(Base64URL.text(combined))."
    }

    public static func isSealed(_ text: String) -> Bool { text.contains(mark) }

    /// The text with every token in it opened; `closed` in place of those whose key is not known.
    public static func reveal(_ text: String, _ key: (UUID) -> WordsKey?) -> String {
        guard isSealed(text) else { return text }
        var pieces = text.components(separatedBy: mark)
        var shown = pieces.removeFirst()
        for piece in pieces {
            guard let end = piece.firstIndex(of: "."), let colon = piece[..<end].firstIndex(of: ":") else {
                shown += closed
                continue
            }
            let sealed = String(piece[piece.index(after: colon)..<end])
            shown += open(String(piece[..<colon]), sealed, key) ?? closed
            shown += piece[piece.index(after: end)...]
        }
        return shown
    }

    private static func open(_ about: String, _ sealed: String, _ key: (UUID) -> WordsKey?) -> String? {
        guard let about = Base64URL.bytes(about), about.count == 16, let combined = Base64URL.bytes(sealed),
            let key = key(NSUUID(uuidBytes: about) as UUID), let box = try? AES.GCM.SealedBox(combined: combined),
            let plain = try? AES.GCM.open(box, using: SymmetricKey(data: key.bytes), authenticating: about)
        else { return nil }
        return String(decoding: plain, as: UTF8.self)
    }

    private static func bytes(_ id: UUID) -> [UInt8] { withUnsafeBytes(of: id.uuid) { Array($0) } }
}
