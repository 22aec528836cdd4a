/// RFC 2045 §6.7: text that passes every mail relay, in lines of at most 76 characters that end in CRLF.
enum QuotedPrintable {
    /// The encoded text; it always ends with a line break.
    static func encoded(_ text: String) -> String {
        var lines = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
            .split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines.map { encoded(line: Array($0.utf8)) + "\r\n" }.joined()
    }

    private static func encoded(line bytes: [UInt8]) -> String {
        var text = ""
        var width = 0
        for (place, byte) in bytes.enumerated() {
            let piece = encoded(byte, atStart: width == 0, atEnd: place == bytes.count - 1)
            // One place is kept for the "=" of the soft break.
            if width + piece.utf8.count > 75 {
                text += "=\r\n"
                width = 0
            }
            let placed = width == 0 ? encoded(byte, atStart: true, atEnd: place == bytes.count - 1) : piece
            text += placed
            width += placed.utf8.count
        }
        return text
    }

    /// A full stop at the start of a line would need SMTP's dot-stuffing; blanks at the end of a line get lost.
    private static func encoded(_ byte: UInt8, atStart: Bool, atEnd: Bool) -> String {
        let isBlank = byte == 0x20 || byte == 0x09
        let isPlain =
            (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "=") && !(atStart && byte == UInt8(ascii: "."))
        if isPlain || (isBlank && !atEnd) { return String(UnicodeScalar(byte)) }
        return "=" + hexadecimal[Int(byte >> 4)] + hexadecimal[Int(byte & 15)]
    }

    private static let hexadecimal = "0123456789ABCDEF".map(String.init)
}
