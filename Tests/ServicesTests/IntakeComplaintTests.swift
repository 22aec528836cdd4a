import Foundation
import HTTPTypes
import Identity
import IntakeAPI
import Postgres
import ServiceKit
import SinergiCore
import Testing

@testable import IntakeServer

/// The door, over HTTP, on a real database in an agency's own role.
@Suite("Receiving complaints", .serialized)
struct IntakeComplaintTests {
    private func uuid() -> String { UUID().uuidString.lowercased() }

    @Test("201 has code, key and place, and everything is stored with its messages at once")
    func accepts() async throws {
        try await IntakeHouse.with { house in
            let (code, accessKey, answer) = try await house.submit(
                #""lat":-1.5,"long":116.2,"category":"roads.damage","reporter":{"name":"Sari","phone":"0812 3456 7890"}"#
            )
            #expect(answer.status == 201)
            #expect(answer.headers[.location] == "v1/complaints/\(code)")
            #expect(
                answer.json.object?.members.map(\.name) == [
                    "tracking_code", "access_key", "status", "agency", "created_at", "missing", "suggestions",
                ])
            #expect(accessKey.wholeMatch(of: /[A-Za-z0-9_-]{32,}/) != nil)
            #expect(answer.json["agency"] == ["code": "INTA", "agency": "INTA", "name": "Kabupaten Satu"])
            #expect(answer.json["missing"] == ["event_date"])
            let row = try #require(
                try await house.client.query(
                    "SELECT area_code, access_key_hash, notified_seq::int8 AS seq FROM intake.complaint WHERE tracking_code = \(code)"
                ).first)
            #expect(try row.decode("area_code", as: String.self) == "99.01.01", "found from the coordinates")
            #expect(try row.decode("access_key_hash", as: [UInt8].self) != Array(accessKey.utf8))
            let messages = try await house.messages(of: code)
            #expect(messages.map(\.service) == ["analytics", "notification", "routing"])
            #expect(messages.map(\.type) == ["complaint.counted", "reporter.notice", "complaint.received"])
            #expect(messages[2].data["area_code"]?.string == "99.01.01")
            #expect(messages[2].data["title"]?.string == "Jalan depan SD amblas habis hujan")
            #expect(messages[1].data["expected_at"]?.string != nil, "says when a human will have read it")
            let sealed = try #require(Data(base64Encoded: messages[1].data["sealed_contact"]?.string ?? ""))
            let plain = try Sealer.open(Array(sealed), with: house.sealingPrivate)
            #expect(String(decoding: plain, as: UTF8.self).contains("+6281234567890"))
            let clear = try await house.client.query(
                "SELECT count(*) AS n FROM exchange.message WHERE data::text LIKE '%6281234567890%'")
            #expect(try clear.first?.decode("n", as: Int.self) == 0, "no identity in the clear")
        }
    }

    @Test("a refused complaint leaves nothing behind")
    func refuses() async throws {
        try await IntakeHouse.with { house in
            let cases: [(String, Int, String?, [String])] = [
                ("{", 400, "malformed_json", []), ("[1]", 422, "validation", ["# bad_format"]),
                (#"{"description":"pendek","colour":1}"#, 422, "validation", []),
                (
                    #"{"description":"Jalan ini tidak tersimpan.","area_code":"99.99"}"#, 422, "validation",
                    ["#/area_code unknown_area"]
                ),
                (
                    #"{"description":"Jalan ini tidak tersimpan.","area_code":"99.02","lat":-1.5,"long":116.2}"#, 422,
                    "validation",
                    ["#/area_code area_mismatch"]
                ),
            ]
            for (body, status, code, errors) in cases {
                let answer = try await house.call(.post, "/v1/complaints", body)
                #expect(answer.status == status && answer.code == code, "\(body)")
                if !errors.isEmpty { #expect(answer.errors == errors) }
            }
            let token = try await house.call(.post, "/v1/complaints", "{}", token: "x.y.z")
            #expect(token.status == 401 && token.code == "invalid_token")
            let key = try await house.call(.post, "/v1/complaints", "{}", key: "no-uuid")
            #expect(key.status == 400 && key.code == "malformed_request")
            #expect(try await house.stored("tidak tersimpan").complaints == 0)
        }
    }

    @Test("a repeat gets the first answer again, another body under the same key is refused")
    func repeats() async throws {
        try await IntakeHouse.with { house in
            let key = uuid()
            let first = try await house.submit(key: key)
            let again = try await house.submit(key: key)
            #expect(again.answer.status == 201)
            #expect(again.answer.text == first.answer.text, "byte for byte")
            let other = try await house.submit(description: "Lampu jalan padam sejak kemarin.", key: key)
            #expect(other.answer.status == 422 && other.answer.code == "idempotency_key_reused")
            // After a day the key is free for other content, and the same content is still the same complaint.
            _ = try await house.client.query(
                "UPDATE intake.idempotency SET created_at = created_at - interval '25 hours' WHERE key = \(key)")
            #expect(try await house.submit(key: key).answer.text == first.answer.text)
            _ = try await house.client.query(
                "UPDATE intake.idempotency SET created_at = created_at - interval '25 hours' WHERE key = \(key)")
            let later = try await house.submit(description: "Lampu jalan padam sejak kemarin.", key: key)
            #expect(later.answer.status == 201 && later.code != first.code)
        }
    }

    @Test("fifty requests at once with one key make one complaint")
    func races() async throws {
        try await IntakeHouse.with { house in
            let key = uuid()
            let text = "Lampu padam, pukul \(key)"
            let answers = try await withThrowingTaskGroup(of: (Int, String).self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        let answer = try await house.submit(description: text, key: key).answer
                        return (answer.status, answer.status == 201 ? answer.text : answer.code ?? "")
                    }
                }
                return try await group.reduce(into: [(Int, String)]()) { $0.append($1) }
            }
            #expect(try await house.stored(text).complaints == 1)
            #expect(Set(answers.filter { $0.0 == 201 }.map(\.1)).count == 1)
            #expect(Set(answers.filter { $0.0 != 201 }.map(\.1)).isSubset(of: ["idempotency_in_progress"]))
        }
    }

    @Test("the same number of the same source is the same complaint")
    func externalIDs() async throws {
        try await IntakeHouse.with { house in
            let number = #""source":"lapor","external_id":"\#(uuid())""#
            let first = try await house.submit(number)
            #expect(try await house.submit(number).answer.text == first.answer.text)
            let changed = try await house.submit(number, description: "Lampu jalan padam sejak kemarin.")
            #expect(changed.answer.code == "idempotency_key_reused")
            let keyed = try await house.submit(number, description: "Lampu jalan padam lagi.", key: uuid())
            #expect(keyed.answer.code == "idempotency_key_reused")
        }
    }

    @Test("hundreds at once are stored in few transactions, each with its own messages")
    func together() async throws {
        try await IntakeHouse.with { house in
            let street = uuid()
            let codes = try await withThrowingTaskGroup(of: String.self) { group in
                for number in 0..<300 {
                    group.addTask {
                        try await house.submit(description: "Jalan rusak nomor \(number) di jalan \(street).").code
                    }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(codes.count == 300 && !codes.contains(""))
            let stored = try await house.stored(street)
            #expect(stored.complaints == 300 && stored.messages == 600)
            #expect(stored.transactions < 100, "\(stored.transactions) transactions")
        }
    }

    @Test("one row that the database refuses costs only itself")
    func replays() async throws {
        try await IntakeHouse.with { house in
            let writer = SubmissionWriter(
                store: ComplaintStore(database: house.environment.database), scope: house.scope,
                logger: IntakeHouse.logger)
            let outcomes = await writer.write(["Satu", "", "Tiga"].map { IntakeHouse.complaint($0) })
            #expect(outcomes.map { if case .stored = $0 { true } else { false } } == [true, false, true])
            if case .refused = outcomes[1] {} else { Issue.record("the bad row is refused") }
            let taken = IntakeHouse.complaint("Empat")
            #expect(await writer.write([taken]).count == 1)
            let clash = IntakeHouse.complaint("Empat", code: taken.trackingCode, requestHash: taken.requestHash)
            if case .codeTaken = await writer.write([clash])[0] {
            } else {
                Issue.record("a code that exists is drawn again")
            }
        }
    }

    @Test("agencies of one host do not see each other's complaints")
    func agencies() async throws {
        try await IntakeHouse.with { house in
            let own = try await house.submit()
            let answer = try await house.call(
                .get, "/v1/complaints/\(own.code)", token: own.accessKey, agency: IntakeHouse.other.code)
            #expect(answer.status == 404 && answer.code == "not_found")
            #expect(answer.json["detail"]?.string?.contains("http://satu.test/INTA") == true)
            let link = answer.headers[HTTPField.Name("Link")!]
            #expect(link == "<http://satu.test/INTA/v1/complaints/\(own.code)>; rel=\"alternate\"")
        }
    }

    @Test("what reporters choose from")
    func catalogue() async throws {
        try await IntakeHouse.with { house in
            let categories = try await house.call(.get, "/v1/categories", headers: [.acceptLanguage: "en"])
            #expect(categories.json["data"]?[1]?["name"]?.string == "Damaged road")
            let page = try await house.call(.get, "/v1/categories?limit=1")
            #expect(page.json["meta"]?["has_more"] == true)
            let next = try await house.call(
                .get, "/v1/categories?limit=1&cursor=\(page.json["meta"]?["cursor"]?.string ?? "")")
            #expect(next.json["data"]?[0]?["code"]?.string == "roads.damage" && next.json["meta"]?["has_more"] == false)
            let area = try await house.call(.get, "/v1/areas?lat=-1.5&long=116.7")
            #expect(area.json["data"]?[0]?["code"]?.string == "99.01")
            #expect(area.json["data"]?[0]?["agency"]?["code"]?.string == "INTA")
            #expect(try await house.call(.get, "/v1/areas?code=99.77").json["data"] == [])
            #expect(try await house.call(.get, "/v1/areas?lat=116.7&long=-1.5").errors == ["#/lat coordinates_swapped"])
            #expect(try await house.call(.get, "/v1/areas?lat=-1.5").errors == ["#/long required"])
            let own = try await house.call(.get, "/v1/areas")
            #expect(own.json["data"]?.array?.compactMap { $0["code"]?.string } == ["99.01", "99.01.01"])
            let agencies = try await house.call(.get, "/v1/agencies")
            #expect(agencies.json["data"]?.array?.compactMap { $0["code"]?.string } == ["INTA", "INTB"])
        }
    }
}
