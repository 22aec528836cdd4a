import Tenancy

/// Whose place it is, by the directory's jurisdictions.
struct Territory: Sendable {
    /// The agency that receives what happens at a place.
    struct Owner: Sendable {
        let agency: Directory.Agency
        /// The area that its jurisdiction names, or the name of a boundary.
        let area: String
        /// Regency, city or below, or drawn for the very place; a whole province is too wide to act on without a person.
        let isLocal: Bool
    }

    private let jurisdictions: [Directory.Jurisdiction]
    private let directory: Directory
    private let boundaries: [ReceivedPlace.Boundary]

    init(directory: Directory, place: ReceivedPlace = ReceivedPlace()) {
        self.directory = directory
        jurisdictions = place.day.map(directory.jurisdictions(on:)) ?? directory.jurisdictions
        boundaries = place.boundaries
    }

    /// The agency whose smallest boundary surrounds the point, else that with the narrowest own jurisdiction around the area;
    /// ties go to the lower number. The same choice as the database's `directory.owner_of`.
    func owner(of area: String) -> Owner? {
        if let drawn, let agency = directory.agencies[drawn.agency] {
            return Owner(agency: agency, area: drawn.name, isLocal: true)
        }
        guard
            let best = jurisdictions.filter({ $0.office == nil && Self.contains($0.area, area) })
                .max(by: { ($0.area.utf8.count, $1.agency) < ($1.area.utf8.count, $0.agency) }),
            let agency = directory.agencies[best.agency]
        else { return nil }
        return Owner(agency: agency, area: best.area, isLocal: best.area.contains("."))
    }

    /// Whether an agency has a territory and the area lies outside it. A body without territory serves everywhere.
    func isOutside(_ area: String, of agency: Int) -> Bool {
        if let drawn { return drawn.agency != agency }
        let own = jurisdictions.filter { $0.agency == agency }
        return !own.isEmpty && !own.contains { Self.contains($0.area, area) }
    }

    /// Units of an agency that serve the area, narrowest first.
    func units(of agency: Int, serving area: String) -> [Directory.Office] {
        let drawn = boundaries.filter { $0.agency == agency }.compactMap(\.office)
        let named =
            jurisdictions
            .filter { $0.agency == agency && $0.office != nil && Self.contains($0.area, area) }
            .sorted { $0.area.utf8.count > $1.area.utf8.count }
            .compactMap(\.office)
        return (drawn + named.filter { !drawn.contains($0) })
            .compactMap { directory.offices[$0] }
            .filter { $0.active && $0.joined }
    }

    /// The smallest boundary around the point that is an agency's own.
    private var drawn: ReceivedPlace.Boundary? { boundaries.first { $0.office == nil } }

    private static func contains(_ outer: String, _ inner: String) -> Bool {
        inner == outer || inner.hasPrefix(outer + ".")
    }
}
