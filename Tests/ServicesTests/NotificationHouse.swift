import AsyncHTTPClient
import Configuration
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Identity
import NIOCore
import Postgres
import ServiceKit
import SinergiCore
import Tenancy

/// A service of the agency MESC on a host, with its real routes and database, without a socket.
struct NotificationHouse {
    let environment: ServiceEnvironment
    let issuer: TokenIssuer
    /// Of another agency, whose keys stand in the directory too.
    let stranger: TokenIssuer

    /// Runs requests against a service.
    static func with<Definition: ServiceDefinition>(
        _: Definition.Type, _ body: @Sendable (NotificationHouse, any TestClientProtocol) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sinergi-house-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let home = NotificationDatabase.house.code
        let other = NotificationDatabase.other.code
        let keys = [AgencyKeys.generate(agency: home), AgencyKeys.generate(agency: other)]
        for agency in keys { try agency.write(to: folder) }
        try await NotificationDatabase.with { client in
            let configuration = try configuration(Definition.name, keys: folder.path)
            let issuers = Dictionary(
                uniqueKeysWithValues: try keys.map {
                    ($0.agency, try TokenIssuer(agency: $0.agency, pem: $0.signingPEM))
                })
            let verification = try keys.map {
                VerificationKey(kid: try $0.signingKid(), agency: $0.agency, publicKey: try $0.signingPublicPEM())
            }
            let environment = ServiceEnvironment(
                configuration: configuration, database: AgencyDatabase(client: client, service: Definition.name),
                client: client,
                directory: DirectoryStore(client: client, logger: NotificationDatabase.logger),
                agencies: [NotificationDatabase.scope(Definition.name, of: NotificationDatabase.house)],
                logger: NotificationDatabase.logger,
                metrics: PrometheusRegistry(),
                siblings: ServiceClient(
                    http: .shared, configuration: configuration, service: Definition.name, issuers: issuers),
                verifier: TokenVerifier { verification }, issuers: issuers,
                keys: try NodeKeys(directory: folder.path, agencies: [home]))
            let house = NotificationHouse(
                environment: environment, issuer: try TokenIssuer(agency: home, pem: keys[0].signingPEM),
                stranger: try TokenIssuer(agency: other, pem: keys[1].signingPEM))
            let service = try await Definition(environment: environment)
            let app = Application(
                responder: try ServiceApplication.responder(for: service, in: environment),
                logger: NotificationDatabase.logger)
            try await app.test(.router) { try await body(house, $0) }
        }
    }

    private static func configuration(_ service: ServiceName, keys: String) throws -> NodeConfiguration {
        var values = [
            "NODE_NAME": "house", "NODE_HOSTED": "true", "NODE_AGENCIES": "MESC", "NODE_KEY_DIRECTORY": keys,
            "DATABASE_\(service.rawValue.uppercased())_URL": "unused", "NOTIFICATION_SMTP_URL": "smtp://127.0.0.1:9",
            "NOTIFICATION_MAIL_FROM": "noreply@sinergi.test", "NOTIFICATION_GATEWAY_URL": "http://127.0.0.1:9",
        ]
        for name in ServiceName.allCases { values["SERVICES_\(name.rawValue.uppercased())_URL"] = "http://127.0.0.1:9" }
        let reader = ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: values))
        return try NodeConfiguration(reader: reader, service: service)
    }

    func token(_ roles: Set<Role>) async throws -> String {
        try await issuer.officerToken(
            subject: UUID().uuidString, name: "Petugas", office: "MESC", roles: roles, expiresIn: .seconds(600))
    }

    /// A request in an officer's name; no token where there are no roles.
    func call(
        _ client: any TestClientProtocol, _ method: HTTPRequest.Method = .get, _ path: String,
        as roles: Set<Role>? = nil
    ) async throws -> TestResponse {
        var headers: HTTPFields = [:]
        if let roles { headers[.authorization] = "Bearer \(try await token(roles))" }
        return try await client.executeRequest(uri: "/MESC" + path, method: method, headers: headers, body: nil)
    }

    static func json(_ response: TestResponse) throws -> JSONValue {
        try JSONParser.parse(Array(response.body.readableBytesView))
    }
}
