/// Makes a title from the text when the reporter gave none: the first sentence, cut at a word.
enum ComplaintTitle {
    static let limit = 200
    private static let wanted = 80

    static func made(from description: String) -> String {
        // A title is made of the beginning; a long text need not be looked through.
        let flat = description.drop(while: \.isWhitespace).prefix(2 * limit).split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
        let sentence = firstSentence(of: flat)
        guard sentence.count > wanted else { return bounded(sentence) }
        let cut = sentence.prefix(wanted)
        let words = cut.lastIndex(of: " ").map { cut[..<$0] } ?? cut
        return bounded(words.trimmingSuffix { ",;:-".contains($0) } + "…")
    }

    private static func firstSentence(of text: String) -> String {
        var end = text.startIndex
        while let mark = text[end...].firstIndex(where: { ".!?".contains($0) }) {
            let next = text.index(after: mark)
            // "Jl. Propinsi" and "3.500" are no ends of sentences.
            if next == text.endIndex || (text[next] == " " && text.distance(from: text.startIndex, to: mark) >= 20) {
                return String(text[..<mark])
            }
            end = next
        }
        return text
    }

    /// The database counts code points, not what a reader sees as one character.
    private static func bounded(_ text: String) -> String {
        var result = text
        while result.unicodeScalars.count > limit { result.removeLast() }
        return result.isEmpty ? "…" : result
    }
}

extension Substring {
    fileprivate func trimmingSuffix(while matches: (Character) -> Bool) -> String {
        var result = self
        while let last = result.last, matches(last) { result.removeLast() }
        return String(result)
    }
}
