/// What a complaint is classified as: an office, or "the village (district) office of the complaint's own place".
///
/// A city of 150 wards has a handful of cases for each of them, and what they are about is the same everywhere. Learnt as
/// one class they are learnt well, and a ward is found that never had a case.
enum OfficeClass: Sendable, Hashable, Codable {
    case office(String)
    case own(PlaceLevel)
}

enum PlaceLevel: String, Sendable, Hashable, Codable, CaseIterable {
    case village, district

    private static let titles: [String: PlaceLevel] = [
        "kelurahan": .village, "desa": .village, "kampung": .village, "nagari": .village, "gampong": .village,
        "pekon": .village, "lembang": .village, "kalurahan": .village, "negeri": .village, "kecamatan": .district,
        "distrik": .district, "kapanewon": .district, "kemantren": .district,
    ]

    /// Level and place of an office that is called after its place ("Kelurahan Petung").
    static func of(officeName: String) -> (level: PlaceLevel, title: String, place: String)? {
        guard let blank = officeName.firstIndex(of: " ") else { return nil }
        let title = String(officeName[..<blank])
        guard let level = titles[title.lowercased()] else { return nil }
        let place = String(officeName[officeName.index(after: blank)...])
        return place.isEmpty ? nil : (level, title, place)
    }
}
