import Configuration
import Foundation
import Postgres
import Tenancy
import Testing

@testable import ServiceKit

@Suite("Configuration")
struct ConfigurationTests {
    static let values = [
        "NODE_NAME": "ppu", "NODE_AGENCIES": "PPU", "NODE_KEY_DIRECTORY": "keys",
        "DATABASE_INTAKE_URL": "postgresql://s_1_intake:secret@db:5432/sinergi",
        "SERVICES_INTAKE_URL": "http://h:8081/",
        "SERVICES_ROUTING_URL": "http://h:8082", "SERVICES_NOTIFICATION_URL": "http://h:8083",
        "SERVICES_ANALYTICS_URL": "http://h:8084",
    ]

    static func configuration(
        _ changes: [String: String] = [:], arguments: [String] = [], service: ServiceName = .intake
    ) throws -> NodeConfiguration {
        let environment = values.merging(changes) { $1 }
        let reader = try ConfigurationSources.reader(arguments: ["intake"] + arguments, environment: environment)
        return try NodeConfiguration(reader: reader, service: service)
    }

    @Test("defaults are filled in")
    func defaults() throws {
        let configuration = try Self.configuration()
        #expect(configuration.port == 8081)
        #expect(configuration.host == "127.0.0.1")
        #expect(configuration.maximumBody == 1_048_576)
        #expect(configuration.publicURL == "http://h:8081")
        #expect(configuration.address(of: .routing, agency: "PPU") == "http://h:8082")
        #expect(!configuration.isHosted)
    }

    @Test("the command line wins over the environment, and that over the file")
    func precedence() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).json")
        try Data(#"{"http":{"max":{"body":5000,"concurrent":7},"rate":{"limit":9}},"node":{"demo":true}}"#.utf8).write(
            to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let configuration = try Self.configuration(
            ["SINERGI_CONFIG": file.path, "HTTP_MAX_BODY": "6000", "HTTP_MAX_CONCURRENT": "8"],
            arguments: ["--http-max-body", "7000"])
        #expect(configuration.maximumBody == 7000)
        #expect(configuration.maximumConcurrent == 8)
        #expect(configuration.rateLimit == 9)
        #expect(configuration.isDemo)
    }

    @Test("a database on another machine needs TLS, unless the node says that it may do without")
    func plaintext() throws {
        let error = #expect(throws: PostgresError.self) {
            try Self.configuration().database(connections: 1, name: "test")
        }
        #expect(error?.code == .insecureConnection)
        let allowed = try Self.configuration(["DATABASE_PLAINTEXT": "true"]).database(connections: 3, name: "test")
        #expect(allowed.maximumConnections == 3 && allowed.applicationName == "test")
    }

    @Test(
        "a bad value stops the process and names its key",
        arguments: [
            ("NODE_NAME", "", "node.name"), ("HTTP_MAX_BODY", "many", "http.max.body"),
            ("DATABASE_POOL_MAX", "0", "database.pool.max"), ("NODE_HOSTED", "maybe", "node.hosted"),
            ("SERVICES_ROUTING_URL", "h:8082", "services.routing.url"), ("LOG_LEVEL", "loud", "log.level"),
            ("NODE_AGENCIES", "A,B", "node.agencies"), ("HTTP_TRUSTED_PEERS", "gateway", "http.trusted.peers"),
            ("SINERGI_CONFIG", "/does/not/exist", "SINERGI_CONFIG"),
        ])
    func bad(_ name: String, _ value: String, _ key: String) {
        #expect { try Self.configuration([name: value]) } throws: { ($0 as? ConfigurationError)?.key == key }
    }

    @Test("a host has several agencies, each with its own address")
    func host() throws {
        let configuration = try Self.configuration(["NODE_HOSTED": "true", "NODE_AGENCIES": "PANRB, KALTIM"])
        #expect(configuration.agencies == ["PANRB", "KALTIM"])
        #expect(configuration.address(of: .routing, agency: "KALTIM") == "http://h:8082/KALTIM")
    }

    @Test("channels are required for notification only")
    func channels() throws {
        #expect(try Self.configuration().smtpURL == nil)
        let changes = ["DATABASE_NOTIFICATION_URL": "postgresql://db"]
        #expect { try Self.configuration(changes, service: .notification) } throws: {
            ($0 as? ConfigurationError)?.key == "notification.smtp.url"
        }
    }

    @Test("the listing shows no password")
    func redaction() throws {
        let listing = try Self.configuration().listing(service: .intake).map { "\($0.key) = \($0.value)" }
        #expect(listing.contains("database.intake.url = postgresql://s_1_intake:***@db:5432/sinergi"))
        #expect(!listing.joined().contains("secret"))
        #expect(NodeConfiguration.redacted("host=db password=secret user=u") == "host=db password=*** user=u")
        #expect(
            NodeConfiguration.redacted("postgresql://db/x?password=secret&sslmode=x")
                == "postgresql://db/x?password=***&sslmode=x")
    }
}
