/// A Kemendagri area code in dotted form: `64`, `64.09`, `64.09.01`, `64.09.01.1001` (Permendagri 58/2021).
public struct AreaCode: WireCode {
    /// How deep the area lies.
    public enum Level: Int, Sendable, Hashable, CaseIterable {
        case province = 1
        case regency
        case district
        case village
    }

    public let text: String
    public let level: Level

    public init(_ text: String) throws(CodeError) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let widths = [2, 2, 2, 4]
        let wellFormed = zip(parts, widths).allSatisfy { $0.utf8.count == $1 && $0.utf8.allSatisfy(\.isDigit) }
        // A village starts with 1 (kelurahan), 2 (desa) or 3 (desa adat); 4 is an island, which is no area.
        let villageIsOne = parts.count < 4 || "123".contains(parts[3].prefix(1))
        guard let level = Level(rawValue: parts.count), wellFormed, villageIsOne else {
            throw CodeError(kind: "area", text: text)
        }
        self.text = text
        self.level = level
    }

    /// The area around this one; `nil` for a province.
    public var parent: AreaCode? {
        guard let dot = text.lastIndex(of: ".") else { return nil }
        return try? AreaCode(String(text[..<dot]))  // a valid code's beginning is valid
    }

    /// Whether this area is `other` or lies in it.
    public func isWithin(_ other: AreaCode) -> Bool {
        text == other.text || text.hasPrefix(other.text + ".")
    }

    /// The province's two digits.
    public var province: String { String(text.prefix(2)) }
}
