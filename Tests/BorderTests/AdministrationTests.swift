import Foundation
import Postgres
import SinergiCore
import Tenancy
import Testing

/// An agency's administrator edits the own part of the directory, and no one else's.
@Suite("Administration", .serialized)
struct AdministrationTests {
    private static let agency = Border.receiver

    private static func unit(_ values: String = "") -> SQL {
        let text =
            #"{"name":"Uji","calendar":"border","dangers":[],"is_arbiter":false,"is_coordinator":false,"is_triage":false,"#
            + #""joined":true\#(values.isEmpty ? "" : "," + values)}"#
        return "\(JSONText(text))::jsonb"
    }

    private func put(_ agency: Border.Agency, _ statement: SQL, _ service: ServiceName = .routing) async -> String? {
        await failure { try await Border.as(agency, service) { _ = try await $0.query(statement) } }
    }

    private static func row(_ text: String) -> SQL { "\(JSONText(text))::jsonb" }

    @Test("own units are made and changed, with the version that was seen")
    func units() async throws {
        let code = "BKABC/U1"
        #expect(
            await put(Self.agency, "SELECT directory.put_unit(\(code), NULL, \(Self.unit()), 'Ani')::text AS value")
                == nil)
        #expect(
            await put(Self.agency, "SELECT directory.put_unit(\(code), NULL, \(Self.unit()), 'Ani')::text AS value")
                == "SN409")
        #expect(
            await put(
                Self.agency,
                "SELECT directory.put_unit(\(code), 1, \(Self.unit(#""duties":"Air""#)), 'Ani')::text AS value")
                == nil)
        #expect(
            await put(Self.agency, "SELECT directory.put_unit(\(code), 1, \(Self.unit()), 'Ani')::text AS value")
                == "SN412")
        #expect(
            await put(Self.agency, "SELECT directory.put_unit('BKABC/TIDAK', 1, \(Self.unit()), 'Ani')::text AS value")
                == "SN404")
        let changes = try await Border.as(Self.agency) {
            try await $0.texts(
                "SELECT after ->> 'duties' AS value FROM directory.change WHERE key = \(code) AND after ->> 'duties' IS NOT NULL"
            )
        }
        #expect(changes == ["Air"])
    }

    @Test("another agency's office is neither made, changed, moved nor stood under")
    func foreignUnits() async throws {
        for code in ["BKABA/BARU", "BKABA/DPU", "BKABC", "BKABA", "BKABC/", "bkabc/x", "BKABC/A/B"] {
            let state = await put(
                Self.agency, "SELECT directory.put_unit(\(code), NULL, \(Self.unit()), 'Ani')::text AS value")
            #expect(state == "SN422", "\(code)")
            let changed = await put(
                Self.agency, "SELECT directory.put_unit(\(code), 0, \(Self.unit()), 'Ani')::text AS value")
            #expect(changed == "SN422", "\(code)")
        }
        let under = Self.unit(#""parent":"BKABA/SEKDA""#)
        #expect(
            await put(Self.agency, "SELECT directory.put_unit('BKABC/U2', NULL, \(under), 'Ani')::text AS value")
                == "SN422")
    }

    @Test("the tree stays a tree")
    func cycles() async throws {
        for (code, parent) in [("BKABC/C1", "BKABC"), ("BKABC/C2", "BKABC/C1")] {
            let values = Self.unit("\"parent\":\"\(parent)\"")
            #expect(
                await put(Self.agency, "SELECT directory.put_unit(\(code), NULL, \(values), 'Ani')::text AS value")
                    == nil)
        }
        for parent in ["BKABC/C2", "BKABC/C1"] {
            let values = Self.unit("\"parent\":\"\(parent)\"")
            #expect(
                await put(Self.agency, "SELECT directory.put_unit('BKABC/C1', 0, \(values), 'Ani')::text AS value")
                    == "SN422")
        }
    }

    @Test("people and their positions stay inside the agency")
    func people() async throws {
        let officer = UUID.v7()
        let person = Self.row(#"{"username":"uji@bkabc","name":"Uji","active":true,"password_hash":"rahasia"}"#)
        #expect(
            await put(Self.agency, "SELECT directory.put_officer(\(officer), NULL, \(person), 'Ani')::text AS value")
                == nil)
        let again = Self.row(#"{"username":"uji@bkabc","name":"Lain","active":true}"#)
        #expect(
            await put(Self.agency, "SELECT directory.put_officer(\(UUID.v7()), NULL, \(again), 'Ani')::text AS value")
                == "SN422")
        // The id of somebody else's officer opens nothing.
        let other = BorderFixture.officer(of: Border.regency)
        #expect(
            await put(Self.agency, "SELECT directory.put_officer(\(other), 0, \(again), 'Ani')::text AS value")
                == "SN404")
        func position(_ officer: UUID, _ office: String) -> SQL {
            Self.row(#"{"officer":"\#(officer)","office":"\#(office)","roles":["admin"],"acting":false}"#)
        }
        for (values, expected) in [
            (position(officer, "BKABC"), nil), (position(officer, "BKABA"), "SN422"),
            (position(other, "BKABC"), "SN422"),
        ] as [(SQL, String?)] {
            #expect(
                await put(
                    Self.agency, "SELECT directory.put_position(\(UUID.v7()), NULL, \(values), 'Ani')::text AS value")
                    == expected)
        }
        let kept = try await Border.superuser { client async throws in
            try await client.texts(
                "SELECT coalesce(after ->> 'password_hash', 'none') AS value FROM directory.change WHERE key = \(officer.uuidString.lowercased())"
            )
        }
        #expect(kept == ["none"], "a hash is no news")
        let seen = try await Border.as(Border.regency) {
            try await $0.texts("SELECT key AS value FROM directory.change WHERE agency <> directory.me()")
        }
        #expect(seen.isEmpty)
    }

    @Test("a unit's jurisdiction takes nobody's place, and lies in the own territory")
    func jurisdictions() async throws {
        // The receiver has no territory, so its units may work anywhere; whose place it is does not change by that.
        #expect(
            await put(Self.agency, "SELECT directory.put_unit('BKABC/J1', NULL, \(Self.unit()), 'Ani')::text AS value")
                == nil)
        let id = UUID.v7()
        let claim = Self.row(#"{"office":"BKABC/J1","area_code":"99.01"}"#)
        #expect(
            await put(Self.agency, "SELECT directory.put_jurisdiction(\(id), NULL, \(claim), 'Ani')::text AS value")
                == nil)
        let owner = try await Border.as(Self.agency) {
            try await $0.number("SELECT directory.agency_of_area('99.01')::int8 AS value")
        }
        #expect(owner == Border.regency.number)
        #expect(
            await put(
                Self.agency, "SELECT directory.put_jurisdiction(\(UUID.v7()), NULL, \(claim), 'Ani')::text AS value")
                == "SN409")
        let own = Self.row(#"{"office":"BKABC","area_code":"99.01"}"#)
        #expect(
            await put(
                Self.agency, "SELECT directory.put_jurisdiction(\(UUID.v7()), NULL, \(own), 'Ani')::text AS value")
                == "SN422")
        // The regency's territory is 99.01; the province's 99 is not its to give out.
        let wide = Self.row(#"{"office":"BKABA/DPU","area_code":"99"}"#)
        #expect(
            await put(
                Border.regency, "SELECT directory.put_jurisdiction(\(UUID.v7()), NULL, \(wide), 'Ani')::text AS value")
                == "SN422")
        let rows = try await Border.superuser { client async throws in
            try await client.texts(
                "SELECT id::text AS value FROM directory.jurisdiction WHERE office IS NULL ORDER BY id")
        }
        for row in rows {
            let theirs = UUID(uuidString: row) ?? UUID()
            for agency in [Self.agency, Border.regency] {
                let values =
                    agency.number == Border.regency.number
                    ? Self.row(#"{"office":"BKABA/DPU","area_code":"99.01"}"#) : claim
                for version: SQL in ["0", "NULL"] {
                    let state = await put(
                        agency,
                        "SELECT directory.put_jurisdiction(\(theirs), \(version), \(values), 'Ani')::text AS value")
                    #expect(state == "SN404", "an agency's own territory is the operator's")
                }
            }
        }
    }

    @Test("responsibilities name own offices, known categories and areas")
    func responsibilities() async throws {
        let id = UUID.v7()
        for (text, expected) in [
            (#"{"office":"BKABC","category":"border","area_code":"99"}"#, nil),
            (#"{"office":"BKABA","category":"border"}"#, "SN422"), (#"{"office":"BKABC","category":"tidak"}"#, "SN422"),
            (#"{"office":"BKABC","category":"border","area_code":"00.00"}"#, "SN422"),
            (#"{"office":"BKABC","category":"border","valid_from":"2026-02-01","valid_to":"2026-01-01"}"#, "SN422"),
            (#"{"office":"BKABC","category":"border","area_code":"99"}"#, "SN409"),
        ] as [(String, String?)] {
            let key = expected == nil ? id : UUID.v7()
            let state = await put(
                Self.agency,
                "SELECT directory.put_responsibility(\(key), NULL, \(Self.row(text)), 'Ani')::text AS value")
            #expect(state == expected, "\(text)")
        }
        // Each has its own rows: the same id is another row elsewhere, and nothing of it.
        let other = Self.row(#"{"office":"BKABB","category":"border"}"#)
        #expect(
            await put(Border.neighbour, "SELECT directory.put_responsibility(\(id), 0, \(other), 'Ani')::text AS value")
                == "SN404")
    }

    @Test("only routing administers, and nobody writes past the functions")
    func otherServices() async throws {
        for service in ServiceName.allCases where service != .routing {
            #expect(
                await put(
                    Self.agency, "SELECT directory.put_unit('BKABC/X', NULL, \(Self.unit()), 'Ani')::text AS value",
                    service) == "42501")
        }
        for statement: SQL in [
            "UPDATE directory.office SET name = 'x'", "UPDATE directory.jurisdiction SET agency = 9105",
            "INSERT INTO directory.responsibility (agency, id, office, category) SELECT 9105, directory.uuid7(), id, 'border' FROM directory.office LIMIT 1",
            "INSERT INTO directory.boundary (agency, id, name, geom) SELECT 9105, directory.uuid7(), 'x', geom FROM directory.area LIMIT 1",
            "DELETE FROM directory.position", "UPDATE directory.revision SET number = 0",
            "SELECT number FROM directory.revision FOR UPDATE",
            "SELECT directory._editor()::text AS value",
            "SELECT directory._log('x', 'unit', 'x', NULL, NULL)::text AS value",
        ] {
            #expect(await put(Self.agency, statement) == "42501", "\(statement)")
        }
    }

    @Test("every change raises the revision by which copies in memory are renewed")
    func revision() async throws {
        func number() async throws -> Int? {
            try await Border.as(Border.neighbour, .analytics) {
                try await $0.number("SELECT number AS value FROM directory.revision")
            }
        }
        let before = try #require(try await number())
        #expect(
            await put(Self.agency, "SELECT directory.put_unit('BKABC/R1', NULL, \(Self.unit()), 'Ani')::text AS value")
                == nil)
        let after = try #require(try await number())
        #expect(after > before)
    }
}
