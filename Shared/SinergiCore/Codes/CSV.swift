/// Tables of texts as spreadsheets save them (RFC 4180; line feeds alone are fine too).
public enum CSV {
    /// A line of a table, which may span several lines of the file where a field has a line break in quotes.
    public struct Record: Sendable, Equatable {
        /// As spreadsheets count: the header is 1, and empty lines count.
        public let row: Int
        public let fields: [String]

        public init(row: Int, fields: [String]) {
            self.row = row
            self.fields = fields
        }
    }

    /// What a file holds.
    public struct Content: Sendable, Equatable {
        /// Without empty lines, whatever their width.
        public let records: [Record]
        /// The file ends inside quotes: everything after the opening one is in the last field.
        public let isCutOff: Bool
    }

    /// Reads a whole file. A byte order mark is skipped; what is no UTF-8 becomes U+FFFD.
    /// - Parameter separator: An ASCII character, as `separator(of:)` finds it.
    public static func read(_ bytes: [UInt8], separator: UInt8 = 0x2C) -> Content {
        var parser = CSVParser(separator: separator)
        return parser.parse(bytes)
    }

    /// The records of a text, whatever their width; an empty line is none.
    public static func records(of bytes: [UInt8], separator: UInt8 = 0x2C) -> [[String]] {
        read(bytes, separator: separator).records.map(\.fields)
    }

    /// What parts the fields: the comma where the first line has one outside quotes, else the semicolon that
    /// spreadsheets in Indonesian write, else a tabulator.
    public static func separator(of bytes: [UInt8]) -> UInt8 {
        var inQuotes = false
        var found: Set<UInt8> = []
        for byte in bytes {
            if byte == 0x22 { inQuotes.toggle() }
            if inQuotes { continue }
            if byte == 0x0A { break }
            found.insert(byte)
        }
        return [0x2C, 0x3B, 0x09].first(where: found.contains) ?? 0x2C
    }

    /// A field as it is written: in quotes where needed.
    public static func field(_ text: String) -> String {
        guard text.utf8.contains(where: { [0x2C, 0x22, 0x0A, 0x0D].contains($0) }) else { return text }
        let doubled = text.unicodeScalars.reduce(into: "") { result, scalar in
            if scalar == "\"" { result += "\"" }
            result.unicodeScalars.append(scalar)
        }
        return "\"" + doubled + "\""
    }
}

private struct CSVParser {
    private let separator: UInt8
    private var records: [CSV.Record] = []
    private var record: [String] = []
    private var field: [UInt8] = []
    private var row = 1
    private var inQuotes = false
    private var wasQuoted = false

    init(separator: UInt8) { self.separator = separator }

    mutating func parse(_ bytes: [UInt8]) -> CSV.Content {
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        bytes.withUnsafeBufferPointer { bytes in
            var index = start
            while index < bytes.count {
                let byte = bytes[index]
                if inQuotes {
                    if byte == 0x22 {
                        if index + 1 < bytes.count, bytes[index + 1] == 0x22 {
                            field.append(byte)
                            index += 1
                        } else {
                            inQuotes = false
                        }
                    } else {
                        field.append(byte)
                    }
                } else {
                    take(byte)
                }
                index += 1
            }
        }
        if !field.isEmpty || !record.isEmpty || wasQuoted { endRecord() }
        return CSV.Content(records: records, isCutOff: inQuotes)
    }

    private mutating func take(_ byte: UInt8) {
        switch byte {
        case 0x22 where field.isEmpty && !wasQuoted: (inQuotes, wasQuoted) = (true, true)
        case separator: endField()
        case 0x0A: endRecord()
        case 0x0D: break
        default: field.append(byte)
        }
    }

    private mutating func endField() {
        record.append(String(decoding: field, as: UTF8.self))
        field.removeAll(keepingCapacity: true)
        wasQuoted = false
    }

    private mutating func endRecord() {
        endField()
        // An empty line is no record.
        if record != [""] { records.append(CSV.Record(row: row, fields: record)) }
        record.removeAll()
        row += 1
    }
}
