import Foundation
import Logging
import Postgres
import Tenancy
import Testing

/// The snapshot answers as the database would.
@Suite("Directory", .serialized)
struct DirectoryTests {
    private static func directory(
        _ body: (Directory, PostgresClient) async throws -> Void
    ) async throws {
        try await Border.as(Border.regency, .intake) { client async throws in
            let store = DirectoryStore(client: client, logger: Logger(label: "border"))
            try await body(try await store.current(), client)
        }
    }

    @Test("agencies and offices by number, code and prefix")
    func lookups() async throws {
        try await Self.directory { directory, _ async throws in
            #expect(directory.agency(code: "BKABA")?.number == 9102)
            #expect(directory.agency(prefix: "BKABB")?.code == "BKABB")
            #expect(directory.agencies[9101]?.parent == 9100)
            let unit = try #require(directory.office(code: "BKABA/DPU"))
            #expect(unit.agencyCode == "BKABA" && unit.isUnit && unit.zone == "Asia/Makassar" && unit.active)
            #expect(directory.offices[unit.id] == unit)
            #expect(unit.parent.flatMap { directory.offices[$0]?.code } == "BKABA/SEKDA")
            #expect(directory.offices(of: 9102).map(\.code).count == 6)
            #expect(directory.office(code: "BKABA/TIDAKADA") == nil)
            #expect(directory.categories["border"]?.nameEN == "Border")
            #expect(directory.signingKeys(at: Date()).contains { $0.agency == 9102 })
            #expect(directory.sealingKey(of: 9102, at: Date())?.purpose == .sealing)
            #expect(directory.sealingKey(of: 9102, at: .distantPast) == nil)
        }
    }

    @Test("front offices and areas are the database's")
    func mirrors() async throws {
        try await Self.directory { directory, client async throws in
            for number in directory.agencies.keys {
                let front = try await client.query("SELECT directory.front_office(\(Int32(number))) AS id").first?
                    .decodeIfPresent("id", as: UUID.self)
                #expect(directory.frontOffice(of: number)?.id == front, "\(number)")
            }
            for area in ["99", "99.01", "99.01.02", "99.02", "990", "98"] {
                let agency = try await client.number("SELECT directory.agency_of_area(\(area))::int8 AS value")
                #expect(directory.agency(ofArea: area)?.number == agency, "\(area)")
            }
        }
    }

    @Test("areas by code, by place and below another")
    func areas() async throws {
        try await Border.superuser { client async throws in
            _ = try await client.query(
                """
                UPDATE directory.area SET parent = CASE code WHEN '99.01' THEN '99' END,
                    geom = ST_Multi(ST_MakeEnvelope(130, -5, CASE code WHEN '99' THEN 134 ELSE 132 END, -3, 4326))
                WHERE code IN ('99', '99.01')
                """)
        }
        try await Border.as(Border.regency, .intake) { client async throws in
            let finder = AreaFinder(database: AgencyDatabase(client: client, service: .intake))
            let scope = Border.regency.scope
            let inner = try await finder.area(latitude: -4, longitude: 131, in: scope)
            #expect(inner == .some(try #require(try await finder.area(code: "99.01", in: scope))))
            #expect(inner?.agency == 9102)
            #expect(try await finder.area(latitude: -4, longitude: 133, in: scope)?.code == "99")
            #expect(try await finder.area(latitude: 40, longitude: 0, in: scope) == nil)
            #expect(try await finder.area(code: "97", in: scope) == nil)
            #expect(try await finder.areas(below: "99", in: scope).map(\.code) == ["99.01"])
        }
    }

    @Test("a store keeps its snapshot, and simultaneous callers share one reading")
    func store() async throws {
        try await Border.as(Border.regency, .routing) { client async throws in
            let store = DirectoryStore(client: client, logger: Logger(label: "border"))
            async let first = store.reload()
            async let second = store.reload()
            let (left, right) = try await (first, second)
            #expect(left.readAt == right.readAt || left.agencies.count == right.agencies.count)
            let kept = try await store.current().readAt
            #expect(try await store.current().readAt == kept)
            #expect(try await store.reload().readAt > kept)
        }
    }

    @Test("on a host it is read in an agency's role")
    func hosted() async throws {
        try await Border.login(Border.hostLogin) { client async throws in
            let role = AgencyScope.role(number: 9104, service: .routing)
            let store = DirectoryStore(client: client, role: role, logger: Logger(label: "border"))
            #expect(try await store.current().agency(code: "BASING") != nil)
            let nobody = DirectoryStore(client: client, logger: Logger(label: "border"))
            #expect(await failure { _ = try await nobody.current() } == "42501")
        }
    }
}
