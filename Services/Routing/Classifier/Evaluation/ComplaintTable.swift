public import Foundation

/// Complaints in a CSV file, columns found by their header: `text` and `agency`; and where they are there `id`, `kecamatan`,
/// `kelurahan`, `kelurahan_code`, `kind`, `source`, `neighborhood`, `lat`, `lon`, `category`, `created`.
public struct ComplaintTable: Sendable {
    public let ids: [String]
    public let rows: [LabelledComplaint]
    /// Columns that went into features.
    public let columnsUsed: [String]

    private static let facts = [
        "text", "kecamatan", "kelurahan", "kelurahan_code", "kind", "source", "neighborhood", "lat", "lon",
    ]

    /// - Parameters:
    ///   - withTopic: Whether the reporter's topic (`category`) may be used.
    ///   - asHoldout: The columns `agency` and `created` are not read into the complaints; `office` is for scoring only.
    public init(contentsOf file: URL, withTopic: Bool) throws {
        let table = try CSVTable(contentsOf: file)
        guard table.column("text") != nil, table.column("agency") != nil else {
            throw ClassifierError.badTable("\(file.lastPathComponent) needs the columns text and agency")
        }
        let wanted = Self.facts + (withTopic ? ["category"] : [])
        columnsUsed = wanted.filter { table.column($0) != nil }
        let used = Set(columnsUsed)
        var ids: [String] = []
        rows = table.rows.enumerated().map { number, fields in
            func value(_ name: String) -> String {
                table.column(name).map { fields[$0].trimmingCharacters(in: .whitespaces) } ?? ""
            }
            func fact(_ name: String) -> String { used.contains(name) ? value(name) : "" }
            ids.append(table.column("id").map { fields[$0] } ?? String(number + 1))
            var point: Complaint.Point?
            if let latitude = Double(fact("lat")), let longitude = Double(fact("lon")) {
                point = .init(latitude: latitude, longitude: longitude)
            }
            return LabelledComplaint(
                complaint: Complaint(
                    text: fact("text"), village: fact("kelurahan"), district: fact("kecamatan"),
                    area: fact("kelurahan_code"), kind: fact("kind"), channel: fact("source"), topic: fact("category"),
                    neighbourhood: fact("neighborhood"), point: point),
                office: value("agency"), order: value("created"))
        }
        self.ids = ids
    }
}
