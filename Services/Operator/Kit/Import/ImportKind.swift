/// What a file of a directory import holds; the file's name says it (`units.csv`).
///
/// Columns are found by their header, in any order. A column that is not there leaves what is stored; an empty cell empties it.
/// Docs: docs/operations.md, "The directory".
enum ImportKind: String, Sendable, CaseIterable {
    // In the order in which they refer to each other.
    case agencies, categories, areas, units, jurisdictions, boundaries, responsibilities

    /// A column: its name, what a cell may be, what an empty cell or a missing column of a new row means.
    struct Column: Sendable {
        let name: String
        let form: CellForm
        /// `nil`: empty.
        let initial: String?
        let isRequired: Bool

        init(_ name: String, _ form: CellForm, initial: String? = nil, required: Bool = false) {
            self.name = name
            self.form = form
            self.initial = initial
            isRequired = required
        }
    }

    var columns: [Column] {
        switch self {
        case .agencies:
            [
                .init("code", .agency, required: true), .init("name", .text(200), required: true),
                .init("number", .number(1...999_999_999)), .init("prefix", .prefix), .init("parent", .agency),
                .init("calendar", .text(60)), .init("intake_url", .text(500)), .init("hosted_on", .text(100)),
                .init("area_code", .area), .init("email", .text(254)),
                .init("is_arbiter", .flag, initial: "false"), .init("is_coordinator", .flag, initial: "false"),
                .init("is_triage", .flag, initial: "false"), .init("joined", .flag, initial: "true"),
            ]
        case .categories:
            [
                .init("code", .category, required: true), .init("name_id", .text(120), required: true),
                .init("name_en", .text(120), required: true),
            ] + Self.period
        case .areas:
            [
                .init("code", .area, required: true), .init("name", .text(120), required: true),
                .init("code_system", .text(40), initial: "kemendagri"), .init("level", .number(0...4)),
                .init("parent", .area), .init("successors", .list(50, 20), initial: ""), .init("geojson", .polygon),
            ] + Self.period
        case .units:
            [
                .init("code", .unit, required: true), .init("name", .text(200), required: true),
                .init("agency", .agency), .init("parent", .office), .init("calendar", .text(60)),
                .init("area_code", .area), .init("email", .text(254)), .init("duties", .text(4000)),
                .init("dangers", .dangers, initial: ""), .init("duty_phone", .phone),
                .init("is_arbiter", .flag, initial: "false"), .init("is_coordinator", .flag, initial: "false"),
                .init("is_triage", .flag, initial: "false"), .init("joined", .flag, initial: "true"),
            ] + Self.period
        case .jurisdictions:
            [
                .init("agency", .agency, required: true), .init("office", .unit),
                .init("area_code", .area, required: true),
            ] + Self.period
        case .boundaries:
            [
                .init("agency", .agency, required: true), .init("office", .unit),
                .init("name", .text(120), required: true), .init("geojson", .polygon, required: true),
            ] + Self.period
        case .responsibilities:
            [
                .init("office", .office, required: true), .init("category", .category, required: true),
                .init("area_code", .area),
            ] + Self.period
        }
    }

    /// Columns that together say which row it is.
    var key: [String] {
        switch self {
        case .agencies, .categories, .units: ["code"]
        case .areas: ["code", "code_system", "valid_from"]
        case .jurisdictions: ["agency", "office", "area_code", "valid_from"]
        case .boundaries: ["agency", "office", "name", "valid_from"]
        case .responsibilities: ["office", "category", "area_code", "valid_from"]
        }
    }

    /// Whether several rows may say the same of different times.
    var isDated: Bool { key.contains("valid_from") }

    /// The agency that a row belongs to; `nil` for what belongs to all.
    func agency(of row: ImportRow.Values) -> String? {
        switch self {
        case .agencies: row["code"] ?? nil
        case .categories, .areas: nil
        case .jurisdictions, .boundaries: row["agency"] ?? nil
        case .units: (row["code"] ?? nil).map { String($0.prefix { $0 != "/" }) }
        case .responsibilities: (row["office"] ?? nil).map { String($0.prefix { $0 != "/" }) }
        }
    }

    private static let period: [Column] = [
        .init("valid_from", .day, initial: "2000-01-01"), .init("valid_to", .day),
    ]
}
