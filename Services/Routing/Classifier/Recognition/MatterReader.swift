/// Recognises what many people report at once, a network that is down or a flood, however each of them puts it.
///
/// A matter has words for what it is about, for what is wrong with it, and for what makes it another matter. Where the first
/// two stand side by side ("PDAM mati", "tidak ada air wudhu") that says enough; further apart nothing may speak against it
/// ("lampu mati depan kantor PDAM"), and "meteran air" is no water. Needs no past case; docs/adr/0018.
public struct MatterReader: Sendable {
    /// What was read.
    public struct Reading: Sendable, Hashable {
        /// The matter's category; `nil` where the text is about none.
        public var code: String?
        /// The text's words as they are usually written, stemmed: what likeness is measured by.
        public var words: String
    }

    private let data: LanguageData
    private let finder: AffairFinder
    /// Matters in the order of the file.
    private let codes: [String]

    /// Most words between what it is about and what is wrong with it.
    private static let near = 5

    public init(_ data: LanguageData) {
        self.data = data
        finder = AffairFinder(data.matters, data)
        var codes: [String] = []
        for affair in data.matters {
            let code = Self.code(affair.code)
            if !codes.contains(code) { codes.append(code) }
        }
        self.codes = codes
    }

    /// - Parameter category: As the reporter chose it; `nil` and `other…` leave it to the text alone.
    public func read(_ text: String, category: String?) -> Reading {
        let tokens = TextReader(data: data).read(text)
        let words = tokens.map(\.stem).joined(separator: " ")
        let hits = finder.hits(in: tokens)
        func ranges(_ name: String) -> [Range<Int>] {
            hits.filter { finder.codes[$0.affair] == name }.map(\.range)
        }
        let given = category.flatMap { $0.hasPrefix("other") ? nil : $0 }
        var best: (code: String, gap: Int)?
        for code in codes {
            // Whoever chose another affair does not mean this one.
            if let given, Self.group(given) != Self.group(code) { continue }
            let against = ranges(code + "/not")
            let about = ranges(code + "/about").filter { word in !against.contains { Self.gap($0, word) == 0 } }
            let wrong = Self.gap(about, ranges(code + "/wrong"))
            let beside = Self.gap(about, ranges(code + "/beside")).flatMap { $0 == 0 ? 0 : nil }
            let gap = beside ?? wrong
            if let gap, gap <= (against.isEmpty ? Self.near : 0), gap < best?.gap ?? .max { best = (code, gap) }
            // The form's own category stands unless the text is plainly about something else.
            if given == code, against.isEmpty, best == nil { best = (code, Self.near) }
        }
        return Reading(code: best?.code ?? given.flatMap { codes.contains($0) ? nil : $0 }, words: words)
    }

    /// Whether a matter is of a network or of the weather, so that it goes out for a whole regency at once.
    public func isWidespread(_ code: String) -> Bool { codes.contains(code) && code != "waste.collection" }

    /// Fewest words between one of each; a word that is both counts as side by side.
    private static func gap(_ about: [Range<Int>], _ wrong: [Range<Int>]) -> Int? {
        about.flatMap { a in wrong.map { gap(a, $0) } }.min()
    }

    private static func gap(_ a: Range<Int>, _ b: Range<Int>) -> Int {
        max(a.lowerBound - b.upperBound, b.lowerBound - a.upperBound, 0)
    }

    private static func code(_ name: String) -> String { String(name.prefix { $0 != "/" }) }

    private static func group(_ code: String) -> Substring { code.prefix { $0 != "." } }
}
