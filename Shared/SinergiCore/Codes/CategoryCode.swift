/// A category in two levels: `roads` or `roads.damage`.
public struct CategoryCode: WireCode {
    public let text: String

    public init(_ text: String) throws(CodeError) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let valid = (1...2).contains(parts.count) && parts.allSatisfy(Self.isPart)
        guard valid else { throw CodeError(kind: "category", text: text) }
        self.text = text
    }

    /// The upper level; `nil` for a code that is one already.
    public var parent: CategoryCode? {
        guard let dot = text.firstIndex(of: ".") else { return nil }
        return try? CategoryCode(String(text[..<dot]))  // a valid code's first part is valid
    }

    private static func isPart(_ part: Substring) -> Bool {
        guard let first = part.utf8.first, first.isLowerLetter, part.utf8.count <= 40 else { return false }
        return part.utf8.allSatisfy { $0.isLowerLetter || $0 == UInt8(ascii: "_") }
    }
}
