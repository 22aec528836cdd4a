/// What a row must fit: what it names, the tree it stands in, and the other times of the same thing.
struct ImportCheck {
    private let kind: ImportKind
    private let state: ImportState
    private let after: [String: ImportRow.Values]
    /// Code to the code above it, as it will be.
    private let above: [String: String]
    /// Rows that differ only in their time.
    private let siblings: [String: [ImportRow.Values]]
    /// Agencies' own jurisdictions by area.
    private let claims: [String: [ImportRow.Values]]
    /// Codes of all areas, as they will be.
    private let areas: Set<String>

    init(kind: ImportKind, state: ImportState, after: [String: ImportRow.Values]) {
        self.kind = kind
        self.state = state
        self.after = after
        var above: [String: String] = kind == .units ? state.offices.compactMapValues(\.parent) : [:]
        if kind == .agencies || kind == .units {
            for values in after.values {
                guard let code = values["code"] ?? nil else { continue }
                above[code] = values["parent"] ?? nil
            }
        }
        self.above = above
        areas = kind == .areas ? Set(after.values.compactMap { $0["code"] ?? nil }) : state.areas
        siblings = kind.isDated ? Dictionary(grouping: after.values) { Self.undated(kind, $0) } : [:]
        claims =
            kind == .jurisdictions
            ? Dictionary(grouping: after.values.filter { ($0["office"] ?? nil) == nil }) {
                ($0["area_code"] ?? nil) ?? ""
            } : [:]
    }

    func judge(_ values: ImportRow.Values, key: String) -> (faults: [ImportFault], warnings: [String]) {
        var faults = period(values) + references(values)
        var warnings: [String] = []
        switch kind {
        case .agencies: faults += agency(values, key)
        case .units: faults += unit(values)
        case .categories: faults += category(values)
        case .areas: warnings += successors(values)
        case .jurisdictions: warnings += rivals(values)
        case .boundaries, .responsibilities: break
        }
        if faults.isEmpty, let other = overlap(values) {
            faults.append(
                .init(
                    "bad_format", "Another row of the same holds from \(other). Let the earlier one end before.",
                    column: "valid_from"))
        }
        return (faults, warnings)
    }

    // MARK: What every kind has

    private func period(_ values: ImportRow.Values) -> [ImportFault] {
        guard let from = values["valid_from"] ?? nil, let to = values["valid_to"] ?? nil, to < from else { return [] }
        return [.init("bad_format", "It would end (\(to)) before it begins (\(from)).", column: "valid_to")]
    }

    private func references(_ values: ImportRow.Values) -> [ImportFault] {
        var faults: [ImportFault] = []
        func demand(_ column: String, _ code: String, _ isKnown: (String) -> Bool, _ detail: String) {
            guard kind.key != [column], let value = values[column] ?? nil, !isKnown(value) else { return }
            faults.append(.init(code, "“\(value.prefix(60))” is unknown. \(detail)", column: column))
        }
        let file = kind == .units ? "units.csv" : "agencies.csv or units.csv"
        demand("agency", "unknown_office", { state.agencies[$0] != nil }, "Put the agency into agencies.csv.")
        demand("office", "unknown_office", { state.offices[$0] != nil }, "Put the office into \(file).")
        demand("calendar", "bad_format", { state.calendars.contains($0) }, "Load the calendar first.")
        if kind != .areas {
            demand("area_code", "unknown_area", areas.contains, "Put the area into areas.csv.")
        }
        demand("category", "unknown_category", { state.categories.contains($0) }, "Put it into categories.csv.")
        if kind == .agencies || kind == .units {
            demand(
                "parent", "unknown_office", { after[$0] != nil || kind == .units && state.offices[$0] != nil },
                "Put it into \(kind.rawValue).csv.")
        }
        if let office = values["office"] ?? nil, let agency = values["agency"] ?? nil,
            office.prefix(while: { $0 != "/" }) != agency
        {
            faults.append(.init("unknown_office", "\(office) is no unit of \(agency).", column: "office"))
        }
        return faults
    }

    private func overlap(_ values: ImportRow.Values) -> String? {
        guard kind.isDated, let from = values["valid_from"] ?? nil else { return nil }
        let to = (values["valid_to"] ?? nil) ?? "9999-12-31"
        for other in siblings[Self.undated(kind, values)] ?? [] {
            guard let start = other["valid_from"] ?? nil, start != from else { continue }
            if start < to, from < (other["valid_to"] ?? nil) ?? "9999-12-31" { return start }
        }
        return nil
    }

    private static func undated(_ kind: ImportKind, _ values: ImportRow.Values) -> String {
        kind.key.filter { $0 != "valid_from" }.map { (values[$0] ?? nil) ?? "" }.joined(separator: " ")
    }

    /// The codes from one to itself, where the tree would bite its tail.
    private func cycle(from code: String) -> [String]? {
        var path = [code]
        var seen: Set<String> = [code]
        while let last = path.last, let next = above[last] {
            path.append(next)
            if next == code { return path }
            guard seen.insert(next).inserted else { return nil }
        }
        return nil
    }

    private func noCycle(_ values: ImportRow.Values) -> [ImportFault] {
        guard let code = values["code"] ?? nil, let path = cycle(from: code) else { return [] }
        let shown = path.prefix(10).joined(separator: " → ")
        return [.init("bad_format", "The tree would run in a circle: \(shown).", column: "parent")]
    }

    // MARK: What single kinds have

    private func agency(_ values: ImportRow.Values, _ key: String) -> [ImportFault] {
        var faults = noCycle(values)
        for column in ["number", "prefix"] {
            let value = values[column] ?? nil
            if let stored = state.rows[key], (stored[column] ?? nil) != value {
                faults.append(
                    .init(
                        "bad_format",
                        "It is \((stored[column] ?? nil) ?? "") and never changes: roles and tracking codes bear it.",
                        column: column))
            } else if after.contains(where: { $0.key != key && ($0.value[column] ?? nil) == value }) {
                faults.append(.init("bad_format", "Another agency has it.", column: column))
            }
        }
        if (values["calendar"] ?? nil) == nil {
            faults.append(.init("required", "Name its working calendar.", column: "calendar"))
        }
        return faults
    }

    private func unit(_ values: ImportRow.Values) -> [ImportFault] {
        let code = (values["code"] ?? nil) ?? ""
        let own = String(code.prefix { $0 != "/" })
        var faults: [ImportFault] = []
        if let agency = values["agency"] ?? nil, agency != own {
            faults.append(
                .init("bad_format", "By its code it is a unit of \(own), not of \(agency).", column: "agency"))
        }
        if let parent = values["parent"] ?? nil, parent.prefix(while: { $0 != "/" }) != own {
            faults.append(
                .init(
                    "unknown_office", "\(parent) belongs to another agency; units stand under their own.",
                    column: "parent"))
        }
        if (values["calendar"] ?? nil) == nil {
            faults.append(.init("required", "Name its working calendar.", column: "calendar"))
        }
        return faults.isEmpty ? noCycle(values) : faults
    }

    private func category(_ values: ImportRow.Values) -> [ImportFault] {
        let code = (values["code"] ?? nil) ?? ""
        guard code.contains("."), after[String(code.prefix { $0 != "." })] == nil else { return [] }
        return [
            .init("unknown_category", "Put its group “\(code.prefix { $0 != "." })” into the file too.", column: "code")
        ]
    }

    private func successors(_ values: ImportRow.Values) -> [String] {
        let codes = ((values["successors"] ?? nil) ?? "").split(separator: "|").map(String.init)
        var warnings = codes.filter { !areas.contains($0) }.map { "Its successor \($0) is no known area yet." }
        if !codes.isEmpty, (values["valid_to"] ?? nil) == nil {
            warnings.append("It has successors but no end: they count from valid_to on.")
        }
        return warnings
    }

    private func rivals(_ values: ImportRow.Values) -> [String] {
        guard (values["office"] ?? nil) == nil, let agency = values["agency"] ?? nil,
            let area = values["area_code"] ?? nil
        else { return [] }
        let from = (values["valid_from"] ?? nil) ?? ""
        let to = (values["valid_to"] ?? nil) ?? "9999-12-31"
        let others = (claims[area] ?? []).filter { other in
            (other["agency"] ?? nil) != agency && ((other["valid_from"] ?? nil) ?? "") < to
                && from < (other["valid_to"] ?? nil) ?? "9999-12-31"
        }
        let codes = others.compactMap { $0["agency"] ?? nil }.sorted()
        return codes.isEmpty
            ? [] : ["\(codes.joined(separator: ", ")) has this area too; the agency with the lower number counts."]
    }
}
