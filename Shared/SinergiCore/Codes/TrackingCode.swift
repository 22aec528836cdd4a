/// The number that a reporter keeps: the agency's prefix, 60 random bits, a check character. `PPU-7K3M9-QXA2T-84C`.
///
/// The check covers the prefix too, so that a wrong agency is found before anybody looks for the code there.
public struct TrackingCode: WireCode {
    /// The prefix of the agency that received the complaint, 2 to 8 capitals and digits.
    public let prefix: String
    /// The random part; only the lower 60 bits are used.
    public let bits: UInt64

    /// The code of an agency from random bits. The upper four bits are dropped.
    public init(prefix: String, bits: UInt64) throws(CodeError) {
        guard Self.isPrefix(prefix) else { throw CodeError(kind: "tracking", text: prefix) }
        self.prefix = prefix
        self.bits = bits & ((1 << 60) - 1)
    }

    /// Reads what a person typed: case, hyphens and spaces do not count, O is 0, I and L are 1.
    public init(_ text: String) throws(CodeError) {
        let characters = text.utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: " ") }
        let error = CodeError(kind: "tracking", text: text)
        guard characters.count > Self.length else { throw error }
        let prefix = String(decoding: characters.dropLast(Self.length), as: UTF8.self).uppercased()
        let values = characters.suffix(Self.length).compactMap(Crockford.value(of:))
        guard values.count == Self.length else { throw error }
        let bits = values.dropLast().reduce(UInt64(0)) { $0 << 5 | UInt64($1) }
        do {
            try self.init(prefix: prefix, bits: bits)
        } catch {
            throw CodeError(kind: "tracking", text: text)
        }
        guard check == values.last else { throw error }
    }

    /// Groups of five, the last one with the check character at its end.
    public var text: String {
        let characters = (values + [check]).map { Crockford.alphabet[Int($0)] }
        let groups = stride(from: 0, to: characters.count, by: 5).map { start in
            String(decoding: characters[start..<min(start + 5, characters.count)], as: UTF8.self)
        }
        return ([prefix] + groups).joined(separator: "-")
    }

    /// Twelve characters and the check.
    private static let length = 13

    private var values: [UInt8] { (0..<12).reversed().map { UInt8(truncatingIfNeeded: bits >> ($0 * 5)) & 31 } }

    private var check: UInt8 { Crockford.check(Array(prefix.utf8) + values) }

    private static func isPrefix(_ text: String) -> Bool {
        (2...8).contains(text.utf8.count) && text.utf8.allSatisfy { $0.isUpperLetter || $0.isDigit }
    }
}
