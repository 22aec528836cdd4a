/// An agency's code: 2 to 20 capitals, digits and hyphens, first a letter. `PPU`.
public struct AgencyCode: WireCode {
    public let text: String

    public init(_ text: String) throws(CodeError) {
        let rest = text.utf8.dropFirst()
        guard let first = text.utf8.first, first.isUpperLetter, (1...19).contains(rest.count),
            rest.allSatisfy(\.isCodeCharacter)
        else { throw CodeError(kind: "agency", text: text) }
        self.text = text
    }
}

/// An office: `AGENCY` for the agency itself, `AGENCY/UNIT` for one of its units. `PPU/DPUPR`.
public struct OfficeCode: WireCode {
    /// The agency that the office belongs to.
    public let agency: AgencyCode
    /// The unit's part of the code; `nil` for the agency itself.
    public let unit: String?

    public init(agency: AgencyCode, unit: String? = nil) throws(CodeError) {
        if let unit {
            guard let first = unit.utf8.first, first.isUpperLetter || first.isDigit, unit.utf8.count <= 30,
                unit.utf8.allSatisfy(\.isCodeCharacter)
            else { throw CodeError(kind: "office", text: "\(agency.text)/\(unit)") }
        }
        self.agency = agency
        self.unit = unit
    }

    public init(_ text: String) throws(CodeError) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let agency = parts.first, parts.count <= 2 else { throw CodeError(kind: "office", text: text) }
        try self.init(agency: AgencyCode(String(agency)), unit: parts.count == 2 ? String(parts[1]) : nil)
    }

    public var text: String {
        guard let unit else { return agency.text }
        return "\(agency.text)/\(unit)"
    }
}

extension UInt8 {
    var isUpperLetter: Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) }
    var isLowerLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    var isCodeCharacter: Bool { isUpperLetter || isDigit || self == UInt8(ascii: "-") }
}
