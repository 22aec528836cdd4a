import Foundation
import Logging
import OperatorKit
import Postgres
import PostgresTesting
import SinergiCore
import Tenancy

/// One migrated database with agencies that don't trust each other, made once for all tests of the border.
///
/// Tests log in as the agencies do, so what they cannot do here, an agency cannot do in psql.
enum Border {
    /// The province: coordinator and arbiter of the regencies.
    static let province = Agency(number: 9101, code: "BPROV")
    /// The regency where complaints come in.
    static let regency = Agency(number: 9102, code: "BKABA")
    /// Its neighbour.
    static let neighbour = Agency(number: 9103, code: "BKABB")
    /// The root, arbiter of last resort.
    static let root = Agency(number: 9100, code: "BPUSAT")
    /// Knows nobody and has a part in nothing: whatever it sees is a leak.
    static let stranger = Agency(number: 9104, code: "BASING")
    /// Receives what the exchange's tests send across the border, and nothing else.
    static let receiver = Agency(number: 9105, code: "BKABC")
    static let agencies = [root, province, regency, neighbour, stranger, receiver]

    /// The login of a host that runs the neighbour and the stranger.
    static let hostLogin = "h_border_routing"

    struct Agency: Sendable {
        let number: Int
        let code: String

        func login(_ service: ServiceName) -> String { "s_\(number)_\(service.rawValue)" }
        var scope: AgencyScope { AgencyScope(number: number, code: code) }
    }

    /// Schemas whose tables and functions are ours.
    static let schemas = [
        "directory", "platform", "exchange", "casework", "intake", "notification", "analytics", "media",
    ]

    // MARK: Connections

    /// A client that is logged in as somebody; tests that change data keep to cases of their own.
    static func login<Result>(
        _ login: String, connections: Int = 2, options: String? = nil,
        _ body: (PostgresClient) async throws -> sending Result
    ) async throws -> sending Result {
        let url = try loginURL(login, try await made.value, options: options)
        return try await PostgresClient.withClient(url: url, configure: { $0.maximumConnections = connections }, body)
    }

    /// As an agency's service.
    static func `as`<Result>(
        _ agency: Agency, _ service: ServiceName = .routing, _ body: (PostgresClient) async throws -> sending Result
    ) async throws -> sending Result {
        try await login(agency.login(service), body)
    }

    /// As the superuser, who sees everything: to look at what agencies did, and to turn clocks.
    static func superuser<Result>(_ body: (PostgresClient) async throws -> sending Result) async throws
        -> sending Result
    {
        let url = try superuserURL(database: try await made.value.database)
        return try await PostgresClient.withClient(url: url, body)
    }

    // MARK: The database

    private struct Made: Sendable {
        let database: String
        let credentials: Credentials
    }

    private static let made = Task { try await ServerWideWork.alone { try await make() } }

    /// Made by the operator's own code, so that what is tested here is what agencies get.
    private static func make() async throws -> Made {
        let name = "border_\(UUID.v7().uuidString.lowercased().suffix(12))"
        let folder = FileManager.default.temporaryDirectory.appending(path: name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var credentials = try Credentials(file: folder.appending(path: "credentials.json"))
        try await PostgresClient.withClient(url: try superuserURL(database: nil)) { client in
            // What earlier runs left; one that is in use by a run beside this one stays.
            let left = try await client.query("SELECT datname FROM pg_database WHERE datname ~ '^border_[0-9a-f]{12}$'")
            for row in left {
                let old = PostgresIdentifier(try row.decode("datname", as: String.self))
                _ = try? await client.query("DROP DATABASE \(identifier: old)")
            }
            try await DatabaseSetup.ensureDatabase(name, with: client)
        }
        let logger = Logger(label: "border", factory: { _ in SwiftLogNoOpLogHandler() })
        try await PostgresClient.withClient(url: try superuserURL(database: name)) { client in
            try await DatabaseSetup.bootstrap(with: client)
            let provisioner = AgencyProvisioner(client: client)
            for login in ["sinergi_migrator", "sinergi_platform"] {
                try await provisioner.setPassword(ofLogin: login, credentials: &credentials)
            }
        }
        let migrator = try loginURL("sinergi_migrator", Made(database: name, credentials: credentials), options: nil)
        try await PostgresClient.withClient(url: migrator) { client in
            _ = try await DatabaseSetup.migrate(with: client, logger: logger)
            try await client.withConnection { connection in
                try await connection.runScript(PostgresScript(BorderFixture.directory))
                try await connection.runScript(PostgresScript(BorderFixture.calendar))
            }
            let provisioner = AgencyProvisioner(client: client)
            for agency in agencies {
                let hosted = [neighbour.number, stranger.number].contains(agency.number)
                _ = try await provisioner.provision(
                    code: agency.code, node: hosted ? "border" : agency.code, hosted: hosted, keys: folder,
                    credentials: &credentials)
                guard hosted else { continue }
                for service in ServiceName.allCases {
                    _ = try await provisioner.allowLogin(
                        number: agency.number, service: service, credentials: &credentials)
                }
            }
        }
        // The agencies' private keys are of no use here.
        try FileManager.default.removeItem(at: folder)
        return Made(database: name, credentials: credentials)
    }

    private static func superuserURL(database: String?) throws -> String {
        guard let text = ProcessInfo.processInfo.environment["SINERGI_TEST_DATABASE_URL"] else {
            throw MissingDatabase()
        }
        return database.map { (try? DatabaseAddress(text).database($0, in: text)) ?? text } ?? text
    }

    private static func loginURL(_ login: String, _ made: Made, options: String?) throws -> String {
        guard let password = made.credentials.known(login) else { throw MissingDatabase() }
        let url = try DatabaseAddress(superuserURL(database: made.database)).url(login: login, password: password)
        guard let options, var parts = URLComponents(string: url) else { return url }
        parts.queryItems = (parts.queryItems ?? []) + [URLQueryItem(name: "options", value: options)]
        return parts.string ?? url
    }

    struct MissingDatabase: Error, CustomStringConvertible {
        var description: String { "Set SINERGI_TEST_DATABASE_URL to a superuser's URL of a PostgreSQL with PostGIS." }
    }
}

/// The SQLSTATE with which work failed, or `nil` when it went well.
func failure(_ body: () async throws -> Void) async -> String? {
    do {
        try await body()
        return nil
    } catch let error as PostgresError {
        return error.sqlState?.rawValue ?? error.code.description
    } catch {
        return String(describing: error)
    }
}

extension PostgresQueryable {
    /// The first column `value` of the first row, as text.
    func text(_ sql: SQL) async throws -> String? {
        try await query(sql).first?.decodeIfPresent("value", as: String.self)
    }

    /// The first column `value` of the first row, as a number.
    func number(_ sql: SQL) async throws -> Int? {
        try await query(sql).first?.decodeIfPresent("value", as: Int.self)
    }

    /// The column `value` of all rows.
    func texts(_ sql: SQL) async throws -> [String] {
        try await query(sql).map { try $0.decode("value", as: String.self) }
    }
}
