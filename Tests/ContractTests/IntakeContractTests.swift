import AsyncHTTPClient
import Configuration
import Foundation
import HTTPTypes
import Hummingbird
import Identity
import Logging
import Postgres
import Tenancy
import Testing

@testable import IntakeServer
@testable import ServiceKit

/// Holds intake's document and the routes that its very bootstrap registers together, both ways.
@Suite("Intake and its OpenAPI document")
struct IntakeContractTests {
    @Test("every route under /v1 is described, and every described route exists")
    func bothWays() async throws {
        let documented = try Self.documented()
        let registered = try await Self.registered()
        #expect(registered.subtracting(documented) == [], "routes without description")
        #expect(documented.subtracting(registered) == [], "descriptions without route")
        #expect(registered.contains("POST /v1/complaints"))
    }

    @Test("operations have an id, a summary, a problem for what can go wrong, and references lead somewhere")
    func wholeness() throws {
        let document = try Self.document()
        #expect(document["openapi"]?.string?.hasPrefix("3.1") == true)
        var ids: Set<String> = []
        for (path, operations) in document["paths"]?.object?.members ?? [] {
            for (method, operation) in operations.object?.members ?? [] where method != "parameters" {
                let id = operation["operationId"]?.string ?? ""
                #expect(ids.insert(id).inserted && !id.isEmpty, "\(method) \(path)")
                #expect(operation["summary"]?.string?.isEmpty == false, "\(method) \(path)")
                let answers = operation["responses"]?.object
                #expect(answers?.members.contains { $0.name.hasPrefix("2") } == true, "\(method) \(path)")
                guard path.hasPrefix("/v1/") else { continue }
                for status in ["429", "503"] { #expect(answers?[status] != nil, "\(method) \(path) \(status)") }
                if operation["requestBody"] != nil {
                    for status in ["400", "413", "415"] {
                        #expect(answers?[status] != nil, "\(method) \(path) \(status)")
                    }
                }
            }
        }
        for reference in Self.references(in: .object(document)) {
            var value: JSONValue? = .object(document)
            for part in reference.dropFirst(2).split(separator: "/") { value = value?[String(part)] }
            #expect(value != nil, "\(reference)")
        }
    }

    @Test("every code of a wrong field that the contract has stands in the document")
    func codes() throws {
        let codes = try Self.document()["components"]?["schemas"]?["FieldError"]?["properties"]?["code"]?["enum"]?.array
        #expect(
            Set((codes ?? []).compactMap(\.string)) == [
                "required", "unknown_field", "too_short", "too_long", "bad_format", "outside_indonesia",
                "coordinates_swapped", "unknown_area", "area_mismatch", "unknown_category", "unknown_office",
                "wrong_code",
            ])
    }

    @Test("the fields of a submission are those that the service reads")
    func submission() throws {
        let schema = try Self.document()["components"]?["schemas"]?["ComplaintSubmission"]
        #expect(schema?["additionalProperties"] == false)
        let names = Set((schema?["properties"]?.object?.members ?? []).map(\.name))
        var reader = JSONObject()
        for name in names { reader[name] = .null }
        reader["description"] = "Jalan depan SD amblas."
        #expect(SubmissionReader(.object(reader)).errors == [], "no field is unknown")
        #expect(names.count == 20)
    }

    // MARK: Both sides

    private static func registered() async throws -> Set<String> {
        let folder = FileManager.default.temporaryDirectory.appending(path: "sinergi-contract-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try AgencyKeys.generate(agency: "PPU").write(to: folder)
        let keys = try NodeKeys(directory: folder.path, agencies: ["PPU"])
        let provider = InMemoryProvider(values: [
            "node.name": "test", "node.agencies": "PPU", "node.key.directory": ConfigValue(stringLiteral: folder.path),
            "database.intake.url": "postgresql://nobody@127.0.0.1:1/none", "services.intake.url": "http://127.0.0.1:1",
            "services.routing.url": "http://127.0.0.1:1", "services.notification.url": "http://127.0.0.1:1",
            "services.analytics.url": "http://127.0.0.1:1",
        ])
        let configuration = try NodeConfiguration(reader: ConfigReader(provider: provider), service: .intake)
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        // Never run, so nothing is ever connected to.
        let client = PostgresClient(configuration: try .init(url: configuration.databaseURL), logger: logger)
        let directory = DirectoryStore(client: client, logger: logger)
        let issuers = try keys.issuers()
        let service = try await IntakeService(
            environment: ServiceEnvironment(
                configuration: configuration, database: AgencyDatabase(client: client, service: .intake),
                client: client,
                directory: directory, agencies: [AgencyScope(number: 1, code: "PPU")], logger: logger,
                metrics: PrometheusRegistry(),
                siblings: ServiceClient(
                    http: .shared, configuration: configuration, service: .intake, issuers: issuers),
                verifier: TokenVerifier(keys: { [] }), issuers: issuers, keys: keys))
        let router = Router(context: AppContext.self)
        service.routes(router)
        return Set(
            router.routes.map { route in
                let path = route.path.description.split(separator: "/").map { part in
                    part.hasPrefix(":") ? "{\(part.dropFirst())}" : String(part)
                }
                return "\(route.method.rawValue) /\(path.joined(separator: "/"))"
            }.filter { $0.contains(" /v1/") })
    }

    private static func documented() throws -> Set<String> {
        var routes: Set<String> = []
        for (path, operations) in try document()["paths"]?.object?.members ?? [] where path.hasPrefix("/v1/") {
            for (method, _) in operations.object?.members ?? [] where method != "parameters" {
                routes.insert("\(method.uppercased()) \(path)")
            }
        }
        return routes
    }

    private static func document() throws -> JSONObject {
        try #require(try JSONParser.parse(Array(try Data(contentsOf: IntakeService.openAPI))).object)
    }

    private static func references(in value: JSONValue) -> [String] {
        switch value {
        case .object(let object):
            object.members.flatMap { member in
                member.name == "$ref" ? [member.value.string ?? ""] : references(in: member.value)
            }
        case .array(let values): values.flatMap(references)
        default: []
        }
    }
}
