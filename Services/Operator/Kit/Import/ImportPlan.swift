import SinergiCore

/// What a file would change, row by row.
struct ImportPlan: Sendable {
    private(set) var results: [ImportReport.Result] = []
    /// Whole rows to store, those of ended ones too.
    private(set) var writes: [ImportRow.Values] = []

    private let kind: ImportKind
    private let state: ImportState
    /// Rows as they will be: what is stored and, over it, what the file says.
    private var after: [String: ImportRow.Values]
    private var rowByKey: [String: Int] = [:]

    /// - Parameter endMissing: End what is stored and valid and does not stand in the file, of agencies that do.
    init(_ file: ImportFile, state: ImportState, endMissing: Bool) {
        kind = file.kind
        self.state = state
        after = state.rows
        var merged: [(row: ImportRow, key: String, values: ImportRow.Values)] = []
        var nextNumber = (state.agencies.values.max() ?? 0) + 1
        for row in file.rows {
            var values = completed(row.given)
            if kind == .agencies, (values["number"] ?? nil) == nil {
                values.updateValue(String(nextNumber), forKey: "number")
                nextNumber += 1
            }
            merged.append((row, ImportState.key(kind, values), values))
        }
        for entry in merged where entry.row.faults.isEmpty {
            if rowByKey[entry.key] == nil {
                rowByKey[entry.key] = entry.row.number
                after[entry.key] = entry.values
            }
        }
        let check = ImportCheck(kind: kind, state: state, after: after)
        for entry in merged {
            var faults = entry.row.faults
            var warnings: [String] = []
            if faults.isEmpty {
                if let first = rowByKey[entry.key], first != entry.row.number {
                    faults.append(.init("bad_format", "Row \(first) is about the same. Keep one of the two."))
                } else {
                    (faults, warnings) = check.judge(entry.values, key: entry.key)
                }
            }
            add(entry.row.number, entry.key, entry.values, faults, warnings)
        }
        // Categories and areas are everybody's: a file of some of them must not end all the others.
        if endMissing, ![.agencies, .categories, .areas].contains(kind) { end() }
    }

    private mutating func add(
        _ row: Int, _ key: String, _ values: ImportRow.Values, _ faults: [ImportFault], _ warnings: [String]
    ) {
        let stored = state.rows[key]
        let action: ImportReport.Action =
            if !faults.isEmpty {
                .refused
            } else if stored == nil {
                .created
            } else {
                stored.map { same($0, values) } == true ? .unchanged : .updated
            }
        results.append(.init(row: row, key: key, action: action, faults: faults, warnings: warnings))
        if action == .created || action == .updated { writes.append(values) }
    }

    private func same(_ stored: ImportRow.Values, _ values: ImportRow.Values) -> Bool {
        kind.columns.allSatisfy { (stored[$0.name] ?? nil) == (values[$0.name] ?? nil) }
    }

    /// The row as it will be: what is stored, else what a new one begins with, and over it what the file says.
    private func completed(_ given: ImportRow.Values) -> ImportRow.Values {
        var keyed = given
        for column in kind.columns where kind.key.contains(column.name) && keyed[column.name] == nil {
            keyed.updateValue(column.initial, forKey: column.name)
        }
        var values = state.rows[ImportState.key(kind, keyed)] ?? [:]
        for column in kind.columns where values[column.name] == nil {
            values.updateValue(column.initial, forKey: column.name)
        }
        for (name, value) in keyed { values.updateValue(value, forKey: name) }
        for (name, value) in derived(values) where (values[name] ?? nil) == nil {
            values.updateValue(value, forKey: name)
        }
        return values
    }

    /// What follows from the rest where the file leaves it open.
    private func derived(_ values: ImportRow.Values) -> [String: String?] {
        let code = (values["code"] ?? nil) ?? ""
        switch kind {
        case .agencies:
            let above = (values["parent"] ?? nil).flatMap { state.rows[$0]?["calendar"] ?? nil }
            let prefix = String(code.filter { $0 != "-" }.prefix(8))
            return ["prefix": prefix, "calendar": above ?? (state.calendars.contains("ID") ? "ID" : nil)]
        case .units:
            let agency = String(code.prefix { $0 != "/" })
            return ["agency": agency, "parent": agency, "calendar": state.offices[agency]?.calendar]
        case .areas:
            let parts = code.split(separator: ".")
            let above = parts.dropLast().joined(separator: ".")
            return ["level": String(min(parts.count, 4)), "parent": above.isEmpty ? nil : above]
        case .categories, .jurisdictions, .boundaries, .responsibilities: return [:]
        }
    }

    /// Ends what is stored, valid, and not in the file.
    private mutating func end() {
        let agencies = Set(rowByKey.keys.compactMap { after[$0].flatMap(kind.agency) })
        for (key, stored) in state.rows.sorted(by: { $0.key < $1.key }) where rowByKey[key] == nil {
            guard stored["valid_from"] != nil, ((stored["valid_to"] ?? nil) ?? "9999-12-31") > state.today else {
                continue
            }
            if let agency = kind.agency(of: stored), !agencies.contains(agency) { continue }
            var values = stored
            values.updateValue(max(state.today, (stored["valid_from"] ?? nil) ?? ""), forKey: "valid_to")
            results.append(.init(row: nil, key: key, action: .ended, faults: [], warnings: []))
            writes.append(values)
        }
    }
}
