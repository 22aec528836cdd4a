import AsyncHTTPClient
import Configuration
import Exchange
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Identity
import Logging
import NIOCore
import OperatorKit
import Postgres
import PostgresMigrations
import PostgresTesting
import SinergiCore
import Tenancy

@testable import RoutingServer
@testable import ServiceKit

/// A routing service with a database of its own, made once for all tests: a province, two regencies and their units on
/// one host. Requests pass the whole stack.
enum RoutingHouse {
    static let agencies: [(number: Int, code: String)] = [(8401, "RPROV"), (8402, "RKABA"), (8403, "RKABB")]
    static let password = "kata sandi contoh"
    static let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

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
        /// Codes of the offices of a list's rows.
        var offices: [String] { (json["data"]?.array ?? []).compactMap { $0["office"]?["code"]?.string } }
    }

    /// A running service.
    struct Process: Sendable {
        let client: PostgresClient
        let service: RoutingService
        let environment: ServiceEnvironment
        let http: any TestClientProtocol

        /// A bearer token of an officer in an office.
        func token(_ office: String, _ roles: Role..., subject: String? = nil) async throws -> String {
            let agency = String(office.prefix { $0 != "/" })
            guard let issuer = environment.issuers[agency] else { throw MissingDatabase() }
            return try await issuer.officerToken(
                subject: subject ?? UUID.v7().text, name: "Petugas \(office)", office: office, roles: Set(roles),
                expiresIn: .seconds(600))
        }

        func call(
            _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, as token: String?,
            at agency: String = "RKABA",
            headers: HTTPFields = [:]
        ) async throws -> Answer {
            var headers = headers
            if body != nil, headers[.contentType] == nil { headers[.contentType] = "application/json" }
            if let token { headers[.authorization] = "Bearer \(token)" }
            return try await http.execute(
                uri: "/\(agency)\(path)", method: method, headers: headers, body: body.map { ByteBuffer(string: $0) }
            ) { Answer(status: $0.status.code, headers: $0.headers, text: String(buffer: $0.body)) }
        }

        /// Opens a case as intake's event does, through the inbox. Returns its id and tracking code.
        func open(
            category: String? = nil, area: String? = "98.01", kind: String = "complaint", confidential: Bool = false,
            description: String = "Sampah di samping pasar dua minggu tidak diangkut.", at agency: String = "RKABA"
        ) async throws -> (id: UUID, code: String) {
            let id = UUID.v7()
            let code = try TrackingCode(prefix: agency, bits: .random(in: 0..<(1 << 60))).description
            let data: JSONValue = [
                "case_id": .string(id.text), "tracking_code": .string(code), "kind": .string(kind),
                "category": category.map { .string($0) } ?? .null,
                "title": .string(
                    description.hasPrefix("Sampah di") ? "Sampah pasar \(code)" : String(description.prefix(60))),
                "description": .string(description),
                "area_code": area.map { .string($0) } ?? .null, "lat": -1.07, "long": 116.69, "address": "Pasar",
                "event_date": .null, "anonymous": false, "confidential": .bool(confidential), "language": "id",
                "received_at": .string(Timestamp.text(Date())), "addressed_office": .null,
            ]
            let statuses = try await deliver([("complaint.received", data)], lane: "complaint:\(id.text)", at: agency)
            guard statuses == [202] else { throw NotDelivered(statuses: statuses) }
            return (id, code)
        }

        /// Posts events to the inbox as the node's relay does. Returns the status of each.
        func deliver(
            _ events: [(type: String, data: JSONValue)], lane: String, id: UUID? = nil, at agency: String = "RKABA"
        ) async throws -> [Int] {
            guard let issuer = environment.issuers[agency] else { throw MissingDatabase() }
            let batch = CloudEventBatch(
                try events.enumerated().map { place, event in
                    CloudEvent(
                        id: id ?? UUID.v7(), source: "sinergi/\(agency)/intake", type: event.type, lane: lane,
                        number: place + 1, time: Date(), data: try JSONWriter.text(of: event.data))
                })
            let answer = try await call(
                .post, "/v1/inbox", String(decoding: try batch.json(), as: UTF8.self),
                as: try await issuer.serviceToken(),
                at: agency, headers: [.contentType: CloudEventBatch.mediaType])
            return (answer.json["results"]?.array ?? []).compactMap { $0["status"]?.integer }
        }

        /// The open offer of a case to an office.
        func offer(of id: UUID, to office: String) async throws -> String {
            let rows = try await client.query(
                """
                SELECT h.id FROM casework.handoff h JOIN directory.office o ON o.id = h.to_office
                WHERE h.case_id = \(id) AND o.code = \(office) AND h.state = 'offered'
                """)
            guard let row = rows.first else { throw NotOffered(office: office) }
            return try row.decode("id", as: UUID.self).text
        }

        func status(of id: UUID) async throws -> String? {
            try await client.query("SELECT status FROM casework.\"case\" WHERE id = \(id)").first?.decode("status")
        }
    }

    struct NotDelivered: Error {
        let statuses: [Int]
    }
    struct NotOffered: Error {
        let office: String
    }

    static func with(_ body: @Sendable (Process) async throws -> Void) async throws {
        let name = try await made.value
        let folder = try await keys.value
        let codes = agencies.map(\.code)
        let nodeKeys = try NodeKeys(directory: folder, agencies: codes)
        let address = try url(name)
        let provider = InMemoryProvider(values: [
            "node.name": "test", "node.hosted": true,
            "node.agencies": ConfigValue(stringLiteral: codes.joined(separator: ",")),
            "node.key.directory": ConfigValue(stringLiteral: folder),
            "database.routing.url": ConfigValue(stringLiteral: address),
            "services.intake.url": "http://127.0.0.1:1", "services.routing.url": "http://127.0.0.1:1",
            "services.notification.url": "http://127.0.0.1:1", "services.analytics.url": "http://127.0.0.1:1",
            "log.level": "critical",
        ])
        let configuration = try NodeConfiguration(reader: ConfigReader(provider: provider), service: .routing)
        try await PostgresClient.withClient(url: address, configure: { $0.maximumConnections = 4 }) { client in
            let directory = DirectoryStore(client: client, logger: logger)
            let issuers = try nodeKeys.issuers()
            let verifier = TokenVerifier {
                try await directory.reload().keys.filter { $0.purpose == .signing }
                    .map { VerificationKey(kid: $0.kid, agency: $0.agencyCode, publicKey: $0.publicKey) }
            }
            let environment = ServiceEnvironment(
                configuration: configuration, database: AgencyDatabase(client: client, service: .routing),
                client: client,
                directory: directory,
                agencies: agencies.map {
                    AgencyScope(number: $0.number, code: $0.code, service: .routing, hosted: true)
                },
                logger: logger, metrics: PrometheusRegistry(),
                siblings: ServiceClient(
                    http: .shared, configuration: configuration, service: .routing, issuers: issuers),
                verifier: verifier, issuers: issuers, keys: nodeKeys)
            let service = try await RoutingService(environment: environment)
            let app = Application(
                responder: try ServiceApplication.responder(for: service, in: environment), logger: logger)
            try await app.test(.router) { http in
                try await body(Process(client: client, service: service, environment: environment, http: http))
            }
        }
    }

    // MARK: Made once

    private static let agencyKeys = agencies.map { AgencyKeys.generate(agency: $0.code) }

    private static let keys = Task { () throws -> String in
        let folder = FileManager.default.temporaryDirectory.appending(path: "sinergi-routing-\(UUID.v7().text)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for key in agencyKeys { try key.write(to: folder) }
        return folder.path
    }

    private static let made = Task { try await ServerWideWork.alone { try await make() } }

    private static func make() async throws -> String {
        let name = "routing_\(UUID.v7().text.suffix(12))"
        try await PostgresClient.withClient(url: try url(nil)) { client in
            let left = try await client.query(
                "SELECT datname FROM pg_database WHERE datname ~ '^routing_[0-9a-f]{12}$'")
            for row in left {
                // One that a run beside this one uses stays.
                let old = PostgresIdentifier(try row.decode("datname", as: String.self))
                _ = try? await client.query("DROP DATABASE \(identifier: old)")
            }
            _ = try await client.query("CREATE DATABASE \(identifier: PostgresIdentifier(name))")
        }
        let groups = try OperatorMigrations.groups()
        let hash = try await Passwords.hash(password)
        try await PostgresClient.withClient(url: try url(name)) { client in
            try await client.withConnection { try await $0.runScript(try DirectorySchema.bootstrap()) }
            try await Migrator(client: client, groups: groups, logger: logger).migrate()
            try await client.withConnection { try await $0.runScript(RoutingFixture.roles) }
            try await client.withConnection { try await $0.runScript(RoutingFixture.directory) }
            _ = try await client.query("UPDATE directory.officer SET password_hash = \(hash)")
            for (agency, own) in zip(agencies, agencyKeys) {
                _ = try await client.query(
                    """
                    INSERT INTO directory.agency_key (agency, kid, purpose, public_key)
                    VALUES (\(Int32(agency.number))::int4, \(try own.signingKid()), 'signing', \(try own.signingPublicPEM()))
                    """)
            }
        }
        return name
    }

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

/// The directory of routing's tests.
enum RoutingFixture {
    static let roles: PostgresScript = """
        DO $do$
        DECLARE
            v_role text;
        BEGIN
            FOREACH v_role IN ARRAY ARRAY['s_8401_routing', 's_8402_routing', 's_8403_routing'] LOOP
                CONTINUE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = v_role);
                EXECUTE format('CREATE ROLE %I NOLOGIN', v_role);
                EXECUTE format('GRANT sinergi_routing TO %I', v_role);
            END LOOP;
        END
        $do$;
        """

    /// RPROV (arbiter and coordinator) ─ RKABA (SEKDA, arbiter, over TRI, DPU, DLH, DAG) and RKABB. RKABA has rules for
    /// damaged roads and waste of its own area, and one that names an office that does not exist.
    static let directory: PostgresScript = """
        INSERT INTO directory.calendar (code, name, zone, hours) VALUES
            ('routing', 'Kantor', 'Asia/Makassar', '{"1":[["07:30","16:00"]],"2":[["07:30","16:00"]],"3":[["07:30","16:00"]],
              "4":[["07:30","16:00"]],"5":[["07:30","16:00"]]}');
        INSERT INTO directory.calendar_year SELECT 'routing', y, false FROM generate_series(2024, 2035) y;
        SELECT directory.rebuild_calendar('routing');
        INSERT INTO directory.agency (number, code, name, prefix, parent) VALUES
            (8401, 'RPROV', 'Provinsi', 'RPROV', NULL), (8402, 'RKABA', 'Kabupaten A', 'RKABA', 8401),
            (8403, 'RKABB', 'Kabupaten B', 'RKABB', 8401);
        INSERT INTO directory.office (id, agency, code, name, is_arbiter, is_coordinator, calendar) VALUES
            (directory.uuid7(), 8401, 'RPROV', 'Provinsi', true, true, 'routing');
        INSERT INTO directory.office (id, agency, code, name, parent, calendar)
        SELECT directory.uuid7(), x.agency, x.code, x.name, o.id, 'routing'
        FROM (VALUES (8402, 'RKABA', 'Kabupaten A'), (8403, 'RKABB', 'Kabupaten B')) AS x(agency, code, name),
             directory.office o WHERE o.code = 'RPROV';
        INSERT INTO directory.office (id, agency, code, name, parent, is_arbiter, calendar)
        SELECT directory.uuid7(), 8402, 'RKABA/SEKDA', 'Sekretariat Daerah', o.id, true, 'routing'
        FROM directory.office o WHERE o.code = 'RKABA';
        INSERT INTO directory.office (id, agency, code, name, parent, is_triage, calendar)
        SELECT directory.uuid7(), 8402, x.code, x.name, o.id, x.triage, 'routing'
        FROM (VALUES ('RKABA/TRI', 'Dinas Kominfo', true), ('RKABA/DPU', 'Dinas PU', false), ('RKABA/DLH', 'Dinas LH', false),
                     ('RKABA/DAG', 'Dinas Perdagangan', false)) AS x(code, name, triage),
             directory.office o WHERE o.code = 'RKABA/SEKDA';
        INSERT INTO directory.officer (agency, id, username, name) VALUES
            (8402, '01985f3e-7c00-7aaa-8bbb-000000000001', 'liaison@rkaba.dlh', 'Bu Ani'),
            (8402, '01985f3e-7c00-7aaa-8bbb-000000000002', 'triage@rkaba', 'Pak Budi');
        INSERT INTO directory.position (agency, id, officer, office, roles, valid_from)
        SELECT 8402, directory.uuid7(), x.officer::uuid, o.id, x.roles, '2024-01-01'
        FROM (VALUES ('01985f3e-7c00-7aaa-8bbb-000000000001', 'RKABA/DLH', ARRAY['liaison', 'handler']),
                     ('01985f3e-7c00-7aaa-8bbb-000000000002', 'RKABA/TRI', ARRAY['triage'])) AS x(officer, office, roles)
        JOIN directory.office o ON o.code = x.office;
        INSERT INTO directory.category (code, parent, name_id, name_en) VALUES
            ('roads', NULL, 'Jalan', 'Roads'), ('roads.damage', 'roads', 'Jalan rusak', 'Damaged road'),
            ('waste', NULL, 'Sampah', 'Waste'), ('waste.collection', 'waste', 'Pengangkutan sampah', 'Waste collection');
        INSERT INTO directory.area (code, name, level, parent) VALUES
            ('98', 'Provinsi', 1, NULL), ('98.01', 'Kabupaten A', 2, '98'), ('98.02', 'Kabupaten B', 2, '98');
        INSERT INTO directory.jurisdiction (id, agency, area_code) VALUES
            (directory.uuid7(), 8401, '98'), (directory.uuid7(), 8402, '98.01'), (directory.uuid7(), 8403, '98.02');
        INSERT INTO casework.rule (agency, id, priority, name, category, area_code, lead, created_by) VALUES
            (8402, directory.uuid7(), 1, 'Rusak', 'roads', '98.01', 'RKABA/HILANG', 'uji'),
            (8402, directory.uuid7(), 20, 'Jalan kabupaten', 'roads.damage', '98.01', 'RKABA/DPU', 'uji'),
            (8402, directory.uuid7(), 20, 'Sampah', 'waste', '98.01', 'RKABA/DLH', 'uji');
        """
}
