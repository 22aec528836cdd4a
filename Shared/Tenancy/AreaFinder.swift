import Postgres

/// Finds administrative areas by place and by code, with the database's geometry.
public struct AreaFinder: Sendable {
    /// An administrative area, and who is in charge of it.
    public struct Area: Sendable, Hashable, Codable {
        /// Dotted code, such as `64.09.04`.
        public let code: String
        public let name: String
        /// 0 country, 1 province, 2 regency, 3 district, 4 village.
        public let level: Int
        /// Number of the agency in charge: that of the longest jurisdiction that the area lies in.
        public let agency: Int?
    }

    private let database: AgencyDatabase

    public init(database: AgencyDatabase) {
        self.database = database
    }

    /// The most specific area at a point, WGS 84 degrees; `nil` at sea and abroad.
    public func area(latitude: Double, longitude: Double, in scope: AgencyScope) async throws -> Area? {
        try await database.query(
            scope,
            """
            SELECT code, name, level::int8 AS level, agency::int8 AS agency
            FROM directory.area_at(\(latitude), \(longitude)) WHERE code IS NOT NULL
            """
        ).first.map(Area.init(row:))
    }

    /// The area of a code that is valid today.
    public func area(code: String, in scope: AgencyScope) async throws -> Area? {
        try await database.query(
            scope,
            """
            SELECT code, name, level::int8 AS level, directory.agency_of_area(code)::int8 AS agency
            FROM directory.area
            WHERE code = \(code) AND valid_from <= current_date AND (valid_to IS NULL OR valid_to > current_date)
            ORDER BY valid_from DESC LIMIT 1
            """
        ).first.map(Area.init(row:))
    }

    /// Codes of all areas that are valid today, by code.
    public func codes(in scope: AgencyScope) async throws -> [String] {
        try await database.query(
            scope,
            """
            SELECT DISTINCT code FROM directory.area
            WHERE valid_from <= current_date AND (valid_to IS NULL OR valid_to > current_date) ORDER BY code
            """
        ).map { try $0.decode("code", as: String.self) }
    }

    /// Areas directly below one, or the provinces, by code; for lists to choose from.
    public func areas(below parent: String?, in scope: AgencyScope) async throws -> [Area] {
        try await database.query(
            scope,
            """
            SELECT code, name, level::int8 AS level, directory.agency_of_area(code)::int8 AS agency
            FROM directory.area
            WHERE parent IS NOT DISTINCT FROM \(parent)
                AND valid_from <= current_date AND (valid_to IS NULL OR valid_to > current_date)
            ORDER BY code
            """
        ).map(Area.init(row:))
    }
}

extension AreaFinder.Area {
    fileprivate init(row: PostgresRow) throws {
        self.init(
            code: try row.decode("code", as: String.self), name: try row.decode("name", as: String.self),
            level: try row.decode("level", as: Int.self), agency: try row.decodeIfPresent("agency", as: Int.self))
    }
}
