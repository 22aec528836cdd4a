import AsyncHTTPClient
import Configuration
import Exchange
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Identity
import IntakeAPI
import Logging
import NIOCore
import OperatorKit
import Postgres
import PostgresMigrations
import PostgresTesting
import SinergiCore
import Tenancy

@testable import IntakeServer
@testable import ServiceKit

/// An intake with a database of its own, made once for all tests: two agencies on one host.
enum IntakeHouse {
    static let home = (number: 8301, code: "INTA")
    static let other = (number: 8302, code: "INTB")
    static let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    /// What tests need of an intake process.
    struct Process: Sendable {
        let client: PostgresClient
        let service: IntakeService
        let environment: ServiceEnvironment
        let sealingPrivate: [UInt8]
        let http: any TestClientProtocol

        var scope: AgencyScope { environment.agencies[0] }

        struct Answer {
            let status: Int
            let headers: HTTPFields
            let text: String
            var json: JSONValue { (try? JSONParser.parse(Array(text.utf8))) ?? .null }
            /// The last part of a problem's type.
            var code: String? { json["type"]?.string?.split(separator: ":").last.map(String.init) }
            var errors: [String] {
                (json["errors"]?.array ?? []).map { "\($0["pointer"]?.string ?? "") \($0["code"]?.string ?? "")" }
            }
        }

        func call(
            _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, key: String? = nil,
            token: String? = nil,
            agency: String = home.code, headers: HTTPFields = [:]
        ) async throws -> Answer {
            var headers = headers
            if body != nil, headers[.contentType] == nil { headers[.contentType] = "application/json" }
            if let key { headers[.idempotencyKey] = key }
            if let token { headers[.authorization] = "Bearer \(token)" }
            return try await http.execute(
                uri: "/\(agency)\(path)", method: method, headers: headers, body: body.map { ByteBuffer(string: $0) }
            ) { Answer(status: $0.status.code, headers: $0.headers, text: String(buffer: $0.body)) }
        }

        /// Code and access key of a fresh complaint.
        func submit(
            _ more: String = "", description: String = "Jalan depan SD amblas habis hujan.", key: String? = nil
        ) async throws -> (code: String, accessKey: String, answer: Answer) {
            let body = #"{"description":"\#(description)","address":"Telemow"\#(more.isEmpty ? "" : ",")\#(more)}"#
            let answer = try await call(.post, "/v1/complaints", body, key: key)
            return (answer.json["tracking_code"]?.string ?? "", answer.json["access_key"]?.string ?? "", answer)
        }

        /// Complaints and their messages that say `text`, which only the test itself does.
        func stored(_ text: String) async throws -> (complaints: Int, messages: Int, transactions: Int) {
            let row = try await client.query(
                """
                SELECT count(*) AS complaints, count(DISTINCT c.xmin::text) AS transactions,
                    (SELECT count(*) FROM exchange.pending p JOIN intake.complaint x ON p.lane = 'complaint:' || x.id
                     WHERE strpos(x.description, \(text)) > 0) AS messages
                FROM intake.complaint c WHERE strpos(c.description, \(text)) > 0
                """
            ).first
            return (
                try row?.decode("complaints", as: Int.self) ?? -1, try row?.decode("messages", as: Int.self) ?? -1,
                try row?.decode("transactions", as: Int.self) ?? -1
            )
        }

        /// Messages enqueued for a complaint, in their order.
        func messages(of code: String) async throws -> [(service: String, type: String, number: Int, data: JSONValue)] {
            try await client.query(
                """
                SELECT m.service, m.type, m.number, m.data::text AS data
                FROM exchange.message m JOIN exchange.pending p ON p.id = m.id
                JOIN intake.complaint c ON m.lane = 'complaint:' || c.id
                WHERE c.tracking_code = \(code) ORDER BY m.number, m.service
                """
            ).map { row in
                (
                    try row.decode("service"), try row.decode("type"), try row.decode("number"),
                    try JSONParser.parse(Array(try row.decode("data", as: String.self).utf8))
                )
            }
        }

        /// Applies a `case.changed` as the inbox does.
        func changed(_ code: String, version: Int, view: String) async throws {
            let id = try await client.query("SELECT id FROM intake.complaint WHERE tracking_code = \(code)").first
                .map { try $0.decode("id", as: UUID.self) }
            let data = #"{"case_id":"\#((id ?? UUID()).text)","version":\#(version),"view":\#(view)}"#
            let event = CloudEvent(
                id: UUID.v7(), source: "test", type: "case.changed", lane: "case:1", number: version, time: Date(),
                data: data)
            let links = ReporterLinks(publicURL: "http://intake.test", hosted: true)
            let handler = CaseChangedHandler(
                links: links, news: FollowerNews(keys: environment.keys, links: links), directory: environment.directory
            )
            let scope = scope
            try await environment.database.withAgency(scope) { transaction in
                _ = try await handler.handle(event, transaction, scope)
            }
        }
    }

    /// A complaint ready to be written, with a message that announces it.
    static func complaint(
        _ title: String, code: String? = nil, accessKeyHash: [UInt8] = RandomBytes.make(count: 32),
        requestHash: [UInt8] = RandomBytes.make(count: 32), key: NewComplaint.Repeat? = nil, receivedAt: Date = Date()
    ) -> NewComplaint {
        var submission = CheckedSubmission(
            kind: "complaint", title: title, description: "Jalan depan SD amblas.", contact: SubmissionContact(),
            anonymous: false, confidential: false, language: "id")
        submission.address = "Telemow"
        let drawn = (try? TrackingCode(prefix: "INTA", bits: UInt64.random(in: 0..<(1 << 60))))?.text ?? ""
        return NewComplaint(
            id: .v7(), trackingCode: code ?? drawn, accessKeyHash: accessKeyHash, caller: "anonymous", repeatKey: key,
            requestHash: requestHash, submission: submission, receivedAt: receivedAt, contact: nil,
            messages: [.init(id: .v7(), service: .routing, type: "complaint.received", data: "{}")],
            trace: TraceContext().traceparent)
    }

    static func with(_ body: @Sendable (Process) async throws -> Void) async throws {
        let name = try await made.value
        let keys = try await Self.keys.value
        let nodeKeys = try NodeKeys(directory: keys.folder, agencies: [home.code, other.code])
        let provider = InMemoryProvider(values: [
            "node.name": "test", "node.hosted": true,
            "node.agencies": ConfigValue(stringLiteral: "\(home.code),\(other.code)"),
            "node.key.directory": ConfigValue(stringLiteral: keys.folder), "database.intake.url": "postgresql://x",
            "services.intake.url": "http://127.0.0.1:1", "services.routing.url": "http://127.0.0.1:1",
            "services.notification.url": "http://127.0.0.1:1", "services.analytics.url": "http://127.0.0.1:1",
            "log.level": "critical",
        ])
        let configuration = try NodeConfiguration(reader: ConfigReader(provider: provider), service: .intake)
        try await PostgresClient.withClient(url: try url(name), configure: { $0.maximumConnections = 4 }) { client in
            let directory = DirectoryStore(client: client, logger: logger)
            let issuers = try nodeKeys.issuers()
            let environment = ServiceEnvironment(
                configuration: configuration, database: AgencyDatabase(client: client, service: .intake),
                client: client,
                directory: directory,
                agencies: [home, other].map {
                    AgencyScope(number: $0.number, code: $0.code, service: .intake, hosted: true)
                },
                logger: logger, metrics: PrometheusRegistry(),
                siblings: ServiceClient(
                    http: .shared, configuration: configuration, service: .intake, issuers: issuers),
                verifier: TokenVerifier(keys: { [] }), issuers: issuers, keys: nodeKeys)
            let service = try await IntakeService(environment: environment)
            let app = Application(
                responder: try ServiceApplication.responder(for: service, in: environment), logger: logger)
            try await app.test(.router) { http in
                try await body(
                    Process(
                        client: client, service: service, environment: environment,
                        sealingPrivate: keys.home.sealingPrivate,
                        http: http))
            }
        }
    }

    // MARK: Made once

    private static let keys = Task { () throws -> (folder: String, home: AgencyKeys, other: AgencyKeys) in
        let folder = FileManager.default.temporaryDirectory.appending(path: "sinergi-intake-\(UUID.v7().text)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let both = (AgencyKeys.generate(agency: home.code), AgencyKeys.generate(agency: other.code))
        try both.0.write(to: folder)
        try both.1.write(to: folder)
        return (folder.path, both.0, both.1)
    }

    private static let made = Task { try await ServerWideWork.alone { try await make() } }

    private static func make() async throws -> String {
        let name = "intake_\(UUID.v7().text.suffix(12))"
        try await PostgresClient.withClient(url: try url(nil)) { client in
            let left = try await client.query("SELECT datname FROM pg_database WHERE datname ~ '^intake_[0-9a-f]{12}$'")
            for row in left {
                // One that a run beside this one uses stays.
                let old = PostgresIdentifier(try row.decode("datname", as: String.self))
                _ = try? await client.query("DROP DATABASE \(identifier: old)")
            }
            _ = try await client.query("CREATE DATABASE \(identifier: PostgresIdentifier(name))")
        }
        let groups = try OperatorMigrations.groups()
        let keys = try await keys.value
        try await PostgresClient.withClient(url: try url(name)) { client in
            try await client.withConnection { try await $0.runScript(try DirectorySchema.bootstrap()) }
            try await Migrator(client: client, groups: groups, logger: logger).migrate()
            try await client.withConnection { try await $0.runScript(roles) }
            try await client.withConnection { try await $0.runScript(directory) }
            for (agency, own) in [(home, keys.home), (other, keys.other)] {
                _ = try await client.query(
                    """
                    INSERT INTO directory.agency_key (agency, kid, purpose, public_key) VALUES
                        (\(Int32(agency.number)), \(try own.signingKid()), 'signing', \(try own.signingPublicPEM())),
                        (\(Int32(agency.number)), \("seal-\(agency.code)"), 'sealing',
                         \(Data(try own.sealingPublic()).base64EncodedString()))
                    """)
            }
        }
        return name
    }

    private static let roles: PostgresScript = """
        DO $do$
        DECLARE
            v_role text;
        BEGIN
            FOREACH v_role IN ARRAY ARRAY['s_8301_intake', 's_8302_intake'] LOOP
                CONTINUE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = v_role);
                EXECUTE format('CREATE ROLE %I NOLOGIN', v_role);
                EXECUTE format('GRANT sinergi_intake TO %I', v_role);
            END LOOP;
        END
        $do$;
        """

    /// A square degree of regency 99.01 with a district in its west, and its neighbour 99.02 to the east.
    private static let directory: PostgresScript = """
        INSERT INTO directory.calendar (code, name, zone, hours) VALUES
            ('intake', 'Kantor', 'Asia/Makassar', '{"1":[["08:00","16:00"]],"2":[["08:00","16:00"]],"3":[["08:00","16:00"]],
              "4":[["08:00","16:00"]],"5":[["08:00","16:00"]]}');
        INSERT INTO directory.calendar_year SELECT 'intake', y, false FROM generate_series(2024, 2035) y;
        SELECT directory.rebuild_calendar('intake');
        INSERT INTO directory.agency (number, code, name, prefix, intake_url) VALUES
            (8301, 'INTA', 'Kabupaten Satu', 'INTA', 'http://satu.test/INTA'),
            (8302, 'INTB', 'Kabupaten Dua', 'INTB', 'http://dua.test/INTB/');
        INSERT INTO directory.office (id, agency, code, name, is_triage, calendar) VALUES
            (directory.uuid7(), 8301, 'INTA', 'Kabupaten Satu', false, 'intake'),
            (directory.uuid7(), 8301, 'INTA/TRI', 'Meja Laporan', true, 'intake'),
            (directory.uuid7(), 8302, 'INTB', 'Kabupaten Dua', false, 'intake');
        INSERT INTO directory.category (code, parent, name_id, name_en) VALUES
            ('roads', NULL, 'Jalan', 'Roads'), ('roads.damage', 'roads', 'Jalan rusak', 'Damaged road');
        INSERT INTO directory.area (code, name, level, parent, geom) VALUES
            ('99', 'Provinsi', 1, NULL, NULL),
            ('99.01', 'Kabupaten Satu', 2, '99', ST_Multi(ST_MakeEnvelope(116, -2, 117, -1, 4326))),
            ('99.01.01', 'Kecamatan Barat', 3, '99.01', ST_Multi(ST_MakeEnvelope(116, -2, 116.5, -1, 4326))),
            ('99.02', 'Kabupaten Dua', 2, '99', ST_Multi(ST_MakeEnvelope(117, -2, 118, -1, 4326)));
        INSERT INTO directory.jurisdiction (id, agency, area_code) VALUES
            (directory.uuid7(), 8301, '99.01'), (directory.uuid7(), 8302, '99.02');
        """

    private static func url(_ database: String?) throws -> String {
        guard let text = ProcessInfo.processInfo.environment["SINERGI_TEST_DATABASE_URL"],
            var parts = URLComponents(string: text)
        else { throw MissingDatabase() }
        if let database { parts.path = "/" + database }
        return parts.string ?? text
    }

    struct MissingDatabase: Error, CustomStringConvertible {
        var description: String { "Set SINERGI_TEST_DATABASE_URL to a superuser's URL of a PostgreSQL with PostGIS." }
    }
}
