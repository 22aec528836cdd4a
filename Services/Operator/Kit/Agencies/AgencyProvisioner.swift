public import Foundation
private import Identity
public import Postgres
public import Tenancy

/// Makes an agency's roles, logins, keys and directory entries. Everything may be done again without harm.
///
/// Own node: `s_<number>_<service>` are logins. Host: they are roles without login, of which the host's logins
/// `h_<host>_<service>` are NOINHERIT members, so that a transaction must take one agency's role and no more.
public struct AgencyProvisioner: Sendable {
    /// What a provisioned agency needs to run.
    public struct Provisioned: Sendable, Hashable {
        public let number: Int
        /// Login name by service: the agency's own, or the host's.
        public let logins: [ServiceName: String]
    }

    private let client: PostgresClient
    private let connectionLimit: Int

    /// - Parameters:
    ///   - client: Logged in as the migrator.
    ///   - connectionLimit: For each login; copies of a service share it.
    public init(client: PostgresClient, connectionLimit: Int = 24) {
        self.client = client
        self.connectionLimit = connectionLimit
    }

    /// - Parameters:
    ///   - code: An agency of the directory.
    ///   - node: The node's name; its lower-case form names a host's logins.
    ///   - hosted: Whether the node is a host of several agencies.
    ///   - keys: Folder for the agency's private keys; those that are there stay.
    ///   - credentials: Where passwords are kept.
    /// - Throws: `OperatorError` for an agency that the directory does not have.
    public func provision(
        code: String, node: String, hosted: Bool, keys: URL, credentials: inout Credentials
    ) async throws -> Provisioned {
        let rows = try await client.query("SELECT number::int8 AS number FROM directory.agency WHERE code = \(code)")
        guard let row = rows.first else {
            throw OperatorError("The directory has no agency \(code). Load the directory first.")
        }
        let number = try row.decode("number", as: Int.self)
        var logins: [ServiceName: String] = [:]
        for service in ServiceName.allCases {
            let role = AgencyScope.role(number: number, service: service)
            try await ensure(role: role, login: !hosted)
            try await grant(PostgresIdentifier("sinergi_\(service.rawValue)"), to: role)
            var login = role
            if hosted {
                login = PostgresIdentifier("h_\(node.lowercased())_\(service.rawValue)")
                try await ensure(role: login, login: true)
                try await client.execute("ALTER ROLE \(identifier: login) NOINHERIT")
                try await grant(role, to: login)
            }
            try await setPassword(try credentials.password(of: login.name), of: login)
            logins[service] = login.name
        }
        try await client.execute(
            "UPDATE directory.agency SET hosted_on = \(hosted ? node : nil) WHERE number = \(number)::int8")
        try await publishKeys(code: code, number: number, folder: keys)
        return Provisioned(number: number, logins: logins)
    }

    /// Lets a hosted agency's role log in, for checks from outside that need a login of exactly this agency.
    public func allowLogin(
        number: Int, service: ServiceName, credentials: inout Credentials
    ) async throws -> String {
        let role = AgencyScope.role(number: number, service: service)
        try await client.execute("ALTER ROLE \(identifier: role) LOGIN")
        try await setPassword(try credentials.password(of: role.name), of: role)
        return role.name
    }

    /// Sets the password of any login from the credentials, for the platform's own.
    public func setPassword(ofLogin login: String, credentials: inout Credentials) async throws {
        try await setPassword(try credentials.password(of: login), of: PostgresIdentifier(login))
    }

    private func ensure(role: PostgresIdentifier, login: Bool) async throws {
        let found = try await client.query("SELECT 1 AS found FROM pg_roles WHERE rolname = \(role.name)")
        if found.isEmpty {
            do {
                try await client.execute("CREATE ROLE \(identifier: role) NOLOGIN")
            } catch PostgresError.SQLState.duplicateObject {
                // Another operator was faster; the role is there.
            }
        }
        if login {
            // ALTER ROLE takes no parameters, so the limit reaches it through a setting of this transaction.
            let settings = [
                PostgresSetting("sinergi.login", role.name), PostgresSetting("sinergi.limit", String(connectionLimit)),
            ]
            try await client.withTransaction(PostgresTransactionOptions(settings: settings)) { transaction in
                _ = try await transaction.query(
                    """
                    DO $$ BEGIN
                        EXECUTE format('ALTER ROLE %I LOGIN CONNECTION LIMIT %s', current_setting('sinergi.login'),
                            current_setting('sinergi.limit')::int);
                        EXECUTE format('ALTER ROLE %I SET idle_in_transaction_session_timeout = ''15s''',
                            current_setting('sinergi.login'));
                    END $$
                    """)
            }
        }
    }

    private func grant(_ group: PostgresIdentifier, to member: PostgresIdentifier) async throws {
        try await client.execute("GRANT \(identifier: group) TO \(identifier: member)")
    }

    /// A password must stand as a literal in ALTER ROLE; inside DO it appears in no log of statements.
    private func setPassword(_ password: String, of role: PostgresIdentifier) async throws {
        let settings = [PostgresSetting("sinergi.login", role.name), PostgresSetting("sinergi.password", password)]
        try await client.withTransaction(PostgresTransactionOptions(settings: settings)) { transaction in
            _ = try await transaction.query(
                """
                DO $$ BEGIN
                    EXECUTE format('ALTER ROLE %I PASSWORD %L', current_setting('sinergi.login'),
                        current_setting('sinergi.password'));
                END $$
                """)
        }
    }

    private func publishKeys(code: String, number: Int, folder: URL) async throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let keys: AgencyKeys
        if FileManager.default.fileExists(atPath: folder.appending(path: "\(code).signing.pem").path) {
            keys = try AgencyKeys(agency: code, directory: folder)
        } else {
            keys = AgencyKeys.generate(agency: code)
            try keys.write(to: folder)
        }
        let published = [
            ("signing", try keys.signingKid(), try keys.signingPublicPEM()),
            ("sealing", try keys.sealingKid(), Data(try keys.sealingPublic()).base64EncodedString()),
        ]
        for (purpose, kid, text) in published {
            try await client.execute(
                """
                INSERT INTO directory.agency_key (agency, kid, purpose, public_key)
                VALUES (\(number)::int8, \(kid), \(purpose), \(text))
                ON CONFLICT (agency, kid) DO NOTHING
                """)
        }
    }
}
