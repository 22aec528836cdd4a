import SinergiCore

/// What a cell of an import may be, and how it is written once it is read.
enum CellForm: Sendable, Equatable {
    case text(Int)
    case agency
    /// `PPU/DLH`.
    case unit
    /// `PPU` or `PPU/DLH`.
    case office
    case prefix
    case category
    case area
    case flag
    case day
    case number(ClosedRange<Int>)
    /// At most so many texts of at most so many characters, parted by `|`.
    case list(Int, Int)
    case dangers
    case phone
    /// GeoJSON, checked by `PolygonCheck` and by PostGIS.
    case polygon

    /// The cell as it is stored.
    /// - Throws: What is wrong with it and what to write instead.
    func read(_ text: String) throws(ImportFault) -> String {
        switch self {
        case .text(let most):
            guard text.unicodeScalars.count <= most else { throw .init("too_long", "At most \(most) characters.") }
            return text
        case .agency:
            let code = text.uppercased()
            guard Self.isAgency(code) else {
                throw .init("bad_format", "An agency's code has 2 to 20 capital letters, digits and hyphens, as PPU.")
            }
            return code
        case .unit:
            let code = text.uppercased()
            guard code.contains("/"), Self.isOffice(code) else {
                throw .init("bad_format", "A unit's code is AGENCY/UNIT, as PPU/DLH.")
            }
            return code
        case .office:
            let code = text.uppercased()
            guard Self.isOffice(code) else {
                throw .init("bad_format", "An office's code is AGENCY or AGENCY/UNIT, as PPU/DLH.")
            }
            return code
        case .prefix:
            let prefix = text.uppercased()
            guard (2...8).contains(prefix.utf8.count), prefix.utf8.allSatisfy(Self.isCapitalOrDigit) else {
                throw .init("bad_format", "A prefix of tracking codes has 2 to 8 capital letters and digits.")
            }
            return prefix
        case .category:
            guard let code = try? CategoryCode(text.lowercased()) else {
                throw .init("bad_format", "A category is group or group.subject in small letters, as roads.damage.")
            }
            return code.text
        case .area:
            guard (2...20).contains(text.utf8.count), text.utf8.allSatisfy({ Self.isCapitalOrDigit($0) || $0 == 0x2E })
            else {
                throw .init("bad_format", "An area code has digits and dots, as 64.09.01. Format the column as text.")
            }
            return text
        case .flag: return try Self.flag(text)
        case .day:
            guard let day = Day(text) else { throw .init("bad_format", "Write days as 2026-11-24.") }
            return day.description
        case .number(let range):
            guard let number = Int(text), range.contains(number) else {
                throw .init("bad_format", "A whole number from \(range.lowerBound) to \(range.upperBound).")
            }
            return String(number)
        case .list(let most, let length):
            let items = Self.items(text)
            guard items.count <= most, items.allSatisfy({ $0.unicodeScalars.count <= length }) else {
                throw .init("too_long", "At most \(most) entries of \(length) characters, parted by |.")
            }
            return items.joined(separator: "|")
        case .dangers:
            let items = Self.items(text.lowercased())
            guard items.allSatisfy({ ["any", "power"].contains($0) }) else {
                throw .init("bad_format", "Dangers are any and power, parted by |.")
            }
            return items.joined(separator: "|")
        case .phone:
            let digits = text.filter { !" -.()".contains($0) }
            let international = digits.hasPrefix("0") ? "+62" + digits.dropFirst() : digits
            guard international.hasPrefix("+"), (8...16).contains(international.count),
                international.dropFirst().utf8.allSatisfy({ (0x30...0x39).contains($0) })
            else { throw .init("bad_format", "A telephone number, as +62811000501.") }
            return international
        case .polygon:
            try PolygonCheck.check(text)
            return text
        }
    }

    private static func items(_ text: String) -> [String] {
        text.split(separator: "|").map { $0.trimmed }.filter { !$0.isEmpty }
    }

    private static func flag(_ text: String) throws(ImportFault) -> String {
        switch text.lowercased() {
        case "true", "yes", "ya", "1": return "true"
        case "false", "no", "tidak", "0": return "false"
        default: throw .init("bad_format", "Write true or false.")
        }
    }

    private static func isAgency(_ code: String) -> Bool {
        guard (2...20).contains(code.utf8.count), let first = code.utf8.first, (0x41...0x5A).contains(first) else {
            return false
        }
        return code.utf8.allSatisfy { isCapitalOrDigit($0) || $0 == 0x2D }
    }

    private static func isOffice(_ code: String) -> Bool {
        let parts = code.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard let agency = parts.first, isAgency(agency), parts.count <= 2 else { return false }
        guard parts.count == 2 else { return true }
        guard let first = parts[1].utf8.first, isCapitalOrDigit(first), parts[1].utf8.count <= 30 else { return false }
        return parts[1].utf8.allSatisfy { isCapitalOrDigit($0) || $0 == 0x2D }
    }

    private static func isCapitalOrDigit(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
    }
}

/// What is wrong with a cell or a row, and what to do.
public struct ImportFault: Error, Sendable, Hashable, Codable {
    /// `nil` for the row as a whole.
    public var column: String?
    /// As in the API's problems: `required`, `bad_format`, `unknown_office` …
    public let code: String
    public let detail: String

    init(_ code: String, _ detail: String, column: String? = nil) {
        self.code = code
        self.detail = detail
        self.column = column
    }

    func at(_ column: String) -> ImportFault {
        var fault = self
        fault.column = column
        return fault
    }
}

extension StringProtocol {
    /// Without blanks around it, no-break spaces of spreadsheets included.
    var trimmed: String {
        let scalars = unicodeScalars.drop { $0.properties.isWhitespace }
        let trailing = scalars.reversed().prefix { $0.properties.isWhitespace }.count
        return String(String.UnicodeScalarView(scalars.dropLast(trailing)))
    }
}
