/// An e-mail address that may stand in an envelope and in a header.
///
/// Narrower than RFC 5321 §4.1.2 on purpose: no quoted local parts, no comments, no address literals, ASCII only. What
/// is refused here cannot smuggle a line break, a second recipient or a header into a message.
struct MailAddress: Hashable, Sendable {
    /// `local@domain`.
    let text: String
    /// What follows the `@`, lower case.
    let domain: String

    /// - Returns: `nil` for anything but one plain address of at most 254 characters.
    init?(_ text: String) {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard text.utf8.count <= 254, parts.count == 2, Self.isLocal(parts[0]), Self.isDomain(parts[1]) else {
            return nil
        }
        self.text = text
        self.domain = parts[1].lowercased()
    }

    /// RFC 5322 §3.2.3, dot-atom.
    private static func isLocal(_ part: Substring) -> Bool {
        let atoms = part.split(separator: ".", omittingEmptySubsequences: false)
        return part.utf8.count <= 64
            && atoms.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { isAlphanumeric($0) || special.contains($0) } }
    }

    /// RFC 1123 §2.1: labels of letters, digits and inner hyphens.
    private static func isDomain(_ part: Substring) -> Bool {
        part.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.utf8.first != hyphen && label.utf8.last != hyphen
                && label.utf8.allSatisfy { isAlphanumeric($0) || $0 == hyphen }
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    private static let hyphen = UInt8(ascii: "-")
    private static let special = Set("!#$%&'*+/=?^_`{|}~-".utf8)
}
