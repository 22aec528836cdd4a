/// Finds telephone, identity and other long numbers: digits with little between them, written or spelt out.
struct NumberFinder {
    private let folded: FoldedText
    private(set) var marks: [PublicText.Mark] = []

    fileprivate struct Run {
        var range: Range<Int>
        var digits: [UInt8]
        /// How many digits stood together, in order.
        var groups: [Int]
    }

    init(_ folded: FoldedText) {
        self.folded = folded
        var place = 0
        while place < folded.count {
            guard let run = run(from: place) else {
                place += 1
                continue
            }
            if let found = found(run) { marks.append(.init(range: opened(run.range), found: found)) }
            place = run.range.upperBound
        }
    }

    private static let names: [(name: [UInt8], digit: UInt8)] = [
        ("kosong", 0), ("nol", 0), ("zero", 0), ("satu", 1), ("dua", 2), ("tiga", 3), ("empat", 4), ("lima", 5),
        ("enam", 6), ("tujuh", 7), ("delapan", 8), ("lapan", 8), ("sembilan", 9),
    ].map { (Array($0.0.utf8), UInt8($0.1)) }

    private static let between = Set(signs: " \n-./()_+*|~='\"\u{2}")

    /// The digits that a place begins with: one digit, a word or several that name digits, or letters that pose as them.
    private func unit(at place: Int) -> (digits: [UInt8], end: Int)? {
        if folded.isDigit(place) { return ([folded.bytes[place] - 48], place + 1) }
        guard !folded.isLetter(place - 1), let word = folded.word(at: place) else { return nil }
        let letters = folded.bytes[word]
        if let digits = Self.spelt(letters) { return (digits, word.upperBound) }
        guard folded.isDigit(place - 1) || folded.isDigit(word.upperBound), letters.count <= 2 else { return nil }
        let posing = letters.compactMap { $0 == 111 ? UInt8(0) : $0 == 108 || $0 == 105 ? 1 : nil }
        return posing.count == letters.count ? (posing, word.upperBound) : nil
    }

    private static func spelt(_ letters: ArraySlice<UInt8>) -> [UInt8]? {
        var rest = letters
        var digits: [UInt8] = []
        while !rest.isEmpty {
            guard let next = names.first(where: { rest.starts(with: $0.name) }) else { return nil }
            digits.append(next.digit)
            rest = rest.dropFirst(next.name.count)
        }
        return digits
    }

    private func run(from start: Int) -> Run? {
        guard let first = unit(at: start), date(at: start) == nil else {
            return date(at: start).map { Run(range: start..<$0, digits: [], groups: []) }
        }
        var run = Run(range: start..<first.end, digits: first.digits, groups: [first.digits.count])
        while true {
            let end = run.range.upperBound
            var next = folded.gap(from: end, of: Self.between, limit: 3)
            // A comma within a number, but not the one after it.
            if next == end, end < folded.count, folded.bytes[end] == 44 { next = end + 1 }
            guard let more = unit(at: next), next == end || date(at: next) == nil else { return run }
            run.digits += more.digits
            if next == end {
                run.groups[run.groups.count - 1] += more.digits.count
            } else {
                run.groups.append(more.digits.count)
            }
            run.range = start..<more.end
        }
    }

    /// The end of a date that begins here, `20-11-2026` or `2026-11-20`; none where more digits follow closely.
    private func date(at start: Int) -> Int? {
        guard !folded.isDigit(start - 1) else { return nil }
        var parts: [(value: Int, length: Int)] = []
        var place = start
        while parts.count < 3 {
            var value = 0
            let from = place
            while folded.isDigit(place), place - from < 5 {
                value = value * 10 + Int(folded.bytes[place] - 48)
                place += 1
            }
            guard place > from else { return nil }
            parts.append((value, place - from))
            guard parts.count < 3 else { break }
            guard place < folded.count, Set(signs: "-/.").contains(folded.bytes[place]) else { return nil }
            place += 1
        }
        let years = 1900...2039
        let dayFirst =
            (1...31).contains(parts[0].value) && (1...12).contains(parts[1].value) && years.contains(parts[2].value)
        let yearFirst =
            years.contains(parts[0].value) && (1...12).contains(parts[1].value) && (1...31).contains(parts[2].value)
        guard dayFirst || yearFirst, !folded.isDigit(place) else { return nil }
        let next = folded.gap(from: place, of: Self.between, limit: 3)
        return (0..<4).allSatisfy { folded.isDigit(next + $0) } ? nil : place
    }

    private func found(_ run: Run) -> PublicText.Found? {
        let digits = run.digits
        let before = folded.words(before: run.range.lowerBound, limit: 3)
        if digits.count >= 8, !before.isDisjoint(with: ["nik", "ktp", "kk", "npwp", "paspor", "sim"]) {
            return .identity
        }
        if isMoney(run, before) { return nil }
        if digits.count >= 7, !before.isDisjoint(with: Self.calls) { return .phone }
        switch digits.count {
        case 9...15 where digits[0] == 0 || digits.starts(with: [6, 2]): return .phone
        case 9...13 where digits[0] == 8: return .phone
        case 15...: return .identity
        case 10...: return run.areYears(digits) ? nil : .number
        default: return nil
        }
    }

    private static let calls: Set<String> = [
        "wa", "whatsapp", "hp", "telp", "tlp", "telpon", "telepon", "telfon", "hubungi", "kontak", "call", "sms",
        "phone",
    ]

    /// `Rp1.500.000.000`; nobody pays a sum that begins with a zero.
    private func isMoney(_ run: Run, _ before: [String]) -> Bool {
        guard let first = run.digits.first, first != 0, !run.digits.starts(with: [6, 2, 8]) else { return false }
        let after = folded.gap(from: run.range.upperBound, of: [32], limit: 1)
        let unit = folded.word(at: after).map(folded.text) ?? ""
        return ["rp", "idr"].contains(before.first ?? "")
            && folded.bytes[..<run.range.lowerBound].suffix(4).contains(112)
            || ["rupiah", "juta", "jt", "miliar", "milyar", "ribu", "rb"].contains(unit)
    }

    /// With the plus or bracket before it.
    private func opened(_ range: Range<Int>) -> Range<Int> {
        let before = range.lowerBound - 1
        return before >= 0 && Set(signs: "+(").contains(folded.bytes[before]) ? before..<range.upperBound : range
    }
}

extension NumberFinder.Run {
    /// `2019 2020 2021`.
    fileprivate func areYears(_ digits: [UInt8]) -> Bool {
        groups.allSatisfy { $0 == 4 }
            && stride(from: 0, to: digits.count, by: 4).allSatisfy {
                digits[$0] == 1 && digits[$0 + 1] == 9 || digits[$0] == 2 && digits[$0 + 1] == 0
            }
    }
}

extension [String] {
    func isDisjoint(with words: Set<String>) -> Bool { allSatisfy { !words.contains($0) } }
}
