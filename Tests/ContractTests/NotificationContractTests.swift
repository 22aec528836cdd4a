import AnalyticsAPI
import AnalyticsServer
import AsyncHTTPClient
import Configuration
import Foundation
import HTTPTypes
import Hummingbird
import Identity
import Logging
import NotificationAPI
import NotificationServer
import Postgres
import ServiceKit
import SinergiCore
import Tenancy
import Testing

/// Documents and handlers of notification and analytics, held together from both sides.
@Suite("OpenAPI of notification and analytics")
struct NotificationContractTests {
    /// Addresses that ServiceKit adds to every service.
    static let common: Set<String> = [
        "GET /healthz", "GET /readyz", "GET /metrics", "GET /openapi.json", "GET /openapi-3.0.json",
    ]

    @Test("every route of notification is documented, and every documented operation is there")
    func notification() async throws {
        try await expectSame(NotificationService.self)
    }

    @Test("every route of analytics is documented, and every documented operation is there")
    func analytics() async throws {
        try await expectSame(AnalyticsService.self)
    }

    @Test("references in the documents lead somewhere, operations have ids of their own and answers")
    func sound() throws {
        for url in [NotificationService.openAPI, AnalyticsService.openAPI] {
            let document = try Self.document(url)
            #expect(document["openapi"]?.string == "3.1.0")
            for reference in Self.references(document) {
                let target = reference.dropFirst(2).split(separator: "/").reduce(document as JSONValue?) {
                    $0?[String($1)]
                }
                #expect(target != nil, "\(reference)")
            }
            let operations = Self.operations(document)
            #expect(Set(operations.compactMap { $0.value["operationId"]?.string }).count == operations.count)
            for (name, operation) in operations {
                #expect(operation["responses"]?.object?.members.isEmpty == false, "\(name)")
                #expect(operation["summary"]?.string?.isEmpty == false, "\(name)")
            }
        }
    }

    @Test("what handlers write has exactly the documented members")
    func schemas() throws {
        let message = MessageView(
            messageID: .v7(), stepID: .v7(), trackingCode: "PPU-1", event: "closed", recipient: "reporter",
            channel: "mail",
            language: "id", reference: "x", state: "sent", attempts: 1, createdAt: Date(), nextAttemptAt: nil,
            sentAt: nil,
            expiresAt: Date(), lastError: nil)
        let template = TemplateView(
            audience: "reporter", event: "closed", channel: "sms", language: "id", validFrom: "2026-01-01",
            common: true,
            subject: nil, body: "x")
        let summary = MetricsSummary(
            agency: "PPU", from: "2026-11-01", to: "2026-11-30", asOf: Date(), received: 0, open: 0, automatic: 0,
            handoffs: .init(offered: 0, accepted: 0, declined: 0, expired: 0, arbitrated: 0), answered: 0, reopened: 0,
            closed: .init(confirmedSolved: 0, closedBySilence: 0), overdue: 0, withinLimit: nil,
            medianHours: .init(accepted: nil, firstAnswer: nil, close: nil))
        let notification = try Self.document(NotificationService.openAPI)["components"]?["schemas"]
        let analytics = try Self.document(AnalyticsService.openAPI)["components"]?["schemas"]
        try expectMembers(message, notification?["Message"])
        try expectMembers(template, notification?["Template"])
        try expectMembers(summary, analytics?["Summary"])
    }

    // MARK: Support

    private func expectSame<Definition: ServiceDefinition>(_: Definition.Type) async throws {
        let documented = Set(Self.operations(try Self.document(Definition.openAPI)).keys)
        let service = try await Definition(environment: try Self.environment(Definition.name))
        let router = Router(context: AppContext.self)
        service.routes(router)
        let registered = Set(router.routes.map { "\($0.method.rawValue) \(Self.template($0.path.description))" })
        #expect(documented.subtracting(registered).subtracting(Self.common) == [], "documented, but not there")
        #expect(registered.subtracting(documented) == [], "there, but not documented")
        #expect(documented.isSuperset(of: Self.common))
    }

    private func expectMembers(_ value: some Encodable, _ schema: JSONValue?) throws {
        let object = try #require(try JSONParser.parse(JSONWriter.bytes(of: value)).object)
        try expectMembers(object, try #require(schema))
    }

    private func expectMembers(_ object: JSONObject, _ schema: JSONValue) throws {
        let written = Set(object.members.map(\.name))
        #expect(written == Set(schema["properties"]?.object?.members.map(\.name) ?? []))
        #expect(written == Set(schema["required"]?.array?.compactMap(\.string) ?? []))
        for member in object.members {
            guard let inner = member.value.object, let schema = schema["properties"]?[member.name] else { continue }
            try expectMembers(inner, schema)
        }
    }

    /// `/v1/messages/:id` and `/v1/messages/{id}` → `/v1/messages/{id}`.
    private static func template(_ path: String) -> String {
        let parts = path.split(separator: "/").map { part -> String in
            if part.hasPrefix(":") { return "{\(part.dropFirst())}" }
            return String(part)
        }
        return "/" + parts.joined(separator: "/")
    }

    private static func document(_ url: URL) throws -> JSONValue {
        try JSONParser.parse(Array(Data(contentsOf: url)))
    }

    /// `GET /v1/messages` → the operation.
    private static func operations(_ document: JSONValue) -> [String: JSONValue] {
        var operations: [String: JSONValue] = [:]
        for path in document["paths"]?.object?.members ?? [] {
            for method in path.value.object?.members ?? [] {
                operations["\(method.name.uppercased()) \(path.name)"] = method.value
            }
        }
        return operations
    }

    private static func references(_ value: JSONValue) -> [String] {
        switch value {
        case .object(let object):
            object.members.flatMap { member in
                member.name == "$ref" ? [member.value.string].compactMap { $0 } : references(member.value)
            }
        case .array(let values): values.flatMap(references)
        default: []
        }
    }

    /// An environment whose database is never reached: routes are only looked at.
    private static func environment(_ service: ServiceName) throws -> ServiceEnvironment {
        var values = [
            "NODE_NAME": "contract", "NODE_AGENCIES": "PPU", "NODE_KEY_DIRECTORY": "unused",
            "DATABASE_\(service.rawValue.uppercased())_URL": "postgresql://127.0.0.1:1/none",
            "NOTIFICATION_SMTP_URL": "smtp://127.0.0.1:1", "NOTIFICATION_MAIL_FROM": "noreply@sinergi.test",
            "NOTIFICATION_GATEWAY_URL": "http://127.0.0.1:1",
        ]
        for name in ServiceName.allCases { values["SERVICES_\(name.rawValue.uppercased())_URL"] = "http://127.0.0.1:1" }
        let configuration = try NodeConfiguration(
            reader: ConfigReader(provider: EnvironmentVariablesProvider(environmentVariables: values)), service: service
        )
        let logger = Logger(label: "contract", factory: { _ in SwiftLogNoOpLogHandler() })
        let client = PostgresClient(
            configuration: try PostgresClient.Configuration(url: configuration.databaseURL), logger: logger)
        let directory = DirectoryStore(client: client, logger: logger)
        return ServiceEnvironment(
            configuration: configuration, database: AgencyDatabase(client: client, service: service), client: client,
            directory: directory, agencies: [AgencyScope(number: 1, code: "PPU")], logger: logger,
            metrics: PrometheusRegistry(),
            siblings: ServiceClient(http: .shared, configuration: configuration, service: service, issuers: [:]),
            verifier: TokenVerifier { [] }, issuers: [:], keys: try NodeKeys(directory: "unused", agencies: []))
    }
}
