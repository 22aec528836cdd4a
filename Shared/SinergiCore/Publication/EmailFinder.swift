/// Finds addresses of electronic mail and accounts, also as people disguise them: `budi (at) gmail titik com`.
struct EmailFinder {
    private let folded: FoldedText
    private(set) var marks: [PublicText.Mark] = []

    private static let providers: Set<String> = [
        "gmail", "yahoo", "ymail", "hotmail", "outlook", "icloud", "protonmail", "rocketmail",
    ]
    private static let inName = Set(signs: "abcdefghijklmnopqrstuvwxyz0123456789._%+-")
    private static let inLabel = Set(signs: "abcdefghijklmnopqrstuvwxyz0123456789-")

    init(_ folded: FoldedText) {
        self.folded = folded
        for place in folded.bytes.indices {
            if folded.bytes[place] == 64 {
                atSign(place)
            } else if !folded.isLetter(place - 1), let word = folded.word(at: place),
                Self.providers.contains(folded.text(word))
            {
                provider(word)
            }
        }
    }

    private mutating func atSign(_ place: Int) {
        let right = folded.gap(from: place + 1, of: [32], limit: 2)
        let (end, labels) = labels(from: right)
        guard end > right else { return }
        let left = name(before: place, spaces: labels > 1 ? 2 : 0)
        if let left {
            marks.append(.init(range: left..<end, found: .email))
        } else if right == place + 1, end - right >= 3 {
            marks.append(.init(range: place..<end, found: .account))
        }
    }

    /// A provider of mail with a name before it, whatever stands for the sign between them.
    private mutating func provider(_ word: Range<Int>) {
        guard !marks.contains(where: { $0.range.contains(word.lowerBound) }) else { return }
        let (end, labels) = labels(from: word.lowerBound)
        var before = skipped(before: word.lowerBound, " ()[]{}<>-_*", limit: 3)
        guard before > 0 else { return }
        if folded.text(max(0, before - 2)..<before) == "at", !folded.isLetter(before - 3) {
            before = skipped(before: before - 2, " ()[]{}<>-_*", limit: 3)
        } else if labels < 2 {
            return
        }
        guard let left = name(before: before, spaces: 0) else { return }
        marks.append(.init(range: left..<end, found: .email))
    }

    private func skipped(before place: Int, _ signs: String, limit: Int) -> Int {
        let signs = Set(signs: signs)
        var start = place
        while start > 0, place - start < limit, signs.contains(folded.bytes[start - 1]) { start -= 1 }
        return start
    }

    /// Where the name that ends before a place begins.
    private func name(before place: Int, spaces: Int) -> Int? {
        let end = spaces > 0 ? skipped(before: place, " ", limit: spaces) : place
        var start = end
        while start > 0, Self.inName.contains(folded.bytes[start - 1]) { start -= 1 }
        return start < end ? start : nil
    }

    /// `gmail.com`, `gmail titik com`, `pemda . go . id`: its end, and of how many parts it is.
    private func labels(from start: Int) -> (end: Int, count: Int) {
        var end = folded.gap(from: start, of: Self.inLabel, limit: 63)
        guard end > start else { return (start, 0) }
        var count = 1
        while count < 5, let dot = dot(after: end) {
            let next = folded.gap(from: dot, of: Self.inLabel, limit: 63)
            guard next > dot else { break }
            end = next
            count += 1
        }
        return (end, count)
    }

    private static let tops: Set<String> = ["com", "co", "id", "net", "org", "go", "ac", "sch", "or", "my", "web"]

    /// Where the part after a dot begins. A dot with blanks around it, or a spelt one, counts only before a known ending.
    private func dot(after place: Int) -> Int? {
        if place + 1 < folded.count, folded.bytes[place] == 46, folded.isWordPart(place + 1) { return place + 1 }
        var next = folded.gap(from: place, of: Set(signs: " ()[]{}."), limit: 4)
        if let word = folded.word(at: next), ["dot", "titik"].contains(folded.text(word)) {
            next = folded.gap(from: word.upperBound, of: Set(signs: " ()[]{}."), limit: 4)
        }
        guard next > place, let word = folded.word(at: next), Self.tops.contains(folded.text(word)) else { return nil }
        return next
    }
}
