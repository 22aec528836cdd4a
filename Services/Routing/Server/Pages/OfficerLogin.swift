import Foundation
import Identity
import Postgres
import ServiceKit
import SinergiCore
import Synchronization
import Tenancy

/// Lets officers in by user name and password.
///
/// An unknown name takes as long as a wrong password. Attempts are limited by address and, apart from that, by name: many
/// officers share one address, and one name can be tried from many.
struct OfficerLogin: Sendable {
    /// How long a session lasts: a working day.
    static let duration: Duration = .seconds(10 * 3600)

    private let database: AgencyDatabase
    private let issuers: [String: TokenIssuer]
    private let byAddress = RateLimiter(perMinute: 30)
    private let byName = RateLimiter(perMinute: 10)

    init(database: AgencyDatabase, issuers: [String: TokenIssuer]) {
        self.database = database
        self.issuers = issuers
    }

    /// The session of whoever knows the password; `nil` for anybody else.
    /// - Throws: 429 after too many attempts.
    func session(username: String, password: String, address: String?, scope: AgencyScope) async throws -> Session? {
        let name = username.lowercased().filter { !$0.isWhitespace }
        for allowance in [byAddress.take("\(scope.code) \(address ?? "")"), byName.take("\(scope.code) \(name)")] {
            if let allowance, !allowance.isAllowed { throw Problem.rateLimited(retryAfter: allowance.reset) }
        }
        let officer = name.utf8.count <= 100 ? try await officer(name, scope) : nil
        guard await Passwords.verify(password, against: officer?.passwordHash), let officer,
            let principal = officer.principal(agency: scope.code), let issuer = issuers[scope.code]
        else { return nil }
        return try await issuer.session(for: principal, expiresIn: Self.duration)
    }

    private func officer(_ name: String, _ scope: AgencyScope) async throws -> OfficerRecord? {
        // One person may have several positions; the one held outright, with most roles, is the session's.
        try await database.query(
            scope,
            """
            SELECT o.id, o.name, o.password_hash, f.code AS office, p.roles
            FROM directory.officer o
            LEFT JOIN directory.position p ON p.agency = o.agency AND p.officer = o.id
                AND p.valid_from <= current_date AND (p.valid_to IS NULL OR p.valid_to > current_date)
            LEFT JOIN directory.office f ON f.id = p.office
            WHERE o.agency = directory.me() AND o.username = \(name) AND o.active
            ORDER BY p.acting, cardinality(p.roles) DESC NULLS LAST, f.code
            LIMIT 1
            """
        ).first.map { try OfficerRecord(row: $0) }
    }
}

/// An officer with the position that the session is for.
private struct OfficerRecord: Sendable {
    let id: UUID
    let name: String
    let passwordHash: String?
    let office: String?
    let roles: [String]

    init(row: PostgresRow) throws {
        id = try row.decode("id", as: UUID.self)
        name = try row.decode("name", as: String.self)
        passwordHash = try row.decodeIfPresent("password_hash", as: String.self)
        office = try row.decodeIfPresent("office", as: String.self)
        roles = try row.decodeIfPresent("roles", as: [String].self) ?? []
    }

    /// `nil` for somebody who holds no position today.
    func principal(agency: String) -> Principal? {
        guard let office, !roles.isEmpty else { return nil }
        return Principal(
            subject: id.text, name: name, agency: agency, office: office, roles: Set(roles.compactMap(Role.init)))
    }
}
