import Foundation
import Identity
public import Logging
import Postgres
import SinergiCore
import Tenancy

/// Makes an empty PostgreSQL server into the demo: database, directory, logins, keys, settings, `run.env`.
///
/// Every step may be done again: a second run keeps keys and passwords and brings the rest up to date.
public struct DemoPreparation: Sendable {
    private let layout: DemoLayout
    private let adminURL: String
    private let logger: Logger

    /// - Parameter adminURL: A superuser's address; the database that it names is made if it is missing.
    public init(layout: DemoLayout, adminURL: String, logger: Logger) {
        self.layout = layout
        self.adminURL = adminURL
        self.logger = logger
    }

    /// - Parameter report: Told about every step in a line for people.
    public func run(report: (String) -> Void) async throws {
        try layout.makeFolders()
        var credentials = try Credentials(file: layout.credentials)
        let address = try DatabaseAddress(adminURL)
        let plaintext = layout.containers

        try await session(address.database("postgres", in: adminURL)) { admin in
            try await DatabaseSetup.ensureDatabase(address.databaseName, with: admin)
        }
        let owners = ["sinergi_migrator", "sinergi_platform"]
        for login in owners + ["channels", "channels-verify", "channels-access"] {
            _ = try credentials.password(of: login)
        }
        let known = credentials
        credentials = try await session(adminURL) { admin in
            try await DatabaseSetup.bootstrap(with: admin)
            var credentials = known
            let provisioner = AgencyProvisioner(client: admin)
            for login in owners { try await provisioner.setPassword(ofLogin: login, credentials: &credentials) }
            return credentials
        }

        let migratorURL = address.url(login: owners[0], password: try credentials.password(of: owners[0]))
        let password = try credentials.typedPassword(of: "demo")
        let prepared = credentials
        let environment = try await DatabaseSession.with(migratorURL, allowsPlaintext: plaintext, logger: logger) {
            migrator in
            for step in try await DatabaseSetup.migrate(with: migrator, logger: logger) { report("migrated \(step)") }
            let hash = try await Passwords.hash(password)
            for (list, rows) in try await DirectoryLoader(client: migrator).load(.demo(), passwordHash: hash) {
                report("loaded \(rows) \(list)")
            }
            return try await provision(migrator, prepared, address, migratorURL: migratorURL, report: report)
        }
        try environment.write(to: layout.environment)
        report("wrote \(layout.environment.path)")
    }

    private func provision(
        _ migrator: PostgresClient, _ known: Credentials, _ address: DatabaseAddress, migratorURL: String,
        report: (String) -> Void
    ) async throws -> RunEnvironment {
        var credentials = known
        let provisioner = AgencyProvisioner(client: migrator)
        var environment = RunEnvironment()
        environment.addAddresses(layout)
        var issuers: [String: TokenIssuer] = [:]
        for node in DemoLayout.nodes {
            var logins: [ServiceName: String] = [:]
            for agency in node.agencies {
                let folder = layout.keyFolder(of: node)
                let provisioned = try await provisioner.provision(
                    code: agency, node: node.name, hosted: node.isHost, keys: folder, credentials: &credentials)
                logins = provisioned.logins
                let url = layout.publicURL(.intake, of: node, agency: agency)
                try await migrator.execute("UPDATE directory.agency SET intake_url = \(url) WHERE code = \(agency)")
                let login =
                    node.isHost
                    ? try await provisioner.allowLogin(
                        number: provisioned.number, service: .routing, credentials: &credentials)
                    : logins[.routing] ?? ""
                environment.set(
                    "SINERGI_\(agency)_DATABASE_URL",
                    address.url(login: login, password: try credentials.password(of: login)))
                issuers[agency] = try TokenIssuer(
                    agency: agency, pem: try AgencyKeys(agency: agency, directory: folder).signingPEM)
                report("provisioned \(agency) on \(node.name)")
            }
            try NodeFiles(layout: layout, database: address, credentials: credentials).write(node, logins: logins)
        }
        try NodeFiles(layout: layout, database: address, credentials: credentials).writePlatform()
        try NodeFiles(layout: layout, database: address, credentials: credentials).writeGateway()

        let officers = try await Officers.all(in: migrator)
        try await environment.addTokens(officers, issuers: issuers)
        if let liaison = officers["liaison@ppu"] {
            environment.set("SINERGI_DEMO_EXPIRED_TOKEN", try await expiredToken(liaison))
        }
        environment.set("SINERGI_DEMO_PASSWORD", try credentials.typedPassword(of: "demo"))
        environment.set("SINERGI_DATABASE_URL", migratorURL)
        let ppu = try AgencyKeys(
            agency: "PPU", directory: layout.keyFolder(of: DemoLayout.nodes[0]))
        guard let key = Open311Key.make(client: "demo", agency: "PPU", door: try DoorKey(bytes: ppu.door)) else {
            throw OperatorError("PPU has no door key.")
        }
        environment.set("SINERGI_OPEN311_KEY", key)
        // Of WhatsApp's and the SMS gateway's webhooks, in every agency of the demo.
        environment.set("SINERGI_CHANNEL_SECRET", try credentials.password(of: "channels"))
        environment.set("SINERGI_WHATSAPP_ACCESS_TOKEN", try credentials.password(of: "channels-access"))
        environment.set("SINERGI_WHATSAPP_VERIFY_TOKEN", try credentials.password(of: "channels-verify"))
        environment.set("SINERGI_MAIL_DIR", layout.mailFolder.path)
        environment.set("SINERGI_GATEWAY_URL", "http://127.0.0.1:\(layout.gatewayPort)")
        environment.set("SINERGI_CLI", try Self.executable())
        environment.set("SINERGI_RUN_DIR", layout.runFolder.path)
        return environment
    }

    /// A good token whose time is over: signed by a clock that is two hours late.
    private func expiredToken(_ officer: Officer) async throws -> String {
        guard let node = DemoLayout.nodes.first(where: { $0.agencies.contains(officer.agency) }) else {
            throw OperatorError("No node of \(officer.agency)")
        }
        let keys = try AgencyKeys(agency: officer.agency, directory: layout.keyFolder(of: node))
        let late = try TokenIssuer(
            agency: officer.agency, pem: keys.signingPEM, clock: { Date(timeIntervalSinceNow: -7200) })
        return try await RunEnvironment.token(officer, [officer.agency: late], .seconds(3600))
    }

    private func session<Result: Sendable>(
        _ url: String, _ body: (PostgresClient) async throws -> Result
    ) async throws -> Result {
        try await DatabaseSession.with(url, connections: 1, allowsPlaintext: layout.containers, logger: logger, body)
    }

    /// The absolute path of this program.
    private static func executable() throws -> String {
        try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    }
}
