import Foundation
import HTTPTypes
import Postgres
import RoutingClassifier
import RoutingLearning
import ServiceKit
import SinergiCore
import Tenancy
import Testing

@testable import RoutingServer

/// The life of a learnt model, with a real database: trained, measured, acting, falling, damaged, retired.
@Suite("Learnt models", .serialized)
struct RoutingModelTests {
    @Test("trained from outcomes, proposes first, acts when it has earned it, and falls back")
    func life() async throws {
        try await RoutingHouse.with { house in
            let scope = house.environment.agencies[1]
            let learning = LearningDuty(
                database: house.environment.database, agencies: [scope], directory: house.environment.directory,
                logger: RoutingHouse.logger)
            for number in 0..<40 {
                _ = try await Self.outcome(house, Self.road(number), "RKABA/DPU")
                _ = try await Self.outcome(house, Self.waste(number), "RKABA/DLH")
            }
            let result = try #require(try await Self.train(house))
            #expect(result.status == "active", "\(result.note)")
            let version = try #require(result.version)
            try await house.service.shelf.refresh(scope)

            // In shadow: first among the proposals, with the words that counted, and a person decides.
            let (first, _) = try await house.open(description: Self.road(900))
            let shadow = try await Self.decision(house, first)
            #expect(shadow["mode"] == "suggested")
            #expect(shadow["suggestions"]?[0]?["office"]?["code"] == "RKABA/DPU")
            let why = Self.why(shadow, version)
            #expect(why.contains("“aspal”") && why.contains("masa percobaan"), "\(why)")

            // Twenty certain opinions come true.
            var roads: [UUID] = []
            for number in 901..<925 { roads.append(try await Self.outcome(house, Self.road(number), "RKABA/DPU")) }
            try await learning.measure(scope)
            #expect(try await Self.state(house, of: "RKABA/DPU") == "automatic")
            try await house.service.shelf.refresh(scope)
            let (acted, _) = try await house.open(description: Self.road(930))
            let automatic = try await Self.decision(house, acted)
            #expect(automatic["mode"] == "automatic")
            #expect(automatic["rule"]?.string == "Model versi \(version)")
            _ = try await house.offer(of: acted, to: "RKABA/DPU")

            // What counts is what really happened: a tenth and more turns out wrong.
            for id in roads.prefix(8) { try await Self.settle(house, id, "RKABA/DLH") }
            try await learning.measure(scope)
            #expect(try await Self.state(house, of: "RKABA/DPU") == "shadow")
            try await house.service.shelf.refresh(scope)
            let (after, _) = try await house.open(description: Self.road(931))
            #expect(try await Self.decision(house, after)["mode"] == "suggested")

            // A rule decides before any model.
            let (ruled, _) = try await house.open(category: "waste.collection", description: Self.road(932))
            #expect(try await Self.decision(house, ruled)["rule"] == "Sampah")

            try await Self.damaged(house, scope, good: version)
        }
    }

    /// A malformed model is an alarm; the last good one stays, and no complaint waits.
    private static func damaged(_ house: RoutingHouse.Process, _ scope: AgencyScope, good: Int) async throws {
        _ = try await house.client.query(
            """
            WITH old AS (UPDATE casework.model SET status = 'retired', retired_at = now() WHERE agency = 8402 AND status = 'active'
                         RETURNING version)
            SELECT count(*) FROM old
            """)
        _ = try await house.client.query(
            """
            INSERT INTO casework.model (agency, version, status, bytes, sha256, card, rows, trained_through, trained_by, note)
            VALUES (8402, 900, 'active', '\\x534e52474d444c31ffffff7f00', sha256('\\x534e52474d444c31ffffff7f00'), '{}', 0, now(), 'uji', 'rusak')
            """)
        try await house.service.shelf.refresh(scope)
        let (id, _) = try await house.open(description: road(940))
        #expect(!why(try await decision(house, id), good).isEmpty)

        let admin = try await house.token("RKABA", .admin)
        let broken = try await house.call(.get, "/v1/models/900", as: admin)
        let tag = try #require(broken.headers[.eTag])
        let retired = try await house.call(
            .post, "/v1/models/900/retire", as: admin, headers: [.ifMatch: tag])
        #expect(retired.status == 200 && retired.json["status"] == "retired")
        let again = try await house.call(
            .post, "/v1/models/900/activate", as: admin, headers: [.ifMatch: try #require(retired.headers[.eTag])])
        #expect(again.status == 409)
        #expect(try await house.call(.post, "/v1/models/900/retire", as: admin).status == 428)
        let triage = try await house.token("RKABA/TRI", .triage)
        #expect(
            try await house.call(.post, "/v1/models/\(good)/activate", as: triage, headers: [.ifMatch: "*"]).status
                == 403)

        // Two at once with what both have read: one of them has to look again.
        let shown = try await house.call(.get, "/v1/models/\(good)", as: admin)
        #expect(shown.json["card"]?["held_back"]?["rows"]?.integer ?? 0 >= TrainedModel.fewestHeld)
        let seen = try #require(shown.headers[.eTag])
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    try await house.call(.post, "/v1/models/\(good)/activate", as: admin, headers: [.ifMatch: seen])
                        .status
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses.sorted() == [200, 412])
        let list = try await house.call(.get, "/v1/models", as: admin)
        #expect(list.json["data"]?.array?.filter { $0["status"] == "active" }.count == 1)
        #expect(list.json["offices"]?.array?.contains { $0["office"]?["code"] == "RKABA/DPU" } == true)

        let final = try await house.call(.get, "/v1/models/\(good)", as: admin)
        _ = try await house.call(
            .post, "/v1/models/\(good)/retire", as: admin, headers: [.ifMatch: try #require(final.headers[.eTag])])
        try await house.service.shelf.refresh(scope)
        let (none, _) = try await house.open(description: road(941))
        #expect(why(try await decision(house, none), good).isEmpty)
    }

    @Test("nothing of a secret report's words stands in what is kept of its decision")
    func secret() async throws {
        try await RoutingHouse.with { house in
            let words = "Petugas loket minta uang pelicin 150 ribu supaya cepat jadi, padahal gratis."
            for (kind, confidential) in [("complaint", true), ("supervisory", false), ("complaint", false)] {
                let (id, _) = try await house.open(kind: kind, confidential: confidential, description: words)
                let rows = try await house.client.query(
                    "SELECT suggestions::text || trace::text AS kept FROM casework.decision WHERE case_id = \(id)")
                let kept = try rows.map { try $0.decode("kept", as: String.self) }.joined().lowercased()
                #expect(!kept.isEmpty)
                for word in ["pelicin", "loket", "gratis"] { #expect(!kept.contains(word), "\(kind) \(word)") }
            }
        }
    }

    @Test("quoted words go, the sentence stays")
    func quotes() {
        #expect(TraceWords.removed(from: "Kata “uang”, “pelicin” cocok.") == "Kata “…”, “…” cocok.")
        #expect(TraceWords.removed(from: "Tanpa kutipan.") == "Tanpa kutipan.")
    }

    // MARK: Made up

    private static let places = ["Pasar Lama", "Simpang Tiga", "depan sekolah", "dekat puskesmas", "Gang Melati"]

    private static func road(_ number: Int) -> String {
        "Aspal jalan \(places[number % 5]) berlubang dan retak, kendaraan sulit lewat, tolong ditambal nomor \(number)"
    }

    private static func waste(_ number: Int) -> String {
        "Tumpukan sampah \(places[number % 5]) belum diangkut truk, baunya menyengat nomor \(number)"
    }

    private static func train(_ house: RoutingHouse.Process) async throws -> ModelLearning.Result? {
        try await ModelLearning(
            database: AgencyQueries(database: house.environment.database, scope: house.environment.agencies[1]),
            agency: 8402, trainer: "Uji", logger: RoutingHouse.logger
        ).run()
    }

    /// A case that an office has answered.
    private static func outcome(_ house: RoutingHouse.Process, _ text: String, _ office: String) async throws -> UUID {
        let (id, _) = try await house.open(description: text)
        try await settle(house, id, office)
        return id
    }

    private static func settle(_ house: RoutingHouse.Process, _ id: UUID, _ office: String) async throws {
        _ = try await house.client.query(
            """
            UPDATE casework."case" SET status = 'answered', accepted_at = now(), answered_at = clock_timestamp(),
                lead_office = (SELECT o.id FROM directory.office o WHERE o.code = \(office))
            WHERE id = \(id)
            """)
    }

    private static func decision(_ house: RoutingHouse.Process, _ id: UUID) async throws -> JSONValue {
        let triage = try await house.token("RKABA/TRI", .triage)
        let shown = try await house.call(.get, "/v1/cases/\(id.text)", as: triage)
        let decision = try #require(shown.json["decision"]?["decision_id"]?.string)
        return try await house.call(.get, "/v1/decisions/\(decision)", as: triage).json
    }

    private static func why(_ decision: JSONValue, _ version: Int) -> String {
        let trial = decision["trace"]?.array?.first { $0["name"]?.string == "Model versi \(version)" }
        return (trial?["why"]?.array ?? []).compactMap(\.string).joined(separator: " ")
    }

    private static func state(_ house: RoutingHouse.Process, of office: String) async throws -> String? {
        try await house.client.query(
            "SELECT state FROM casework.model_office WHERE agency = 8402 AND office = \(office)"
        ).first?.decode("state", as: String.self)
    }
}
