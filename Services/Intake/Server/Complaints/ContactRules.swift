/// What counts as an e-mail address and as a telephone number. Lenient: only what no channel could use is refused.
enum ContactRules {
    /// `name@domain.tld`, at most 254 characters (RFC 5321), no white space or control characters, which could forge
    /// headers of a mail.
    static func isEmail(_ text: String) -> Bool {
        guard text.unicodeScalars.count <= 254 else { return false }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...64).contains(parts[0].count) else { return false }
        guard
            text.unicodeScalars.allSatisfy({
                $0.value > 0x20 && $0.value != 0x7F && !"<>()[]\\,;:\"".unicodeScalars.contains($0)
            })
        else { return false }
        let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
        return labels.count >= 2 && labels.allSatisfy { !$0.isEmpty && $0.first != "-" && $0.last != "-" }
    }

    /// A telephone number in international form, or `nil`. Spaces, dots, hyphens and brackets are left out; a leading
    /// zero or a bare `62` is Indonesia.
    static func phone(_ text: String) -> String? {
        var digits = ""
        for character in text {
            switch character {
            case "0"..."9": digits.append(character)
            case "+" where digits.isEmpty: digits = "+"
            case " ", "-", ".", "(", ")": continue
            default: return nil
            }
        }
        if digits.hasPrefix("0") {
            digits = "+62" + digits.dropFirst()
        } else if digits.hasPrefix("62") {
            digits = "+" + digits
        }
        // E.164: at most 15 digits and no leading zero in the country's code.
        guard digits.hasPrefix("+"), !digits.hasPrefix("+0"), (9...16).contains(digits.count) else { return nil }
        return digits
    }
}
