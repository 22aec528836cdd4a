/// Which office is the village's or district's own, by area code or by name.
public struct PlaceOffices: Sendable, Hashable, Codable {
    /// By dotted area code; from the directory.
    private var byArea: [String: String] = [:]
    /// By level and the place's name without blanks and marks.
    private var byName: [String: String] = [:]
    /// What such offices are called ("Kelurahan"), for a place whose office was never seen.
    private var titles: [String: String] = [:]

    public init() {}

    /// - Parameter area: The village's or district's code; its length tells which.
    public mutating func add(office: String, area: String) { byArea[area] = office }

    /// The class of an office: relative if it is the own office of a place.
    func officeClass(_ office: String) -> OfficeClass {
        if let area = byArea.first(where: { $0.value == office })?.key, let level = Self.level(ofArea: area) {
            return .own(level)
        }
        return PlaceLevel.of(officeName: office).map { .own($0.level) } ?? .office(office)
    }

    mutating func learn(offices: some Sequence<String>) {
        var count: [String: [String: Int]] = [:]
        for office in offices {
            guard let (level, title, place) = PlaceLevel.of(officeName: office) else { continue }
            byName[Self.key(level, place)] = office
            count[level.rawValue, default: [:]][title, default: 0] += 1
        }
        titles = count.compactMapValues { $0.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key }
    }

    /// The own office of the complaint's place; `nil` if the place is not known well enough.
    func own(_ level: PlaceLevel, _ complaint: Complaint) -> String? {
        let parts = complaint.area.split(separator: ".")
        let length = level == .village ? 4 : 3
        if parts.count >= length, let office = byArea[parts.prefix(length).joined(separator: ".")] { return office }
        let place = level == .village ? complaint.village : complaint.district
        guard !place.isEmpty else { return nil }
        // Wards of the same name carry their district's ("Wonorejo - Rungkut").
        if level == .village, let office = byName[Self.key(level, place + complaint.district)] { return office }
        if let office = byName[Self.key(level, place)] { return office }
        return titles[level.rawValue].map { "\($0) \(place)" }
    }

    private static func level(ofArea area: String) -> PlaceLevel? {
        switch area.split(separator: ".").count {
        case 4: .village
        case 3: .district
        default: nil
        }
    }

    private static func key(_ level: PlaceLevel, _ place: String) -> String {
        "\(level.rawValue)/\(place.lowercased().filter { $0.isLetter || $0.isNumber })"
    }
}
