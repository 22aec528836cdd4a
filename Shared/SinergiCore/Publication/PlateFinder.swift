/// Finds number plates of Indonesia: a region's letters, up to four digits, up to three letters.
struct PlateFinder {
    private let folded: FoldedText
    private(set) var marks: [PublicText.Mark] = []

    init(_ folded: FoldedText) {
        self.folded = folded
        var place = 0
        while place < folded.count {
            if !folded.isWordPart(place - 1), let end = plate(at: place) {
                marks.append(.init(range: place..<end, found: .plate))
                place = end
            } else {
                place += 1
            }
        }
    }

    private static let regions = Set(
        """
        a aa ab ad ae ag b ba bb bd be bg bh bk bl bm bn bp d da db dc dd de dg dh dk dl dm dn dp dr ds dt dw e ea eb ed f g
        h k kb kh kt ku l m n p pa pb r s t w z
        """.split { $0.isWhitespace }.map(String.init))

    /// Short words and units that follow a house number rather than end a plate.
    private static let notEndings: Set<String> = [
        "rt", "rw", "no", "di", "ke", "dan", "km", "kg", "cm", "mm", "ha", "m", "l", "org", "th", "thn", "hr", "jam",
        "wib", "wit", "yg", "per", "ini", "itu", "ada", "tak",
    ]

    private static let vehicles: Set<String> = [
        "plat", "pelat", "nopol", "polisi", "pol", "tnkb", "motor", "mobil", "truk", "kendaraan", "bus", "angkot",
    ]

    private static let between = Set(signs: " .-_")

    private func plate(at start: Int) -> Int? {
        guard let region = folded.word(at: start), region.count <= 2, Self.regions.contains(folded.text(region)) else {
            return nil
        }
        var place = folded.gap(from: region.upperBound, of: Self.between, limit: 2)
        guard folded.isDigit(place) else { return nil }
        let isJoined = place == region.upperBound
        var digits = 0
        var end = place
        while digits < 4, folded.isDigit(place) {
            digits += 1
            end = place + 1
            place = folded.isDigit(end) ? end : folded.gap(from: end, of: Self.between, limit: 1)
        }
        guard !folded.isDigit(end) else { return nil }
        let isNamed = !folded.words(before: start, limit: 3).isDisjoint(with: Self.vehicles)
        let ending = folded.word(at: folded.gap(from: end, of: Self.between, limit: 2))
        if let ending, ending.count <= 3, !folded.isWordPart(ending.upperBound),
            !Self.notEndings.contains(folded.text(ending))
        {
            let capitals = (Array(region) + Array(ending)).allSatisfy { folded.isUpper[$0] }
            if capitals || isNamed || isJoined && digits >= 2 { return ending.upperBound }
        }
        return isNamed && digits >= 2 && !folded.isWordPart(end) ? end : nil
    }
}
