import Postgres
import Tenancy

/// Finds out under which roles a process works.
struct NodeAgencies {
    let client: PostgresClient
    let service: ServiceName

    /// The roles of this service that a host's login may take. The catalogue is readable by every login, also by one
    /// that inherits nothing.
    func roles() async throws -> [Int: PostgresIdentifier] {
        let rows = try await client.query(
            """
            SELECT r.rolname::text AS name
            FROM pg_catalog.pg_auth_members m
            JOIN pg_catalog.pg_roles r ON r.oid = m.roleid
            JOIN pg_catalog.pg_roles me ON me.oid = m.member
            WHERE me.rolname = session_user
            """)
        var roles: [Int: PostgresIdentifier] = [:]
        for row in rows {
            let parts = try row.decode("name", as: String.self).split(separator: "_")
            guard parts.count == 3, parts[0] == "s", parts[2] == service.rawValue, let number = Int(parts[1]) else {
                continue
            }
            roles[number] = AgencyScope.role(number: number, service: service)
        }
        return roles
    }

    /// The scopes of the configured agencies.
    /// - Throws: `StartupError`.
    static func scopes(
        codes: [String], roles: [Int: PostgresIdentifier]?, directory: Directory, service: ServiceName
    ) throws(StartupError) -> [AgencyScope] {
        var scopes: [AgencyScope] = []
        for code in codes {
            guard let agency = directory.agency(code: code) else { throw .unknownAgency(code) }
            if let roles, roles[agency.number] == nil { throw .notMember(agency: code) }
            scopes.append(AgencyScope(number: agency.number, code: code, service: service, hosted: roles != nil))
        }
        return scopes
    }
}
