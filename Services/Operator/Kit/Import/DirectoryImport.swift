private import Foundation
public import Postgres

/// Imports files of the directory: all rows or none. Repeating an import changes nothing, and nothing is ever deleted.
public struct DirectoryImport: Sendable {
    private let client: PostgresClient

    /// - Parameter client: Logged in as the migrator.
    public init(client: PostgresClient) {
        self.client = client
    }

    /// - Parameters:
    ///   - dryRun: Do everything and keep nothing.
    ///   - endMissing: End what is stored and valid today and does not stand in its file.
    public func run(_ folder: ImportFolder, dryRun: Bool, endMissing: Bool = false) async throws -> ImportReport {
        do {
            return try await client.withTransaction { transaction in
                // Changes of the directory follow each other; the API takes the same row.
                _ = try await transaction.query("SELECT number FROM directory.revision FOR UPDATE")
                var report = ImportReport(dryRun: dryRun, applied: false, files: [])
                for file in folder.files {
                    report.files.append(try await Self.take(file, endMissing: endMissing, in: transaction))
                }
                guard !dryRun, !report.isRefused else { throw NotKept(report: report) }
                report.applied = true
                return report
            }
        } catch let notKept as NotKept {
            return notKept.report
        }
    }

    /// Ends the transaction without keeping it.
    private struct NotKept: Error {
        let report: ImportReport
    }

    private static func take(
        _ file: ImportFile, endMissing: Bool, in transaction: PostgresTransaction
    ) async throws -> ImportReport.File {
        guard file.faults.isEmpty else {
            return .init(file: file.name, kind: file.kind.rawValue, faults: file.faults, results: [])
        }
        var file = file
        let shapes = try await shapes(of: &file, in: transaction)
        let plan = ImportPlan(
            file, state: try await ImportState.read(file.kind, in: transaction), endMissing: endMissing)
        let rows = plan.writes.map { values in
            var values = values
            if let digest = values["geojson"] ?? nil, let shape = shapes[digest] {
                values.updateValue(shape, forKey: "shape")
            }
            return values
        }
        if !rows.isEmpty {
            let encoder = JSONEncoder()
            let text = JSONText(text: String(decoding: try encoder.encode(rows), as: UTF8.self))
            for statement in ImportStatements.store(file.kind, text) { try await transaction.execute(statement) }
        }
        return .init(file: file.name, kind: file.kind.rawValue, faults: [], results: plan.results)
    }

    /// Puts what stands for it in place of each geometry, and returns the geometries by that.
    private static func shapes(
        of file: inout ImportFile, in transaction: PostgresTransaction
    ) async throws -> [String: String] {
        let places = file.rows.indices.filter { place in
            file.rows[place].faults.isEmpty && (file.rows[place].given["geojson"] ?? nil) != nil
        }
        guard !places.isEmpty else { return [:] }
        let texts = places.compactMap { file.rows[$0].given["geojson"] ?? nil }
        let found = try await transaction.query(ImportStatements.digests(texts))
        var shapes: [String: String] = [:]
        for (place, (text, row)) in zip(places, zip(texts, found)) {
            let digest = try row.decode("digest", as: String.self)
            shapes[digest] = text
            file.replace("geojson", by: digest, at: place)
            if let fault = try row.decodeIfPresent("fault", as: String.self) {
                file.refuse(
                    at: place,
                    ImportFault("bad_format", "The boundary crosses itself (\(fault)). Repair it.", column: "geojson"))
            }
        }
        return shapes
    }
}

extension ImportFile {
    mutating func replace(_ column: String, by value: String, at place: Int) {
        rows[place].given.updateValue(value, forKey: column)
    }

    mutating func refuse(at place: Int, _ fault: ImportFault) {
        rows[place].faults.append(fault)
    }
}
