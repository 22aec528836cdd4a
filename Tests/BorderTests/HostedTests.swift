import Foundation
import Postgres
import SinergiCore
import Tenancy
import Testing

/// A host's login inherits nothing and takes an agency's role for each transaction.
@Suite("Hosted agencies", .serialized)
struct HostedTests {
    private static let neighbour = AgencyScope(number: 9103, code: "BKABB", service: .routing, hosted: true)
    private static let stranger = AgencyScope(number: 9104, code: "BASING", service: .routing, hosted: true)

    @Test("without a role it is nobody")
    func nobody() async throws {
        try await Border.login(Border.hostLogin) { client async throws in
            #expect(await failure { _ = try await client.query("SELECT directory.me()") } == "42501")
            #expect(
                await failure { _ = try await client.query("SELECT 1 AS one FROM casework.participation") } == "42501")
            #expect(await failure { _ = try await client.query("SELECT 1 AS one FROM casework.overdue(1)") } == "42501")
        }
    }

    @Test("each transaction is one agency's, and the next one another's")
    func perTransaction() async throws {
        let id = UUID.v7()
        let handoff = UUID.v7()
        try await Border.as(Border.regency) { client async throws in
            _ = try await Moves(client: client).open(id)
            _ = try await Moves(client: client).offer(id, to: "BKABB", handoff: handoff)
        }
        try await Border.login(Border.hostLogin, connections: 1) { client async throws in
            let database = AgencyDatabase(client: client, service: .routing)
            for _ in 0..<3 {
                let own = try await database.query(
                    Self.neighbour, #"SELECT 1 AS one FROM casework."case" WHERE id = \#(id)"#)
                #expect(own.count == 1)
                let other = try await database.query(
                    Self.stranger, #"SELECT 1 AS one FROM casework."case" WHERE id = \#(id)"#)
                #expect(other.isEmpty)
                let me = try await database.withAgency(Self.stranger, readOnly: true) {
                    try await $0.number("SELECT directory.me()::int8 AS value")
                }
                #expect(me == 9104)
            }
            // The role ends with its transaction.
            #expect(await failure { _ = try await client.query("SELECT directory.me()") } == "42501")
            let accepted = try await database.withAgency(Self.neighbour) { transaction in
                try await transaction.text(
                    "SELECT casework.accept(\(handoff), NULL, 'Budi', NULL, NULL) ->> 'status' AS value")
            }
            #expect(accepted == "in_progress")
            let results = try await database.once(
                Self.neighbour, "SELECT directory.me()::int8 AS value", "SELECT directory.my_service() AS value")
            #expect(try results.first?.first?.decode("value", as: Int.self) == 9103)
            #expect(try results.last?.first?.decode("value", as: String.self) == "routing")
        }
    }

    @Test("it takes the roles of its own agencies only")
    func ownOnly() async throws {
        try await Border.login(Border.hostLogin) { client async throws in
            let database = AgencyDatabase(client: client, service: .routing)
            for (number, service) in [(9102, ServiceName.routing), (9101, .routing), (9103, .intake)] {
                let scope = AgencyScope(number: number, code: "X", service: service, hosted: true)
                #expect(await failure { _ = try await database.query(scope, "SELECT 1 AS one") } == "42501")
            }
        }
    }

    @Test("one question finds the work of all agencies of the host, and of no others")
    func waiting() async throws {
        try await Border.superuser { client async throws in
            _ = try await client.query("SELECT exchange.put(9103, 'routing', 'hosted', 1, 'x', '{}', NULL)")
        }
        try await Border.login(Border.hostLogin) { client async throws in
            let database = AgencyDatabase(client: client, service: .routing)
            let rows = try await database.query(
                Self.stranger,
                "SELECT DISTINCT agency::text AS value FROM exchange.waiting(ARRAY[9101, 9102, 9103, 9104]) WHERE across"
            )
            let agencies = try rows.map { try $0.decode("value", as: String.self) }
            #expect(agencies == ["9103"])
        }
    }
}
