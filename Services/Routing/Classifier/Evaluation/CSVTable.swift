public import Foundation
private import SinergiCore

/// A table of texts with named columns, read from CSV.
public struct CSVTable: Sendable {
    public let columns: [String]
    public let rows: [[String]]

    /// - Throws: ``ClassifierError/badTable(_:)`` without a header or with a row of another width.
    public init(contentsOf file: URL) throws {
        guard let data = try? Data(contentsOf: file) else {
            throw ClassifierError.badTable("\(file.lastPathComponent) cannot be read")
        }
        var records = CSV.records(of: [UInt8](data))
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

    public func column(_ name: String) -> Int? { columns.firstIndex(of: name) }
}
