/// Secrets as words to write down or to read aloud: 2,048 made-up words of two syllables, with a check at the end.
///
/// A word is one of 64 first syllables and one of 32 second ones (`ba` + `du`), so there is no list to keep, nothing to
/// spell and no word of any meaning to remember. Eleven bits a word; the last word carries the check.
public enum SpokenWords {
    private static let first = syllables("bcdfghjklmnprstw", "aeio")
    private static let second = syllables("dgklmnrs", "eiou")

    private static func syllables(_ consonants: String, _ vowels: String) -> [String] {
        consonants.flatMap { consonant in vowels.map { "\(consonant)\($0)" } }
    }

    /// The words of these bytes. Of a check of `8…18` bits, as many as fill the last word.
    public static func words(of bytes: [UInt8], bits count: Int? = nil) -> [String] {
        let count = count ?? bytes.count * 8
        var bits = (0..<count).map { bytes[$0 / 8] >> (7 - UInt8($0 % 8)) & 1 == 1 }
        let check = check(bytes, count)
        bits += (0..<checkBits(count)).map { check >> (31 - UInt32($0)) & 1 == 1 }
        return stride(from: 0, to: bits.count, by: 11).map { start in
            let value = bits[start..<start + 11].reduce(0) { $0 << 1 | ($1 ? 1 : 0) }
            return first[value >> 5] + second[value & 31]
        }
    }

    /// What somebody typed; case, commas, hyphens and line ends do not count.
    /// - Returns: `nil` for another number of words, a word that is none, or a check that fails.
    public static func bytes(of text: String, bits count: Int) -> [UInt8]? {
        let words = text.lowercased().split { !$0.isLetter }.map(String.init)
        guard words.count == (count + checkBits(count)) / 11 else { return nil }
        var bits: [Bool] = []
        for word in words {
            guard word.utf8.count == 4, let high = first.firstIndex(of: String(word.prefix(2))),
                let low = second.firstIndex(of: String(word.suffix(2)))
            else { return nil }
            let value = high << 5 | low
            bits += (0..<11).map { value >> (10 - $0) & 1 == 1 }
        }
        var bytes = [UInt8](repeating: 0, count: (count + 7) / 8)
        for place in 0..<count where bits[place] { bytes[place / 8] |= 1 << (7 - UInt8(place % 8)) }
        let check = check(bytes, count)
        let wanted = (0..<checkBits(count)).map { check >> (31 - UInt32($0)) & 1 == 1 }
        return Array(bits[count...]) == wanted ? bytes : nil
    }

    /// At least six bits, and so many that words are whole.
    private static func checkBits(_ count: Int) -> Int {
        let rest = (11 - count % 11) % 11
        return rest >= 6 ? rest : rest + 11
    }

    /// CRC-32 (IEEE 802.3), of which the upper bits are used: of 256 wrong keys it lets one pass, which then opens nothing.
    private static func check(_ bytes: [UInt8], _ count: Int) -> UInt32 {
        var crc: UInt32 = ~UInt32(truncatingIfNeeded: count)
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return ~crc
    }
}

extension TrackingCode {
    /// The agency's prefix and six words.
    public var words: String {
        // Sixty bits, left-aligned in eight bytes.
        let bytes = (0..<8).reversed().map { UInt8(truncatingIfNeeded: (bits << 4) >> ($0 * 8)) }
        return ([prefix] + SpokenWords.words(of: bytes, bits: 60)).joined(separator: " ")
    }

    /// A code in either form.
    public init(spoken text: String) throws(CodeError) {
        let parts = text.split(separator: " ", maxSplits: 1).map(String.init)
        if parts.count == 2, let bytes = SpokenWords.bytes(of: parts[1], bits: 60) {
            let bits = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } >> 4
            try self.init(prefix: parts[0].uppercased(), bits: bits)
        } else {
            try self.init(text)
        }
    }
}
