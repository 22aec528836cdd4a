/// An office as the outside sees it (contract.md, `OfficeRef`).
public struct OfficeReference: Codable, Sendable, Hashable {
    /// `PPU` for an agency, `PPU/DPUPR` for a unit of it.
    public var code: String
    /// Code of the agency that the office belongs to.
    public var agency: String
    public var name: String

    public init(code: String, agency: String, name: String) {
        self.code = code
        self.agency = agency
        self.name = name
    }
}
