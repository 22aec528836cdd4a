import Foundation

/// Unstructured header text as RFC 5322 and RFC 2047 want it. No input can begin a new header.
enum HeaderText {
    /// Printable ASCII as it is; anything else as encoded words of at most 75 characters, folded.
    ///
    /// Line breaks and control characters become spaces before anything else is looked at.
    static func encoded(_ text: String) -> String {
        let clean = String(String.UnicodeScalarView(text.unicodeScalars.map { isControl($0) ? " " : $0 }))
        // "=?" would be read as an encoded word by the receiver; a long line would have to be folded somewhere.
        if clean.utf8.allSatisfy({ (0x20...0x7E).contains($0) }), !clean.contains("=?"), clean.utf8.count <= 60 {
            return clean
        }
        return words(clean).map { "=?UTF-8?B?\(Data($0.utf8).base64EncodedString())?=" }.joined(separator: "\r\n ")
    }

    /// Pieces of at most 45 bytes of UTF-8 (60 characters of base64), never cutting a character.
    private static func words(_ text: String) -> [String] {
        var words: [String] = []
        var word = ""
        for scalar in text.unicodeScalars {
            if word.utf8.count + String(scalar).utf8.count > 45 {
                words.append(word)
                word = ""
            }
            word.unicodeScalars.append(scalar)
        }
        return words + [word]
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0x2028 || scalar.value == 0x2029
    }
}
