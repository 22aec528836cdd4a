public import Foundation

/// A table of texts with named columns, read from CSV (RFC 4180; line feeds alone are fine too).
public struct CSVTable: Sendable {
    public let columns: [String]
    public let rows: [[String]]

    /// - Throws: ``ClassifierError/badTable(_:)`` without a header or with a row of another width.
    public init(contentsOf file: URL) throws {
        guard let data = try? Data(contentsOf: file) else {
            throw ClassifierError.badTable("\(file.lastPathComponent) cannot be read")
        }
        var parser = CSVParser()
        var records = parser.parse([UInt8](data))
        guard let header = records.first, records.count > 1 else {
            throw ClassifierError.badTable("\(file.lastPathComponent) has no rows")
        }
        records.removeFirst()
        if let odd = records.firstIndex(where: { $0.count != header.count }) {
            throw ClassifierError.badTable("\(file.lastPathComponent): row \(odd + 1) is not as wide as the header")
        }
        columns = header.map { $0.trimmingCharacters(in: .whitespaces) }
        rows = records
    }

    /// The records of a text, whatever their width; an empty line is none.
    /// - Parameter separator: A comma, or the semicolon of spreadsheets in Indonesian.
    public static func records(of bytes: [UInt8], separator: UInt8 = 0x2C) -> [[String]] {
        var parser = CSVParser(separator: separator)
        return parser.parse(bytes)
    }

    public func column(_ name: String) -> Int? { columns.firstIndex(of: name) }

    /// A field as it is written: in quotes where needed.
    public static func field(_ text: String) -> String {
        guard text.contains(where: { ",\"\n\r".contains($0) }) else { return text }
        return "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\""
    }
}

private struct CSVParser {
    private let separator: UInt8
    private var records: [[String]] = []
    private var record: [String] = []
    private var field: [UInt8] = []
    private var inQuotes = false
    private var wasQuoted = false

    init(separator: UInt8 = 0x2C) { self.separator = separator }

    mutating func parse(_ bytes: [UInt8]) -> [[String]] {
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
        if !field.isEmpty || !record.isEmpty { endRecord() }
        return records
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
        if record != [""] { records.append(record) }
        record.removeAll()
    }
}
