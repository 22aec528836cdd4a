import Foundation
import HTTPTypes
import Postgres
import ServiceKit
import SinergiCore
import Tenancy
import Testing

@testable import Exchange
@testable import RoutingServer

@Suite("Routing over HTTP, with its database")
struct RoutingServerTests {
    @Test("a complaint is opened, decided and offered at once, and only once")
    func automatic() async throws {
        try await RoutingHouse.with { house in
            let (id, code) = try await house.open(category: "waste.collection")
            let triage = try await house.token("RKABA/TRI", .triage)
            let shown = try await house.call(.get, "/v1/cases/\(id.text)", as: triage)
            #expect(shown.status == 200)
            #expect(shown.headers[.eTag] != nil)
            #expect(shown.json["status"]?.string == "routed")
            #expect(shown.json["decision"]?["mode"]?.string == "automatic")
            #expect(shown.json["decision"]?["rule"]?.string == "Sampah")
            #expect(shown.json["decision"]?["suggestions"]?[0]?["office"]?["code"]?.string == "RKABA/DLH")
            #expect(shown.json["decision"]?["suggestions"]?[0]?["probability"]?.number == 1)
            #expect(shown.json["holder"]?["code"]?.string == "RKABA/TRI")
            #expect(shown.json["outcome"] == .null)
            #expect(shown.json["reporter"] == .null)
            let handoffs = shown.json["handoffs"]?.array ?? []
            #expect(handoffs.count == 1)
            #expect(handoffs.first?["to"]?["code"]?.string == "RKABA/DLH")
            #expect(
                shown.json["entries"]?.array?.compactMap { $0["type"]?.string } == [
                    "received", "verified", "routed", "handoff_offered",
                ])

            // The same complaint again, under another message id: nothing happens.
            let again = try await house.deliver(
                [("complaint.received", ["case_id": .string(id.text)])], lane: "complaint:\(id.text)")
            #expect(again == [202])
            let rows = try await house.call(.get, "/v1/cases?queue=offered&tracking_code=\(code)", as: triage)
            #expect(rows.offices == ["RKABA/DLH"])
            #expect(rows.json["data"]?[0]?["role"]?.string == "lead")
            #expect(rows.json["data"]?[0]?["part_state"]?.string == "offered")
            #expect(rows.json["meta"]?["has_more"] == false)

            // Every rule that was tried stands in the trace, the broken one marked.
            let decision = try #require(shown.json["decision"]?["decision_id"]?.string)
            let full = try await house.call(.get, "/v1/decisions/\(decision)", as: triage)
            let trace = full.json["trace"]?.array ?? []
            #expect(trace.contains { $0["name"] == "Rusak" && $0["broken"] == true })
            #expect(trace.contains { $0["name"] == "Sampah" && $0["matched"] == true })
        }
    }

    @Test("the whole way: accept, assign, draft, approve, publish, dispute, withdraw")
    func wholeWay() async throws {
        try await RoutingHouse.with { house in
            let (id, code) = try await house.open(category: "waste.collection")
            let liaison = try await house.token("RKABA/DLH", .liaison)
            let handler = try await house.token("RKABA/DLH", .handler, subject: "01985f3e-7c00-7aaa-8bbb-000000000001")
            let other = try await house.token("RKABA/DPU", .liaison)
            let offer = try await house.offer(of: id, to: "RKABA/DLH")

            let stranger = try await house.call(.post, "/v1/handoffs/\(offer)/accept", "{}", as: other)
            #expect(stranger.status == 403 && stranger.code == "insufficient_role")
            let body = #"{"note":null,"external_reference":"DLH-7"}"#
            let accepted = try await house.call(.post, "/v1/handoffs/\(offer)/accept", body, as: liaison)
            #expect(accepted.status == 200)
            #expect(accepted.json["state"]?.string == "accepted")
            let again = try await house.call(.post, "/v1/handoffs/\(offer)/decline", Self.decline, as: liaison)
            #expect(again.status == 409 && again.code == "handoff_already_decided")
            #expect(again.json["current"]?["state"]?.string == "accepted")

            let assigned = try await house.call(
                .post, "/v1/cases/\(id.text)/assign", #"{"officer":"liaison@rkaba.dlh"}"#, as: liaison)
            #expect(assigned.status == 200)
            let part = assigned.json["participations"]?.array?.first { $0["part_state"] == "active" }
            #expect(part?["officer"]?.string == "01985f3e-7c00-7aaa-8bbb-000000000001")
            #expect(part?["external_reference"]?.string == "DLH-7")
            let mine = try await house.call(.get, "/v1/cases?queue=mine&tracking_code=\(code)", as: handler)
            #expect(mine.offices == ["RKABA/DLH"])
            let nobody = try await house.call(
                .post, "/v1/cases/\(id.text)/assign", #"{"officer":"siapa"}"#, as: liaison)
            #expect(nobody.status == 422 && nobody.errors == ["#/officer bad_format"])

            let answers = "/v1/cases/\(id.text)/answers"
            let text = #"{"body":"Sampah di samping pasar sudah diangkut.","interim":false}"#
            let draft = try await house.call(.post, answers, text, as: handler)
            #expect(draft.status == 201)
            #expect(draft.json["state"]?.string == "draft")
            let answer = try #require(draft.json["answer_id"]?.string)
            #expect(try await house.call(.post, "\(answers)/\(answer)/approve", as: handler).status == 403)
            #expect(
                try await house.call(.post, "\(answers)/\(answer)/publish", "{}", as: liaison).code == "wrong_state")
            #expect(
                try await house.call(.post, "\(answers)/\(answer)/approve", as: liaison).json["state"]?.string
                    == "approved")
            let published = try await house.call(.post, "\(answers)/\(answer)/publish", #"{"note":null}"#, as: liaison)
            #expect(published.json["state"]?.string == "published")
            #expect(try await house.status(of: id) == "answered")

            let dispute: JSONValue = [
                "case_id": .string(id.text), "reason": "Baru separuh yang diangkut.", "part": .null,
            ]
            #expect(try await house.deliver([("reporter.disputed", dispute)], lane: "complaint:\(id.text)") == [202])
            #expect(try await house.status(of: id) == "reopened")
            // Too late for a confirmation: said in the log, and the lane goes on.
            let confirm: JSONValue = ["case_id": .string(id.text), "rating": 5, "comment": .null]
            #expect(try await house.deliver([("reporter.confirmed", confirm)], lane: "complaint:\(id.text)") == [202])
            #expect(try await house.status(of: id) == "reopened")
            let withdraw: JSONValue = ["case_id": .string(id.text), "reason": .null]
            #expect(try await house.deliver([("reporter.withdrew", withdraw)], lane: "complaint:\(id.text)") == [202])
            let closed = try await house.call(.get, "/v1/cases/\(id.text)", as: liaison)
            #expect(closed.json["outcome"]?.string == "withdrawn")
            let found = try await house.call(.get, "/v1/cases?tracking_code=\(code.lowercased())", as: liaison)
            #expect(found.json["data"]?[0]?["part_state"]?.string == "finished")
        }
    }

    @Test("triage verifies, routes across the border, recalls; the origin keeps it in sight")
    func triage() async throws {
        try await RoutingHouse.with { house in
            let (id, code) = try await house.open()
            let triage = try await house.token("RKABA/TRI", .triage)
            let rows = try await house.call(.get, "/v1/cases?queue=triage&tracking_code=\(code)", as: triage)
            #expect(rows.offices == ["RKABA/TRI"])
            #expect(rows.json["data"]?[0]?["status"]?.string == "submitted")

            let first = try await house.call(.get, "/v1/cases/\(id.text)", as: triage)
            #expect(first.json["decision"]?["mode"]?.string == "suggested")
            let tag = try #require(first.headers[.eTag])
            let verified = try await house.call(
                .post, "/v1/cases/\(id.text)/verify", #"{"title":"Tumpukan sampah","category":"waste.collection"}"#,
                as: triage,
                headers: [.ifMatch: tag])
            #expect(verified.status == 200)
            #expect(verified.json["title"]?.string == "Tumpukan sampah")
            let stale = try await house.call(
                .post, "/v1/cases/\(id.text)/verify", #"{"title":"Lain"}"#, as: triage, headers: [.ifMatch: tag])
            #expect(stale.status == 412 && stale.code == "changed_meanwhile")
            #expect(stale.json["current"]?["title"]?.string == "Tumpukan sampah")
            let unknown = try await house.call(
                .post, "/v1/cases/\(id.text)/verify", #"{"category":"nothing.here"}"#, as: triage)
            #expect(unknown.errors == ["#/category unknown_category"])

            let offer = #"{"to":"RKABB","role":"lead","reason":"Letaknya di Kabupaten B."}"#
            let key: HTTPFields = [.idempotencyKey: "satu-kali"]
            let made = try await house.call(.post, "/v1/cases/\(id.text)/route", offer, as: triage, headers: key)
            #expect(made.status == 201)
            #expect(made.json["to"]?["agency"]?.string == "RKABB")
            let refused = try await house.call(.post, "/v1/cases/\(id.text)/route", offer, as: triage)
            #expect(refused.status == 409 && refused.json["current"]?["status"]?.string == "routed")
            let handoff = try #require(made.json["handoff_id"]?.string)

            // Not a party: nothing to see. Across the border: the offer.
            let province = try await house.token("RPROV", .liaison)
            #expect(try await house.call(.get, "/v1/cases/\(id.text)", as: province, at: "RPROV").status == 404)
            let neighbour = try await house.token("RKABB", .liaison, .supervisor)
            let seen = try await house.call(
                .get, "/v1/cases?queue=offered&tracking_code=\(code)", as: neighbour, at: "RKABB")
            #expect(seen.offices == ["RKABB"])
            #expect(
                try await house.call(
                    .post, "/v1/handoffs/\(handoff)/recall", #"{"reason":"x"}"#, as: neighbour, at: "RKABB"
                ).status == 403)
            let supervisor = try await house.token("RKABA", .supervisor)
            let recalled = try await house.call(
                .post, "/v1/handoffs/\(handoff)/recall", #"{"reason":"Salah."}"#, as: supervisor)
            #expect(recalled.json["state"]?.string == "recalled")
            #expect(try await house.call(.get, "/v1/cases/\(id.text)", as: neighbour, at: "RKABB").status == 404)

            let second = try await house.call(
                .post, "/v1/handoffs",
                #"{"case_id":"\#(id.text)","to":"RKABB","reason":"Tetap di sana.","request":"Mohon."}"#,
                as: triage)
            #expect(second.status == 201 && second.json["role"]?.string == "lead")
            let next = try #require(second.json["handoff_id"]?.string)
            let taken = try await house.call(.post, "/v1/handoffs/\(next)/accept", as: neighbour, at: "RKABB")
            #expect(taken.json["state"]?.string == "accepted")
            let origin = try await house.call(.get, "/v1/cases?tracking_code=\(code)", as: triage)
            #expect(origin.json["data"]?[0]?["role"]?.string == "monitor")
            #expect(origin.json["data"]?[0]?["lead"]?["code"]?.string == "RKABB")
        }
    }

    @Test("a repeat of a creating request gives the first answer again, another body is refused")
    func repeats() async throws {
        try await RoutingHouse.with { house in
            let (id, _) = try await house.open()
            let triage = try await house.token("RKABA/TRI", .triage, subject: UUID.v7().text)
            let key: HTTPFields = [.idempotencyKey: UUID.v7().text]
            let path = "/v1/cases/\(id.text)/route"
            let body = #"{"to":"RKABA/DLH","role":"lead","reason":"Sampah."}"#
            async let one = house.call(.post, path, body, as: triage, headers: key)
            async let two = house.call(.post, path, body, as: triage, headers: key)
            let answers = try await [one, two]
            #expect(answers.map(\.status) == [201, 201])
            #expect(answers[0].text == answers[1].text)
            let third = try await house.call(.post, path, body, as: triage, headers: key)
            #expect(third.status == 201 && third.text == answers[0].text)
            let other = try await house.call(
                .post, path, #"{"to":"RKABA/DPU","reason":"Jalan."}"#, as: triage, headers: key)
            #expect(other.status == 422 && other.code == "idempotency_key_reused")
            let offers = try await house.client.query(
                "SELECT count(*) AS n FROM casework.handoff WHERE case_id = \(id)"
            ).first?.decode("n", as: Int.self)
            #expect(offers == 1)
        }
    }

    @Test("the third refusal goes to the arbiter, whose decision binds")
    func arbitration() async throws {
        try await RoutingHouse.with { house in
            let (id, code) = try await house.open(category: "waste.collection")
            let chain = [("RKABA/DLH", "RKABA/DAG"), ("RKABA/DAG", "RKABA/DPU"), ("RKABA/DPU", "RKABA/DLH")]
            for (office, suggested) in chain {
                let liaison = try await house.token(office, .liaison)
                let offer = try await house.offer(of: id, to: office)
                let declined = try await house.call(
                    .post, "/v1/handoffs/\(offer)/decline",
                    #"{"reason_code":"not_our_duty","reason":"Bukan tugas kami.","suggested_office":"\#(suggested)"}"#,
                    as: liaison)
                #expect(declined.status == 200 && declined.json["state"]?.string == "declined", "\(declined.text)")
            }
            #expect(try await house.status(of: id) == "in_arbitration")
            let arbiter = try await house.token("RKABA/SEKDA", .arbiter)
            let listed = try await house.call(.get, "/v1/arbitrations", as: arbiter)
            let dispute = try #require(
                listed.json["data"]?.array?.first { $0["case"]?["tracking_code"]?.string == code })
            #expect(dispute["why"]?.string == "third_refusal")
            let arbitration = try #require(dispute["arbitration_id"]?.string)
            let path = "/v1/arbitrations/\(arbitration)/decide"
            let body = """
                {"lead":"RKABA/DLH","contributors":[{"office":"RKABA/DAG","request":"Sediakan bak."}],"monitor":"RKABA/DPU",
                 "reason":"Pengangkutan adalah tugas DLH."}
                """
            let triage = try await house.token("RKABA/TRI", .triage)
            #expect(try await house.call(.post, path, body, as: triage).code == "insufficient_role")
            let decided = try await house.call(.post, path, body, as: arbiter)
            #expect(decided.status == 200, "\(decided.text)")
            #expect(decided.json["status"]?.string == "in_progress")
            #expect(decided.json["lead"]?["code"]?.string == "RKABA/DLH")
            let parts = (decided.json["participations"]?.array ?? []).filter { $0["part_state"] == "active" }
            let working = Set(parts.compactMap { part in part["office"]?["code"]?.string })
            #expect(working.isSuperset(of: ["RKABA/DLH", "RKABA/DAG", "RKABA/DPU"]))
            let liaison = try await house.token("RKABA/DLH", .liaison)
            let handoff = parts.isEmpty ? nil : decided.json["handoffs"]?.array?.last?["handoff_id"]?.string
            let refused = try await house.call(
                .post, "/v1/handoffs/\(handoff ?? "")/decline", Self.decline, as: liaison)
            #expect(refused.status == 403 || refused.status == 409)
        }
    }

    @Test("roles and units are checked before bodies, and secret cases are closed to other units")
    func permissions() async throws {
        try await RoutingHouse.with { house in
            let (id, code) = try await house.open(category: "waste.collection", confidential: true)
            let path = "/v1/cases/\(id.text)"
            #expect(try await house.call(.get, path, as: nil).code == "invalid_token")
            #expect(
                try await house.call(.get, path, as: try await house.token("RKABB", .liaison)).code == "wrong_agency")
            let auditor = try await house.token("RKABA", .auditor)
            #expect(
                try await house.call(.post, "\(path)/verify", #"{"nonsense":1}"#, as: auditor).code
                    == "insufficient_role")
            // What is secret is nobody's by role alone: only those it was confided to, and who answers for the very office.
            #expect(try await house.call(.get, path, as: auditor).status == 404)
            #expect(
                try await house.call(.get, "/v1/cases", as: try await house.token("RKABA", .developer)).code
                    == "insufficient_role")
            let outsider = try await house.token("RKABA/DPU", .liaison)
            #expect(try await house.call(.get, path, as: outsider).status == 404)
            #expect(try await house.call(.get, "/v1/cases?tracking_code=\(code)", as: outsider).offices == [])
            let unit = try await house.token("RKABA/DLH", .liaison)
            #expect(try await house.call(.get, path, as: unit).status == 200)
            // The unit has an offer, but not the lead: it may not pass it on.
            let offer = #"{"to":"RKABA/DAG","reason":"Pasar."}"#
            #expect(try await house.call(.post, "\(path)/route", offer, as: unit).code == "insufficient_role")
            let triage = try await house.token("RKABA/TRI", .triage)
            let nowhere = try await house.call(.post, "/v1/cases/\(UUID.v7().text)/route", offer, as: triage)
            #expect(nowhere.status == 404)
            let wrong = try await house.call(
                .post, "\(path)/route", #"{"to":"RKABA/HILANG","reason":"x","why":1}"#, as: triage)
            #expect(wrong.errors == ["#/why unknown_field"])
        }
    }

    @Test("queues are paged by due time without gap or repeat")
    func pages() async throws {
        try await RoutingHouse.with { house in
            var opened: Set<String> = []
            for _ in 0..<5 { opened.insert(try await house.open(area: "98.02", at: "RKABB").code) }
            let officer = try await house.token("RKABB", .liaison)
            var seen: [String] = []
            var cursor: String? = ""
            while let current = cursor {
                let query = current.isEmpty ? "" : "&cursor=\(current)"
                let page = try await house.call(
                    .get, "/v1/cases?queue=triage&limit=2\(query)", as: officer, at: "RKABB")
                #expect(page.status == 200)
                seen += (page.json["data"]?.array ?? []).compactMap { $0["tracking_code"]?.string }
                cursor = page.json["meta"]?["cursor"]?.string
                #expect((page.headers[HTTPField.Name("Link") ?? .location] != nil) == (cursor != nil))
            }
            #expect(Set(seen).isSuperset(of: opened))
            #expect(Set(seen).count == seen.count)
            for query in ["limit=0", "limit=201", "cursor=x", "queue=elsewhere", "status=nothing"] {
                #expect(try await house.call(.get, "/v1/cases?\(query)", as: officer, at: "RKABB").status == 422)
            }
            let found = try await house.call(
                .get, "/v1/cases?q=sampah%20pasar&area_code=98&limit=200", as: officer, at: "RKABB")
            #expect(found.json["data"]?.array?.isEmpty == false)
        }
    }

    @Test("an admin adds a rule, and the next complaint follows it")
    func rules() async throws {
        try await RoutingHouse.with { house in
            let admin = try await house.token("RPROV", .admin)
            let body =
                #"{"name":"Sampah ke A","category":"waste","area_code":"98.01","lead":"RKABA","words":["pasar"]}"#
            let made = try await house.call(.post, "/v1/rules", body, as: admin, at: "RPROV")
            #expect(made.status == 201, "\(made.text)")
            #expect(made.json["words"] == ["pasar"])
            let rule = try #require(made.json["rule_id"]?.string)
            let next = try await house.call(
                .post, "/v1/rules", #"{"rule_id":"\#(rule)","name":"Sampah ke A","category":"waste","lead":"RKABA"}"#,
                as: admin,
                at: "RPROV")
            #expect(next.json["version"]?.integer == 2)
            let listed = try await house.call(.get, "/v1/rules", as: admin, at: "RPROV")
            #expect(listed.json["data"]?.array?.map { $0["state"]?.string } == ["active", "retired"])
            let wrong = try await house.call(
                .post, "/v1/rules", #"{"name":"Salah","category":"x.y","area_code":"97","lead":"RKABA/HILANG"}"#,
                as: admin,
                at: "RPROV")
            #expect(
                Set(wrong.errors) == [
                    "#/category unknown_category", "#/area_code unknown_area", "#/lead unknown_office",
                ])
            let liaison = try await house.token("RPROV", .liaison)
            #expect(
                try await house.call(.post, "/v1/rules", body, as: liaison, at: "RPROV").code == "insufficient_role")
            let (id, _) = try await house.open(category: "waste.collection", at: "RPROV")
            _ = try await house.offer(of: id, to: "RKABA")
        }
    }

    @Test("clocks that ran out are settled, and messages across the border are told on")
    func clocksAndBorder() async throws {
        try await RoutingHouse.with { house in
            let (id, _) = try await house.open(category: "waste.collection")
            _ = try await house.client.query(
                "UPDATE casework.clock SET due_at = now() - interval '1 hour' WHERE case_id = \(id) AND step = 'offer'")
            let scope = house.environment.agencies[1]
            let sweep = ClockSweep(
                database: house.environment.database, agencies: [scope], directory: house.environment.directory,
                waker: house.service.exchange.waker, logger: RoutingHouse.logger)
            while try await sweep.sweep(scope) > 0 {}
            let states = try await house.client.query(
                "SELECT state FROM casework.handoff WHERE case_id = \(id) ORDER BY offered_at"
            ).map { try $0.decode("state", as: String.self) }
            #expect(states.first == "expired")

            // Across the border: what the neighbour's routing gets reaches its own notification and analytics.
            let (other, _) = try await house.open(category: "roads.damage", area: "98.02")
            let neighbour = house.environment.agencies[2]
            let routing = OrdinaryRouting(
                directory: house.environment.directory, models: house.service.shelf, surges: SurgeBell(),
                logger: RoutingHouse.logger)
            let events = RoutingEvents(
                directory: house.environment.directory, routing: routing, logger: RoutingHouse.logger)
            try await house.environment.database.withAgency(neighbour) { transaction in
                for row in try await transaction.query(
                    "SELECT id, source::int8 AS source, lane, number, type FROM exchange.claim(500)")
                {
                    let message = BorderMessage(
                        id: try row.decode("id"), source: try row.decode("source"), lane: try row.decode("lane"),
                        number: try row.decode("number"), type: try row.decode("type"), data: "{}", trace: nil,
                        attempt: 1,
                        createdAt: Date())
                    _ = try await events.tellOn(message, transaction, neighbour)
                    _ = try await transaction.query("SELECT exchange.done(\([message.id])::uuid[])")
                }
            }
            let told = try await house.client.query(
                """
                SELECT DISTINCT service FROM exchange.message
                WHERE source = 8403 AND destination = 8403 AND lane = \("case:" + other.text) ORDER BY service
                """
            ).map { try $0.decode("service", as: String.self) }
            #expect(told == ["analytics", "notification"])
        }
    }

    private static let decline = #"{"reason_code":"other","reason":"Bukan kami.","suggested_office":"unknown"}"#
}
