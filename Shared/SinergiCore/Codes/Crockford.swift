/// Crockford's base 32: no I, L, O and U, so that a code can be read aloud and typed from paper.
enum Crockford {
    static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    /// The value of a character, taking O as 0 and I and L as 1; `nil` for anything else.
    static func value(of character: UInt8) -> UInt8? {
        let upper = character.isLowerLetter ? character - 32 : character
        switch upper {
        case UInt8(ascii: "O"): return 0
        case UInt8(ascii: "I"), UInt8(ascii: "L"): return 1
        default: return alphabet.firstIndex(of: upper).map { UInt8($0) }
        }
    }

    /// A check value over a sequence of 5-bit values: a weighted sum in the field of 32 elements.
    ///
    /// Each place has a weight of its own (powers of a generator), so every single wrong character and every exchange
    /// of two characters is found, for up to 31 places.
    static func check(_ values: some Sequence<UInt8>) -> UInt8 {
        var sum: UInt8 = 0
        var weight: UInt8 = 1
        for value in values {
            weight = multiply(weight, 2)
            sum ^= multiply(value & 31, weight)
        }
        return sum
    }

    /// Multiplication modulo x⁵ + x² + 1, which is primitive: 2 generates all 31 elements but zero.
    static func multiply(_ left: UInt8, _ right: UInt8) -> UInt8 {
        var left = left
        var right = right
        var product: UInt8 = 0
        while right > 0 {
            if right & 1 == 1 { product ^= left }
            left <<= 1
            if left & 32 != 0 { left ^= 0b100101 }
            right >>= 1
        }
        return product
    }
}
