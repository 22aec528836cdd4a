import Foundation
import HTTPTypes
import ServiceKit
import SinergiCore
import Testing

@testable import IntakeServer

/// The reporter's side, over HTTP, on a real database.
@Suite("Following complaints", .serialized)
struct IntakeReporterTests {
    private func view(_ status: String, steps: Int, published: Bool = false, confidential: Bool = false) -> String {
        let events = [
            "received", "verified", "routed", "handoff_offered", "handoff_accepted", "answer_published", "closed",
        ]
        let office = #"{"code":"INTA/TRI","agency":"INTA","name":"Meja Laporan"}"#
        let lines = (1...steps).map { seq in
            #"{"id":"\#(UUID.v7().text)","seq":\#(seq),"at":"2026-11-20T08:00:0\#(seq)+00:00","event":"\#(events[seq - 1])","status":"\#(status)","office":\#(office),"note":null}"#
        }
        return """
            {"status":"\(status)","outcome":null,"kind":"complaint","category":null,"title":"Jalan amblas",
             "description_published":\(published ? #""Jalan amblas di depan sekolah.""# : "null"),"area_code":"99.01",
             "anonymous":false,"confidential":\(confidential),"updated_at":"2026-11-20T08:00:09+00:00","holder":\(office),
             "held_since":"2026-11-20T08:00:00+00:00","next_step":"confirm","expected_at":null,"calendar":"intake",
             "clocks":{"since_submission":{"due_at":"2035-01-05T08:00:00+00:00","working_days_left":1},
                       "legal":{"started_at":null,"due_at":null}},"steps":[\(lines.joined(separator: ","))],"answers":[]}
            """
    }

    @Test("before routing has answered, the front office holds it and a limit is known")
    func fresh() async throws {
        try await IntakeHouse.with { house in
            let own = try await house.submit()
            let answer = try await house.call(.get, "/v1/complaints/\(own.code)", token: own.accessKey)
            #expect(answer.status == 200)
            #expect(answer.json["status"]?.string == "submitted" && answer.json["next_step"]?.string == "verify")
            #expect(answer.json["holder"]?["code"]?.string == "INTA/TRI")
            #expect(answer.json["steps"]?.array?.map { $0["event"]?.string } == ["received"])
            #expect(answer.json["expected_at"]?.string != nil)
            #expect(answer.json["clocks"]?["since_submission"]?["working_days_left"]?.integer == 14)
            #expect(answer.json["actions"] == ["withdraw", "reply"])
            let loose = own.code.lowercased().replacingOccurrences(of: "-", with: "")
            #expect(try await house.call(.get, "/v1/complaints/\(loose)", token: own.accessKey).text == answer.text)
        }
    }

    @Test("wrong keys and unknown codes look the same")
    func secrets() async throws {
        try await IntakeHouse.with { house in
            let own = try await house.submit()
            let wrong = String(repeating: "A", count: 43)
            let unknown = try TrackingCode(prefix: "INTA", bits: 7).text
            for code in [own.code, unknown, "nonsense"] {
                let answer = try await house.call(.get, "/v1/complaints/\(code)", token: wrong)
                #expect(answer.status == 401 && answer.code == "invalid_access_key", "\(code)")
                #expect(answer.headers[.wwwAuthenticate] == "Bearer")
                #expect(try await house.call(.get, "/v1/complaints/\(code)").status == 404)
            }
            let scheme = try await house.call(
                .get, "/v1/complaints/\(own.code)", headers: [.authorization: "Basic eDp5"])
            #expect(scheme.status == 401 && scheme.code == "invalid_access_key")
            let post = try await house.call(.post, "/v1/complaints/\(own.code)/confirmation", "{}")
            #expect(post.status == 401)
        }
    }

    @Test("the newest version of a case is shown, and its reporter hears of each new step once")
    func projection() async throws {
        try await IntakeHouse.with { house in
            let own = try await house.submit(#""reporter":{"email":"sari@contoh.id"}"#)
            try await house.changed(own.code, version: 2, view: view("routed", steps: 4))
            try await house.changed(own.code, version: 1, view: view("submitted", steps: 1))
            try await house.changed(own.code, version: 2, view: view("routed", steps: 4))
            var answer = try await house.call(.get, "/v1/complaints/\(own.code)", token: own.accessKey)
            #expect(answer.json["status"]?.string == "routed")
            #expect(try #require(answer.json["clocks"]?["since_submission"]?["working_days_left"]?.integer) > 1000)
            try await house.changed(own.code, version: 3, view: view("in_progress", steps: 5))
            answer = try await house.call(.get, "/v1/complaints/\(own.code)", token: own.accessKey)
            #expect(answer.json["status"]?.string == "in_progress")
            let notices = try await house.messages(of: own.code).filter { $0.type == "reporter.notice" }
            #expect(
                notices.map { $0.data["event"]?.string } == [
                    "received", "verified", "routed", "handoff_offered", "handoff_accepted",
                ])
            #expect(Set(notices.map { $0.data["message_id"]?.string }).count == 5)
            #expect(notices.map(\.number) == [1, 2, 3, 4, 5])
            #expect(notices[4].data["link"]?.string == "http://intake.test/INTA/follow?code=\(own.code)")
        }
    }

    @Test("nobody without contact is written to")
    func silent() async throws {
        try await IntakeHouse.with { house in
            let own = try await house.submit()
            try await house.changed(own.code, version: 2, view: view("routed", steps: 4))
            #expect(try await house.messages(of: own.code).allSatisfy { $0.service != "notification" })
        }
    }

    @Test("a checked text opens the public view and list, confidentiality closes them")
    func publication() async throws {
        try await IntakeHouse.with { house in
            let own = try await house.submit()
            let path = "/v1/complaints/\(own.code)"
            func listed() async throws -> Bool {
                let list = try await house.call(.get, "/v1/complaints?limit=200")
                return list.json["data"]?.array?.contains { $0["tracking_code"]?.string == own.code } ?? false
            }
            try await house.changed(own.code, version: 2, view: view("verified", steps: 2))
            #expect(try await house.call(.get, path).status == 404)
            try await house.changed(own.code, version: 3, view: view("verified", steps: 2, published: true))
            let answer = try await house.call(.get, path)
            #expect(answer.status == 200)
            #expect(answer.json.object?.members.last?.name == "steps")
            #expect(answer.json["description"]?.string == "Jalan amblas di depan sekolah.")
            #expect(try await listed())
            try await house.changed(
                own.code, version: 4, view: view("verified", steps: 2, published: true, confidential: true))
            #expect(try await house.call(.get, path).status == 404)
            #expect(try await !listed())
            let secret = try await house.submit(#""confidential":true"#)
            try await house.changed(secret.code, version: 3, view: view("verified", steps: 2, published: true))
            #expect(try await house.call(.get, "/v1/complaints/\(secret.code)").status == 404)
        }
    }

    @Test("confirming is possible once, while answered, and tells routing in the same transaction")
    func confirmation() async throws {
        try await IntakeHouse.with { house in
            let own = try await house.submit()
            let path = "/v1/complaints/\(own.code)/confirmation"
            let early = try await house.call(.post, path, #"{"rating":5}"#, token: own.accessKey)
            #expect(early.status == 409 && early.code == "wrong_state")
            #expect(early.json["current"]?["tracking_code"]?.string == own.code)
            try await house.changed(own.code, version: 6, view: view("answered", steps: 6))
            let bad = try await house.call(.post, path, #"{"rating":6}"#, token: own.accessKey)
            #expect(bad.status == 422 && bad.errors == ["#/rating bad_format"])
            let key = UUID().uuidString
            let done = try await house.call(
                .post, path, #"{"rating":5,"comment":null}"#, key: key, token: own.accessKey)
            #expect(done.status == 202)
            #expect(done.json["status"]?.string == "closed" && done.json["outcome"]?.string == "confirmed_solved")
            let again = try await house.call(
                .post, path, #"{"rating":5,"comment":null}"#, key: key, token: own.accessKey)
            #expect(again.status == 202 && again.text == done.text)
            let reused = try await house.call(.post, path, #"{"rating":1}"#, key: key, token: own.accessKey)
            #expect(reused.code == "idempotency_key_reused")
            #expect(try await house.call(.post, path, "{}", token: own.accessKey).code == "wrong_state")
            let sent = try await house.messages(of: own.code).filter { $0.type == "reporter.confirmed" }
            #expect(sent.count == 1 && sent[0].number == 2 && sent[0].data["rating"]?.integer == 5)
            // Routing's own account replaces what was shown in advance.
            try await house.changed(own.code, version: 7, view: view("closed", steps: 7))
            let final = try await house.call(.get, "/v1/complaints/\(own.code)", token: own.accessKey)
            #expect(final.json["steps"]?.array?.count == 7 && final.json["actions"] == ["rate"])
        }
    }

    @Test("disputing reopens, withdrawing ends, in every open state")
    func disputes() async throws {
        try await IntakeHouse.with { house in
            let own = try await house.submit()
            try await house.changed(own.code, version: 6, view: view("answered", steps: 6))
            let path = "/v1/complaints/\(own.code)"
            let short = try await house.call(.post, path + "/dispute", #"{"reason":"belum"}"#, token: own.accessKey)
            #expect(short.errors == ["#/reason too_short"])
            let reason = #"{"reason":"Tiang masih miring.","part":null}"#
            let disputed = try await house.call(.post, path + "/dispute", reason, token: own.accessKey)
            #expect(disputed.status == 202 && disputed.json["status"]?.string == "reopened")
            let gone = try await house.call(.post, path + "/withdrawal", token: own.accessKey)
            #expect(gone.status == 202 && gone.json["outcome"]?.string == "withdrawn")
            let types = try await house.messages(of: own.code).filter { $0.service == "routing" }.map(\.type)
            #expect(types == ["complaint.received", "reporter.disputed", "reporter.withdrew"])
            let fresh = try await house.submit()
            let withdrawn = try await house.call(
                .post, "/v1/complaints/\(fresh.code)/withdrawal", #"{"reason":"Sudah beres."}"#, token: fresh.accessKey)
            #expect(withdrawn.status == 202 && withdrawn.json["status"]?.string == "closed")
        }
    }
}
