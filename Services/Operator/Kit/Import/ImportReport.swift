/// What an import did, or would do, row by row.
public struct ImportReport: Sendable, Codable, Equatable {
    public enum Action: String, Sendable, Codable, CaseIterable {
        case created, updated, unchanged, ended, refused
    }

    /// What became of one row.
    public struct Result: Sendable, Codable, Equatable {
        /// As spreadsheets count; `nil` for what was stored, does not stand in the file and was ended for that.
        public let row: Int?
        public let key: String
        public let action: Action
        public let faults: [ImportFault]
        /// What is allowed, but hardly meant.
        public let warnings: [String]
    }

    /// What became of one file.
    public struct File: Sendable, Codable, Equatable {
        public let file: String
        public let kind: String
        /// What is wrong with the file as a whole.
        public let faults: [ImportFault]
        public let results: [Result]

        public func count(_ action: Action) -> Int { results.count { $0.action == action } }
    }

    public let dryRun: Bool
    /// Whether anything was kept: never with a dry run, nor when one row was refused.
    public internal(set) var applied: Bool
    public internal(set) var files: [File]

    /// Whether a row or a file was refused.
    public var isRefused: Bool { files.contains { !$0.faults.isEmpty || $0.count(.refused) > 0 } }

    enum CodingKeys: String, CodingKey {
        case applied, files
        case dryRun = "dry_run"
    }

    /// For a person at a terminal: counts, and the first of what is wrong.
    public func lines(most: Int = 50) -> [String] {
        var lines: [String] = []
        var remarks: [String] = []
        for file in files {
            let counts = Action.allCases.map { "\($0.rawValue) \(file.count($0))" }.joined(separator: ", ")
            lines.append("\(file.file): \(counts)")
            remarks += file.faults.map { "\(file.file): \($0.detail)" }
            for result in file.results {
                let place = result.row.map { "row \($0)" } ?? result.key
                remarks += result.faults.map { fault in
                    let column = fault.column.map { ", column \($0)" } ?? ""
                    return "\(file.file), \(place)\(column): \(fault.detail)"
                }
                remarks += result.warnings.map { "\(file.file), \(place), warning: \($0)" }
            }
        }
        lines += remarks.prefix(most)
        if remarks.count > most { lines.append("… and \(remarks.count - most) more; --json has all") }
        if isRefused {
            lines.append("Nothing was changed: correct the rows above and import again.")
        } else if dryRun {
            lines.append("Nothing was changed: this was a dry run.")
        }
        return lines
    }
}
