import Foundation
import Identity
public import Postgres
public import SinergiCore

/// An officer with a position, as tokens need it.
public struct Officer: Sendable, Hashable {
    public let id: String
    public let username: String
    public let name: String
    public let agency: String
    public let office: String
    public let roles: Set<Role>
}

/// Reads officers from the directory.
public enum Officers {
    /// All officers with a position that is valid today, by user name.
    /// - Parameter client: The migrator's, who sees every agency's officers.
    public static func all(in client: some PostgresQueryable) async throws -> [String: Officer] {
        let rows = try await client.query(
            """
            SELECT DISTINCT ON (o.username) o.id, o.username, o.name, a.code AS agency, f.code AS office, p.roles
            FROM directory.officer o
            JOIN directory.position p ON p.agency = o.agency AND p.officer = o.id
            JOIN directory.office f ON f.id = p.office
            JOIN directory.agency a ON a.number = o.agency
            WHERE o.active AND p.valid_from <= current_date AND (p.valid_to IS NULL OR p.valid_to > current_date)
            ORDER BY o.username, p.valid_from DESC
            """)
        return Dictionary(
            try rows.map { row in
                let username = try row.decode("username", as: String.self)
                let officer = Officer(
                    id: try row.decode("id", as: UUID.self).text, username: username, name: try row.decode("name"),
                    agency: try row.decode("agency"), office: try row.decode("office"),
                    roles: Set(try row.decode("roles", as: [String].self).compactMap(Role.init)))
                return (username, officer)
            }, uniquingKeysWith: { first, _ in first })
    }
}
