import Tenancy

/// Whose place it is, by the directory's jurisdictions.
struct Territory: Sendable {
    /// The agency that receives what happens at a place.
    struct Owner: Sendable {
        let agency: Directory.Agency
        /// The area that its jurisdiction names.
        let area: String
        /// Regency, city or below; a whole province is too wide to act on without a person.
        var isLocal: Bool { area.contains(".") }
    }

    private let jurisdictions: [Directory.Jurisdiction]
    private let directory: Directory

    init(directory: Directory) {
        self.directory = directory
        jurisdictions = directory.jurisdictions
    }

    /// The agency with the narrowest jurisdiction around an area; ties go to the lower number, as in the database.
    func owner(of area: String) -> Owner? {
        guard
            let best = jurisdictions.filter({ Self.contains($0.area, area) })
                .max(by: { ($0.area.utf8.count, $1.agency) < ($1.area.utf8.count, $0.agency) }),
            let agency = directory.agencies[best.agency]
        else { return nil }
        return Owner(agency: agency, area: best.area)
    }

    /// Whether an agency has a territory and the area lies outside it. A body without territory serves everywhere.
    func isOutside(_ area: String, of agency: Int) -> Bool {
        let own = jurisdictions.filter { $0.agency == agency }
        return !own.isEmpty && !own.contains { Self.contains($0.area, area) }
    }

    /// Units of an agency that serve the area, narrowest first.
    func units(of agency: Int, serving area: String) -> [Directory.Office] {
        jurisdictions
            .filter { $0.agency == agency && $0.office != nil && Self.contains($0.area, area) }
            .sorted { $0.area.utf8.count > $1.area.utf8.count }
            .compactMap { $0.office.flatMap { directory.offices[$0] } }
            .filter { $0.active && $0.joined }
    }

    private static func contains(_ outer: String, _ inner: String) -> Bool {
        inner == outer || inner.hasPrefix(outer + ".")
    }
}
