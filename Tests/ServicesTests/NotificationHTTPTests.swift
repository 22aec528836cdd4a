import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Identity
import NIOCore
import Postgres
import ServiceKit
import SinergiCore
import Tenancy
import Testing

@testable import AnalyticsServer
@testable import NotificationServer

@Suite("Notification and analytics over HTTP", .serialized)
struct NotificationHTTPTests {
    @Test("messages and wording are for auditors and admins of the agency")
    func messages() async throws {
        try await NotificationHouse.with(NotificationService.self) { house, client in
            #expect(try await house.call(client, .get, "/v1/messages").status == .unauthorized)
            #expect(try await house.call(client, .get, "/v1/messages", as: [.liaison]).status == .forbidden)
            let stranger = try await house.stranger.officerToken(
                subject: "x", name: "x", office: "MESB", roles: [.auditor], expiresIn: .seconds(60))
            let foreign = try await client.executeRequest(
                uri: "/MESC/v1/messages", method: .get, headers: [.authorization: "Bearer \(stranger)"], body: nil)
            #expect(try NotificationHouse.json(foreign)["type"]?.string == "urn:sinergi:problem:wrong_agency")
            let wrong = try await house.call(client, .get, "/v1/messages?state=lost", as: [.auditor])
            #expect(wrong.status == .unprocessableContent)
            #expect(try NotificationHouse.json(wrong)["errors"]?[0]?["pointer"]?.string == "#/state")
            let wording = try await house.call(client, .get, "/v1/templates?limit=3", as: [.admin])
            #expect(wording.status == .ok)
            let list = try NotificationHouse.json(wording)
            #expect(list["data"]?.array?.count == 3 && list["meta"]?["has_more"]?.bool == true)
            #expect(wording.headers[try #require(HTTPField.Name("Link"))]?.contains("cursor=") == true)
            var cursor = list["meta"]?["cursor"]?.string
            for _ in 0..<5 where cursor != nil {
                let next = try await house.call(
                    client, .get, "/v1/templates?limit=200&cursor=\(cursor ?? "")", as: [.admin])
                cursor = try NotificationHouse.json(next)["meta"]?["cursor"]?.string
            }
            #expect(cursor == nil, "the list ends")
        }
    }

    @Test("messages are listed page by page without text or address, dead ones can be queued again by an admin")
    func deadLetters() async throws {
        try await NotificationHouse.with(NotificationService.self) { house, client in
            let store = MessageStore(database: house.environment.database, holder: UUID.v7())
            let scope = NotificationDatabase.scope(.notification, of: NotificationDatabase.house)
            let messages = (1...3).map { _ in
                NewMessage(
                    agency: 8103, step: .v7(), recipient: "reporter", channel: .whatsapp, trackingCode: "MESC-DEAD",
                    event: "closed",
                    language: .id, confidential: false, content: Content(note: "isi"), sealed: [1, 2, 3])
            }
            try await house.environment.database.withAgency(scope) { try await store.add(messages, in: $0) }
            let path = "/v1/messages?tracking_code=mesc-dead&limit=2"
            let first = try NotificationHouse.json(await house.call(client, .get, path, as: [.auditor]))
            #expect(first["data"]?.array?.count == 2)
            #expect(first["data"]?[0]?["sealed"] == nil && first["data"]?[0]?["content"] == nil)
            #expect(first["data"]?[0]?["sent_at"]?.isNull == true)
            let cursor = try #require(first["meta"]?["cursor"]?.string)
            let second = try NotificationHouse.json(
                await house.call(client, .get, path + "&cursor=\(cursor)", as: [.auditor]))
            #expect(second["data"]?.array?.count == 1 && second["meta"]?["has_more"]?.bool == false)
            let id = try #require(second["data"]?[0]?["message_id"]?.string)
            #expect(
                try await house.call(client, .post, "/v1/messages/\(id)/requeue", as: [.auditor]).status == .forbidden)
            #expect(try await house.call(client, .post, "/v1/messages/\(id)/requeue", as: [.admin]).status == .conflict)
            #expect(
                try await house.call(client, .post, "/v1/messages/\(UUID.v7().text)/requeue", as: [.admin]).status
                    == .notFound)
            #expect(try await house.call(client, .post, "/v1/messages/x/requeue", as: [.admin]).status == .notFound)
            _ = try await house.environment.client.query(
                "UPDATE notification.message SET state = 'dead' WHERE id = \(UUID(uuidString: id))")
            let again = try await house.call(client, .post, "/v1/messages/\(id)/requeue", as: [.admin])
            #expect(again.status == .ok)
            #expect(try NotificationHouse.json(again)["state"]?.string == "queued")
            _ = try await house.environment.client.query(
                "DELETE FROM notification.message WHERE tracking_code = 'MESC-DEAD'")
        }
    }

    @Test("the inbox takes events of the node's own services only")
    func inbox() async throws {
        try await NotificationHouse.with(NotificationService.self) { house, client in
            func post(_ token: String) async throws -> TestResponse {
                try await client.executeRequest(
                    uri: "/MESC/v1/inbox", method: .post,
                    headers: [.authorization: "Bearer \(token)", .contentType: "application/cloudevents-batch+json"],
                    body: ByteBuffer(
                        string: """
                            [{"specversion":"1.0","id":"\(UUID.v7().text)","source":"sinergi/MESC/intake","type":"reporter.notice",
                              "time":"2026-11-24T00:00:00Z","subject":"complaint:1","data":{}}]
                            """))
            }
            #expect(try await post(house.token([.admin])).status == .forbidden)
            let answer = try await post(house.issuer.serviceToken())
            #expect(answer.status == .ok)
            #expect(try NotificationHouse.json(answer)["results"]?[0]?["status"]?.integer == 422)
        }
    }

    @Test("figures are for those who lead and watch, and in the contract's words")
    func figures() async throws {
        try await NotificationHouse.with(AnalyticsService.self) { house, client in
            let path = "/v1/metrics/summary"
            #expect(try await house.call(client, .get, path).status == .unauthorized)
            for role in [Role.handler, .developer, .arbiter] {
                #expect(try await house.call(client, .get, path, as: [role]).status == .forbidden)
            }
            for role in AnalyticsServer.SummaryController.readers {
                #expect(try await house.call(client, .get, path, as: [role]).status == .ok)
            }
            let span = try await house.call(client, .get, path + "?from=2026-11-01&to=2026-11-30", as: [.liaison])
            let figures = try NotificationHouse.json(span)
            #expect(
                figures.object?.members.map(\.name) == [
                    "agency", "from", "to", "as_of", "received", "open", "automatic", "handoffs", "answered",
                    "reopened", "closed",
                    "overdue", "within_limit", "median_hours",
                ])
            #expect(figures["from"]?.string == "2026-11-01" && figures["to"]?.string == "2026-11-30")
            #expect(
                figures["handoffs"]?.object?.members.map(\.name) == [
                    "offered", "accepted", "declined", "expired", "arbitrated",
                ])
            #expect(figures["closed"]?.object?.members.map(\.name) == ["confirmed_solved", "closed_by_silence"])
            #expect(figures["median_hours"]?.object?.members.map(\.name) == ["accepted", "first_answer", "close"])
            let wrong = try await house.call(client, .get, path + "?from=kemarin", as: [.liaison])
            #expect(wrong.status == .unprocessableContent)
        }
    }

    @Test("everybody may read the public totals, in two languages")
    func page() async throws {
        try await NotificationHouse.with(AnalyticsService.self) { house, client in
            let page = try await house.call(client, .get, "/")
            #expect(page.status == .ok)
            #expect(page.headers[.contentType] == "text/html; charset=utf-8")
            #expect(String(buffer: page.body).contains("Kabupaten Tiga"))
            #expect(String(buffer: page.body).contains("Laporan diterima"))
            let english = try await house.call(client, .get, "/?lang=en")
            #expect(String(buffer: english.body).contains("Reports received"))
        }
    }
}
