/// Finds names of persons: what follows a form of address or "atas nama", and common given names by themselves.
struct NameFinder {
    private let folded: FoldedText
    private(set) var marks: [PublicText.Mark] = []
    /// Somebody who writes everything in capitals says nothing by a capital.
    private let capitalsTell: Bool

    init(_ folded: FoldedText) {
        self.folded = folded
        let letters = folded.bytes.indices.filter { folded.isLetter($0) }
        capitalsTell = letters.filter { folded.isUpper[$0] }.count * 2 < max(letters.count, 1)
        var place = 0
        while place < folded.count {
            guard !folded.isWordPart(place - 1), let word = folded.word(at: place) else {
                place += 1
                continue
            }
            let found = named(after: word) ?? alone(word)
            if let found { marks.append(.init(range: found, found: .name)) }
            place = max(found?.upperBound ?? 0, word.upperBound)
        }
    }

    /// The name after a form of address.
    private func named(after word: Range<Int>) -> Range<Int>? {
        let text = folded.text(word)
        let isStrong = NameWords.introductions.contains(text)
        guard isStrong || NameWords.addresses.contains(text) else { return nil }
        var next = afterGap(word.upperBound, introduced: isStrong)
        // Pak Haji, Bapak Camat: the duty stays, the name after it does not.
        while let word = next.flatMap(folded.word(at:)), NameWords.skipped.contains(folded.text(word)) {
            next = afterGap(word.upperBound, introduced: isStrong)
        }
        guard let next, let first = folded.word(at: next) else { return nil }
        let firstText = folded.text(first)
        let fits =
            NameWords.given.contains(firstText) || isCapital(first)
            || isStrong && first.count >= 3 && text != "nama" && !firstText.hasPrefix("di")
        guard fits, !NameWords.common.contains(firstText) else { return nil }
        return first.lowerBound..<extended(first.upperBound)
    }

    /// A given name with a capital that is no street's, school's or market's.
    private func alone(_ word: Range<Int>) -> Range<Int>? {
        guard isCapital(word), NameWords.given.contains(folded.text(word)),
            folded.words(before: word.lowerBound, limit: 1).isDisjoint(with: NameWords.places)
        else { return nil }
        return word.lowerBound..<extended(word.upperBound)
    }

    /// Up to three more parts of the name.
    private func extended(_ from: Int) -> Int {
        var end = from
        for _ in 0..<3 {
            let next = folded.gap(from: end, of: Set(signs: " .'-"), limit: 2)
            guard next > end, let word = folded.word(at: next),
                isCapital(word) || NameWords.given.contains(folded.text(word)),
                !NameWords.common.contains(folded.text(word)),
                // A new sentence begins.
                !(folded.bytes[end] == 46 && end - from > 2 && !NameWords.given.contains(folded.text(word)))
            else { break }
            end = word.upperBound
        }
        return end
    }

    private func isCapital(_ word: Range<Int>) -> Bool { capitalsTell && folded.isUpper[word.lowerBound] }

    private func afterGap(_ place: Int, introduced: Bool) -> Int? {
        let next = folded.gap(from: place, of: Set(signs: introduced ? " .:=-\"" : " ."), limit: 3)
        return next > place && next < folded.count ? next : nil
    }
}
