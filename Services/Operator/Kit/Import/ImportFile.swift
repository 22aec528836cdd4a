public import Foundation
import SinergiCore

/// One row of an import as it is in the file.
struct ImportRow: Sendable {
    /// Column to cell; `nil` for an empty cell. Columns that the file does not have are absent.
    typealias Values = [String: String?]

    /// As spreadsheets count: the header is 1.
    let number: Int
    var given: Values
    var faults: [ImportFault] = []
}

/// A CSV file of a directory import: a header, then a row for each thing.
struct ImportFile: Sendable {
    /// Half a million villages would fit.
    static let mostBytes = 64 * 1024 * 1024

    let name: String
    let kind: ImportKind
    /// What is wrong with the file as a whole; then there are no rows.
    private(set) var faults: [ImportFault] = []
    var rows: [ImportRow] = []

    init(name: String, kind: ImportKind, bytes: [UInt8]) {
        self.name = name
        self.kind = kind
        do throws(ImportFault) {
            try read(bytes)
        } catch {
            faults.append(error)
        }
    }

    private mutating func read(_ bytes: [UInt8]) throws(ImportFault) {
        guard bytes.count <= Self.mostBytes else {
            throw .init("too_large", "More than 64 MB. Split the file.")
        }
        guard String(validating: bytes, as: UTF8.self) != nil, !bytes.contains(0) else {
            throw .init("bad_format", "No UTF-8. In the spreadsheet, save it as \"CSV UTF-8\".")
        }
        let content = CSV.read(bytes, separator: CSV.separator(of: bytes))
        guard !content.isCutOff else {
            throw .init(
                "bad_format", "A quotation mark is opened and never closed; cells double the marks inside them.")
        }
        guard let first = content.records.first else { throw .init("required", "The file is empty.") }
        let header = first.fields.map { $0.trimmed.lowercased() }
        try check(header)
        let columns = header.compactMap { name in kind.columns.first { $0.name == name } }
        rows = content.records.dropFirst().map { Self.row($0, columns) }
    }

    private func check(_ header: [String]) throws(ImportFault) {
        let known = kind.columns.map(\.name)
        let all = "Columns of \(kind.rawValue): \(known.joined(separator: ", "))."
        if let unknown = header.first(where: { !known.contains($0) }) {
            let shown = unknown.isEmpty ? "A column has no name." : "There is no column “\(unknown.prefix(60))”."
            throw .init("unknown_field", "\(shown) \(all)")
        }
        if let missing = kind.columns.first(where: { $0.isRequired && !header.contains($0.name) }) {
            throw .init("required", "The column “\(missing.name)” is missing. \(all)")
        }
        if let twice = known.first(where: { name in header.count(where: { $0 == name }) > 1 }) {
            throw .init("bad_format", "The column “\(twice)” stands there twice.")
        }
    }

    private static func row(_ record: CSV.Record, _ columns: [ImportKind.Column]) -> ImportRow {
        guard record.fields.count == columns.count else {
            let fault = ImportFault(
                "bad_format",
                "\(record.fields.count) cells, the header has \(columns.count). Put cells that hold separators in quotes."
            )
            return ImportRow(number: record.row, given: [:], faults: [fault])
        }
        var row = ImportRow(number: record.row, given: [:])
        for (column, cell) in zip(columns, record.fields) {
            let text = cell.trimmed
            guard !text.isEmpty else {
                row.given.updateValue(column.initial, forKey: column.name)
                if column.isRequired {
                    row.faults.append(.init("required", "This cell must not be empty.", column: column.name))
                }
                continue
            }
            do throws(ImportFault) {
                row.given.updateValue(try column.form.read(text), forKey: column.name)
            } catch {
                row.faults.append(error.at(column.name))
            }
        }
        return row
    }
}

/// The files of one import.
public struct ImportFolder: Sendable {
    let files: [ImportFile]

    /// - Parameter path: A folder with a file for each kind, or one such file.
    /// - Throws: Where there is nothing to import, or a file has no known name.
    public init(_ path: URL) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path.path(percentEncoded: false), isDirectory: &isFolder) else {
            throw OperatorError("\(path.lastPathComponent) is not there")
        }
        let paths =
            isFolder.boolValue
            ? try FileManager.default.contentsOfDirectory(at: path, includingPropertiesForKeys: nil)
                .filter { $0.pathExtension.lowercased() == "csv" } : [path]
        let known = ImportKind.allCases.map { "\($0.rawValue).csv" }.joined(separator: ", ")
        guard !paths.isEmpty else { throw OperatorError("the folder has no CSV file; known names: \(known)") }
        files = try paths.map { file in
            guard let kind = ImportKind(rawValue: file.deletingPathExtension().lastPathComponent.lowercased()) else {
                throw OperatorError("\(file.lastPathComponent) has no known name; known: \(known)")
            }
            return ImportFile(name: file.lastPathComponent, kind: kind, bytes: [UInt8](try Data(contentsOf: file)))
        }.sorted { Self.place($0.kind) < Self.place($1.kind) }
        guard Set(files.map(\.kind)).count == files.count else { throw OperatorError("two files of one kind") }
    }

    private static func place(_ kind: ImportKind) -> Int { ImportKind.allCases.firstIndex(of: kind) ?? 0 }
}
