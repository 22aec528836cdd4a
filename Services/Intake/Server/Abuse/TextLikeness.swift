/// Recognises texts that say the same or nearly the same, as a flood's do, without keeping them.
///
/// A text's features are its runs of three letters; case, digits, punctuation and blanks do not count. Three signatures of four
/// least hashes each (MinHash): texts that share nine in ten features share a signature nineteen times in twenty, those that share
/// three in ten once in forty. A flood needs several such in a minute, from one source.
enum TextLikeness {
    private static let bands = 3
    private static let rows = 4
    /// Letters that count: enough to know a text, and little work for a long one.
    private static let limit = 600

    /// One text's signatures; equal ones mean alike texts.
    static func signatures(of text: String) -> [UInt64] {
        var letters: [UInt32] = []
        for scalar in text.lowercased().unicodeScalars where scalar.properties.isAlphabetic {
            letters.append(scalar.value)
            if letters.count == limit { break }
        }
        guard letters.count >= 3 else { return [letters.reduce(1) { mixed($0 &+ UInt64($1)) }] }
        var least = [UInt64](repeating: .max, count: bands * rows)
        for place in 0..<(letters.count - 2) {
            let feature =
                UInt64(letters[place]) &* 0x1_0000_0001 ^ UInt64(letters[place + 1]) << 21
                ^ UInt64(letters[place + 2]) << 42
            for row in least.indices { least[row] = min(least[row], mixed(feature &+ seeds[row])) }
        }
        return (0..<bands).map { band in
            least[(band * rows)..<((band + 1) * rows)].reduce(UInt64(band)) { mixed($0 ^ $1) }
        }
    }

    private static let seeds = (1...UInt64(bands * rows)).map { mixed($0 &* 0x9E37_79B9_7F4A_7C15) }

    /// The finaliser of SplitMix64: every bit of the result depends on every bit given.
    private static func mixed(_ value: UInt64) -> UInt64 {
        var bits = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        return bits ^ bits >> 31
    }
}
