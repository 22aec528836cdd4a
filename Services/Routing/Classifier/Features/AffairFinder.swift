import CLinear

/// Finds government affairs in a text by the words that people use for them.
///
/// With these as features a few hundred cases are enough to learn which office has which affair: on 300 cases of a city
/// they lift the share of right offices from 0.61 to 0.69 (docs/adr/0010).
struct AffairFinder: Sendable {
    /// Affairs by the hash of their phrase's stems.
    private let phrases: [UInt32: [Int]]
    let codes: [String]
    /// The affairs' feature ids.
    let ids: [UInt32]
    private static let longest = 4

    init(_ data: LanguageData) { self.init(data.affairs, data) }

    init(_ affairs: [LanguageData.Affair], _ data: LanguageData) {
        let reader = TextReader(data: data)
        var phrases: [UInt32: [Int]] = [:]
        for (number, affair) in affairs.enumerated() {
            for phrase in affair.phrases {
                let stems = reader.read(phrase).map(\.stemHash)
                guard !stems.isEmpty, stems.count <= Self.longest else { continue }
                phrases[Self.key(stems[...]), default: []].append(number)
            }
        }
        self.phrases = phrases
        codes = affairs.map(\.code)
        ids = codes.map { code in
            var code = code
            return code.withUTF8 { FeatureBlock.affairs.id(sinergi_hash($0.baseAddress, Int32($0.count), 3)) }
        }
    }

    /// An affair's phrase in a text: the affair's number, and where in the tokens it stands.
    struct Hit {
        let affair: Int
        let range: Range<Int>
        /// Longer phrases say more: the square of the number of words.
        var weight: Double { Double(range.count * range.count) }
    }

    func hits(in tokens: [Token]) -> [Hit] {
        var hits: [Hit] = []
        for start in tokens.indices {
            var key: UInt32 = 0
            for end in start..<min(start + Self.longest, tokens.count) {
                key = Self.extend(key, tokens[end].stemHash)
                for affair in phrases[key] ?? [] { hits.append(Hit(affair: affair, range: start..<(end + 1))) }
            }
        }
        return hits
    }

    private static func key(_ stems: ArraySlice<UInt32>) -> UInt32 { stems.reduce(0, extend) }

    private static func extend(_ key: UInt32, _ stem: UInt32) -> UInt32 { (key &* 2_654_435_761) ^ stem &+ 0x9E37 }
}
