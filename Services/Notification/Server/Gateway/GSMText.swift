/// Text for one SMS: 160 characters of the GSM 7-bit alphabet (3GPP TS 23.038 §6.2.1).
enum GSMText {
    /// Characters in one message that is not split.
    static let limit = 160

    /// The text with typographic marks made plain; what the alphabet lacks becomes a question mark.
    static func plain(_ text: String) -> String {
        String(
            text.map { character in
                if basic.contains(character) || extended.contains(character) { return character }
                return substitutes[character] ?? "?"
            })
    }

    /// How many of the 160 places a plain text takes; characters of the extension table take two.
    static func length(_ text: String) -> Int {
        text.reduce(0) { $0 + (extended.contains($1) ? 2 : 1) }
    }

    /// The beginning of a plain text that fits.
    static func cut(_ text: String) -> String {
        var text = text
        while length(text) > limit { text.removeLast() }
        return text
    }

    private static let basic = Set(
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
            + "abcdefghijklmnopqrstuvwxyzäöñüà")
    private static let extended = Set("^{}\\[~]|€")
    private static let substitutes: [Character: Character] = [
        "‘": "'", "’": "'", "“": "\"", "”": "\"", "–": "-", "—": "-", "…": ".", "\t": " ", "\u{A0}": " ", "·": "-",
        "•": "-",
        "á": "a", "â": "a", "ê": "e", "ë": "e", "í": "i", "ó": "o", "ô": "o", "ú": "u", "É": "É", "ç": "Ç",
    ]
}
