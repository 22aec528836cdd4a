import Postgres

/// The one lease that makes any number of copies act as one: a row that its holder keeps renewing.
struct PlatformLease: Sendable {
    /// Names this copy.
    let holder: String
    /// How long a copy that died keeps the others waiting.
    static let seconds = 15

    /// Takes the lease or renews it. The database's clock is the only one.
    /// - Returns: Whether this copy holds it now.
    func renew(in database: some PostgresQueryable) async throws -> Bool {
        let seconds = Double(Self.seconds)
        let rows = try await database.query(
            """
            INSERT INTO platform.lease AS l (name, holder, expires)
            VALUES ('platform', \(holder), clock_timestamp() + make_interval(secs => \(seconds)))
            ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires = excluded.expires
            WHERE l.holder = excluded.holder OR l.expires < clock_timestamp()
            RETURNING holder
            """)
        return !rows.isEmpty
    }

    /// Gives the lease back, so that another copy need not wait.
    func release(in database: some PostgresQueryable) async throws {
        try await database.execute(
            "UPDATE platform.lease SET expires = clock_timestamp() WHERE name = 'platform' AND holder = \(holder)")
    }
}
