/// A text as the public may read it: what identifies a person is replaced by what it was, such as "[nomor telepon]".
///
/// A machine only proposes: an officer checks every text before it is public (product decision 16, docs/adr/0033). It masks
/// rather too much than too little, and reads through spaced, spelt-out, full-width and foreign digits.
public struct PublicText: Sendable, Equatable {
    /// What may be found in a text.
    public enum Found: String, Sendable, Hashable, CaseIterable {
        case phone, identity, number, plate, email, account, name

        /// What stands in its place.
        public var mark: String {
            switch self {
            case .phone: "[nomor telepon]"
            case .identity: "[nomor identitas]"
            case .number: "[nomor]"
            case .plate: "[pelat nomor]"
            case .email: "[surel]"
            case .account: "[akun]"
            case .name: "[nama]"
            }
        }

        /// Whether no officer may let it stand. Names and accounts may be a public person's or an office's.
        public var isNeverPublic: Bool { self != .name && self != .account }
    }

    public let text: String
    /// In the order of their first place in the text, each once.
    public let found: [Found]

    /// Masks a text.
    /// - Parameter limit: Marks may be longer than what they stand for; what is over so many signs is cut off.
    public init(masking text: String, limit: Int = .max) {
        let folded = FoldedText(text)
        var marks: [Mark] = []
        for mark in EmailFinder(folded).marks + PlateFinder(folded).marks + NumberFinder(folded).marks
            + NameFinder(folded).marks
        where !marks.contains(where: { $0.range.overlaps(mark.range) }) {
            marks.append(mark)
        }
        marks.sort { $0.range.lowerBound < $1.range.lowerBound }
        var masked = String.UnicodeScalarView()
        var place = 0
        for mark in marks {
            let start = folded.origin[mark.range.lowerBound]
            // With what hangs on the last sign: variation selectors, combining marks.
            let end = mark.range.upperBound < folded.count ? folded.origin[mark.range.upperBound] : folded.scalars.count
            masked.append(contentsOf: folded.scalars[place..<start])
            masked.append(contentsOf: mark.found.mark.unicodeScalars)
            place = end
        }
        masked.append(contentsOf: folded.scalars[place...])
        self.text =
            masked.count > limit ? String(String.UnicodeScalarView(masked.prefix(limit - 1))) + "…" : String(masked)
        found = marks.map(\.found).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// What is in a text that must not be published, whoever checked it.
    public static func neverPublic(in text: String) -> [Found] {
        PublicText(masking: text).found.filter(\.isNeverPublic)
    }

    /// A place in the folded text.
    struct Mark {
        let range: Range<Int>
        let found: Found
    }
}
