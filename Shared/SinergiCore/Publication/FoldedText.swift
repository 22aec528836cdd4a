import Foundation

/// A text in lower-case ASCII, one byte for each sign, so that disguises fall away: full-width, circled, Arabic and other
/// digits are digits, invisible signs are gone, every dash is a hyphen.
struct FoldedText {
    let scalars: [Unicode.Scalar]
    private(set) var bytes: [UInt8] = []
    /// Whether a letter was written as a capital.
    private(set) var isUpper: [Bool] = []
    /// The scalar that each byte comes from.
    private(set) var origin: [Int] = []

    /// Stand for a letter and for any other sign that ASCII has not.
    static let letter = UInt8(1)
    static let sign = UInt8(2)

    init(_ text: String) {
        scalars = Array(text.unicodeScalars)
        for (place, scalar) in scalars.enumerated() { append(scalar, place) }
    }

    private mutating func append(_ scalar: Unicode.Scalar, _ place: Int) {
        if scalar.isASCII {
            let byte = UInt8(scalar.value)
            let upper = (65...90).contains(byte)
            add(upper ? byte + 32 : byte < 32 && byte != 10 ? 32 : byte, upper, place)
            return
        }
        let properties = scalar.properties
        switch properties.generalCategory {
        case .format, .nonspacingMark, .enclosingMark: return
        case .dashPunctuation: add(45, false, place)
        case .spaceSeparator: add(32, false, place)
        case .lineSeparator, .paragraphSeparator: add(10, false, place)
        default:
            guard !properties.isDefaultIgnorableCodePoint else { return }
            if let value = properties.numericValue, (0...9).contains(value), value == value.rounded() {
                add(48 + UInt8(value), false, place)
            } else if Self.zeros.contains(scalar) {
                add(111, properties.isUppercase, place)
            } else {
                fold(scalar, place)
            }
        }
    }

    /// Cyrillic and Greek letters that look like an o.
    private static let zeros: Set<Unicode.Scalar> = ["о", "О", "ο", "Ο"]

    private mutating func fold(_ scalar: Unicode.Scalar, _ place: Int) {
        let plain = String(scalar).decomposedStringWithCompatibilityMapping.unicodeScalars.filter(\.isASCII)
        guard !plain.isEmpty else {
            add(scalar.properties.isAlphabetic ? Self.letter : Self.sign, scalar.properties.isUppercase, place)
            return
        }
        for part in plain { append(part, place) }
    }

    private mutating func add(_ byte: UInt8, _ upper: Bool, _ place: Int) {
        bytes.append(byte)
        isUpper.append(upper)
        origin.append(place)
    }
}

extension FoldedText {
    var count: Int { bytes.count }

    func isDigit(_ place: Int) -> Bool { bytes.indices.contains(place) && (48...57).contains(bytes[place]) }

    func isLetter(_ place: Int) -> Bool {
        bytes.indices.contains(place) && ((97...122).contains(bytes[place]) || bytes[place] == Self.letter)
    }

    func isWordPart(_ place: Int) -> Bool { isDigit(place) || isLetter(place) }

    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// The letters from a place on.
    func word(at place: Int) -> Range<Int>? {
        guard isLetter(place) else { return nil }
        var end = place
        while isLetter(end) { end += 1 }
        return place..<end
    }

    /// The end of a gap of at most `limit` of these signs.
    func gap(from place: Int, of signs: Set<UInt8>, limit: Int) -> Int {
        var end = place
        while end < count, end - place < limit, signs.contains(bytes[end]) { end += 1 }
        return end
    }

    /// The words before a place, nearest first.
    func words(before place: Int, limit: Int) -> [String] {
        var words: [String] = []
        var end = min(place, count)
        while end > 0, words.count < limit {
            while end > 0, !isLetter(end - 1) { end -= 1 }
            var start = end
            while start > 0, isLetter(start - 1) { start -= 1 }
            if start < end { words.append(text(start..<end)) }
            end = start
        }
        return words
    }
}

extension Set<UInt8> {
    init(signs: String) { self.init(signs.utf8) }
}
