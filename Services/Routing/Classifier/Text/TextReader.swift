import CLinear
import CStemmer

/// A word of a complaint: as written, as usually written, and its stem.
struct Token: Sendable, Hashable {
    let written: String
    let word: String
    let stem: String
    /// Hash of the stem.
    let stemHash: UInt32
}

/// Splits text into words that mean the same however people write them: lower case, letters drawn out for emphasis
/// shortened ("lamaaaa"), doubling by a digit undone ("lubang2"), abbreviations and slang replaced, stemmed.
///
/// Not safe for two threads at once: the stemmer keeps its last word. One for each piece of work; making one is cheap.
final class TextReader {
    private let data: LanguageData
    private let stemmer: OpaquePointer?
    /// Words seen before; only worth its memory where thousands of texts are read.
    private var seen: [String: Token] = [:]
    private let remembers: Bool

    init(data: LanguageData, remembers: Bool = false) {
        self.data = data
        self.remembers = remembers
        // Missing only in a foreign build of the library; words are then their own stems.
        stemmer = sb_stemmer_new("indonesian", "UTF_8")
    }

    deinit { sb_stemmer_delete(stemmer) }

    func read(_ text: String) -> [Token] {
        words(of: text).map { written in
            if remembers, let token = seen[written] { return token }
            let token = self.token(written)
            if remembers { seen[written] = token }
            return token
        }
    }

    /// Longest text that is read, in bytes; what matters is said before.
    private static let longest = 20_000

    private func words(of text: String) -> [String] {
        let bytes = Array(text.lowercased().utf8.prefix(Self.longest))
        var words: [String] = []
        bytes.withUnsafeBufferPointer { bytes in
            var start = -1
            var index = 0
            while index < bytes.count {
                let length = Self.letterLength(bytes, index)
                if length > 0 {
                    if start < 0 { start = index }
                    index += length
                } else {
                    if start >= 0 { words.append(String(decoding: bytes[start..<index], as: UTF8.self)) }
                    start = -1
                    index += 1
                }
            }
            if start >= 0 { words.append(String(decoding: bytes[start...], as: UTF8.self)) }
        }
        return words
    }

    /// Bytes of the letter or digit that begins here; 0 for blanks, punctuation and emoji.
    private static func letterLength(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Int {
        let byte = bytes[index]
        if byte < 0x80 { return (byte >= 0x61 && byte <= 0x7A) || (byte >= 0x30 && byte <= 0x39) ? 1 : 0 }
        // Continuation bytes of a mark that was skipped.
        if byte < 0xC3 { return 0 }
        // General punctuation and symbols (“ ” … – ✓) and everything in four bytes, which is emoji here.
        if byte == 0xE2 || byte >= 0xEF { return 0 }
        return byte < 0xE0 ? 2 : 3
    }

    private func token(_ written: String) -> Token {
        let word = usual(shortened(written))
        let stem = stem(of: word)
        var copy = stem
        let hash = copy.withUTF8 { sinergi_hash($0.baseAddress, Int32($0.count), 0) }
        return Token(written: written, word: word, stem: stem, stemHash: hash)
    }

    private func usual(_ word: String) -> String { data.usualWords[word] ?? word }

    /// At most two of a letter in a row; numbers by their length only, since house numbers tell nothing.
    private func shortened(_ written: String) -> String {
        let bytes = Array(written.utf8)
        if bytes.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) { return bytes.count < 5 ? written : "##" }
        var kept: [UInt8] = []
        for byte in bytes {
            if byte < 0x80, kept.count >= 2, kept[kept.count - 1] == byte, kept[kept.count - 2] == byte { continue }
            kept.append(byte)
        }
        if kept.count > 2, kept.last == 0x32, !kept.dropLast().contains(where: { $0 >= 0x30 && $0 <= 0x39 }) {
            let full = String(decoding: kept, as: UTF8.self)
            // Some slang is spelt with the digit itself ("gara2").
            if data.usualWords[full] == nil { kept.removeLast() }
        }
        return String(decoding: kept, as: UTF8.self)
    }

    private func stem(of word: String) -> String {
        guard let stemmer, word.utf8.count <= 64 else { return word }
        var copy = word
        return copy.withUTF8 { bytes in
            guard let stemmed = sb_stemmer_stem(stemmer, bytes.baseAddress, Int32(bytes.count)) else { return word }
            let length = Int(sb_stemmer_length(stemmer))
            return String(decoding: UnsafeBufferPointer(start: stemmed, count: length), as: UTF8.self)
        }
    }
}
