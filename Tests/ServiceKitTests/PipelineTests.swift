import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import SinergiCore
import Tenancy
import Testing

@testable import ServiceKit

@Suite("Requests")
struct PipelineTests {
    private let json: HTTPFields = [.contentType: "application/json"]

    @Test("an answer carries its request's id, and the log line names trace, route and agency but no query")
    func traced() async throws {
        let service = TestService()
        try await service.test { client in
            let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
            let response = try await client.executeRequest(
                uri: "/v1/agency?api_key=secret", method: .get, headers: [.traceparent: trace], body: nil)
            #expect(response.headers[.requestID] != nil)
            #expect(response.headers[.xContentTypeOptions] == "nosniff")
            let line = try JSONParser.parse(Array(try #require(service.lines.all.first).utf8))
            #expect(line["trace_id"]?.string == "0af7651916cd43dd8448eb211c80319c")
            #expect(line["request_id"]?.string == response.headers[.requestID])
            #expect(line["agency"]?.string == "PPU")
            #expect(line["status"]?.integer == 200)
            #expect(line["path"]?.string == "/v1/agency")
            #expect(!service.lines.all.joined().contains("secret"))
            #expect(
                service.registry.text().contains(
                    #"http_requests_total{method="GET",route="/v1/agency",status="200"} 1"#))
        }
    }

    @Test("at level debug the log shows headers, but no secrets")
    func redacted() async throws {
        let service = TestService(changes: ["LOG_LEVEL": "debug"])
        try await service.test { client in
            _ = try await client.executeRequest(
                uri: "/v1/agency", method: .get, headers: [.authorization: "Bearer abc123", .userAgent: "probe"],
                body: nil)
            let line = try #require(service.lines.all.first)
            #expect(line.contains("\"user-agent\":\"probe\""))
            #expect(!line.contains("abc123"))
        }
    }

    @Test("problems speak the caller's language")
    func language() async throws {
        try await TestService().test { client in
            for (header, expected) in [
                ("en-GB,id;q=0.3", "Not found"), ("fr", "Tidak ditemukan"), ("id", "Tidak ditemukan"),
            ] {
                let response = try await client.executeRequest(
                    uri: "/v1/none", method: .get, headers: [.acceptLanguage: header], body: nil)
                #expect(response.status == .notFound)
                #expect(try response.json["title"]?.string == expected)
            }
        }
    }

    @Test("a wrong method is 405 with Allow, an unknown address 404")
    func methods() async throws {
        try await TestService().test { client in
            let wrong = try await client.executeRequest(uri: "/v1/items", method: .delete, headers: [:], body: nil)
            #expect(wrong.status == .methodNotAllowed)
            #expect(wrong.headers[.allow] == "GET, HEAD, POST")
            let inner = try await client.executeRequest(uri: "/v1/items/5", method: .get, headers: [:], body: nil)
            #expect(inner.headers[.allow] == "PUT")
            let health = try await client.executeRequest(uri: "/healthz", method: .post, headers: [:], body: nil)
            #expect(health.status == .methodNotAllowed)
            let head = try await client.executeRequest(uri: "/v1/agency", method: .head, headers: [:], body: nil)
            #expect(head.status == .ok)
            #expect(head.body.readableBytes == 0)
        }
    }

    @Test("bodies are read strictly")
    func bodies() async throws {
        try await TestService(changes: ["HTTP_MAX_BODY": "2000"]).test { client in
            func post(_ body: String, _ headers: HTTPFields? = nil) async throws -> TestResponse {
                try await client.executeRequest(
                    uri: "/v1/items", method: .post, headers: headers ?? json, body: ByteBuffer(string: body))
            }
            let created = try await post(#"{"note":"ok"}"#)
            #expect(created.status == .created)
            #expect(created.headers[.location] == "v1/items/9")
            #expect(created.text == #"{"item_id":9,"note":"ok"}"#)
            let malformed = try await post(#"{"note":"#)
            #expect(malformed.status == .badRequest)
            #expect(try malformed.json["type"]?.string == "urn:sinergi:problem:malformed_json")
            #expect(try await post(String(repeating: "[", count: 100)).status == .badRequest)
            #expect(try await post("").status == .badRequest)
            #expect(try await post("{}", [.contentType: "text/plain"]).status == .unsupportedMediaType)
            #expect(try await post("{}", [:]).status == .unsupportedMediaType)
            #expect(try await post("{}", [.contentType: "Application/JSON; charset=utf-8"]).status == .created)
            #expect(try await post("{\"note\":\"\(String(repeating: "x", count: 3000))\"}").status == .contentTooLarge)
            let unknown = try await post(#"{"nota":1}"#)
            #expect(unknown.status == .unprocessableContent)
            #expect(try unknown.json["errors"]?[0]?["code"]?.string == "unknown_field")
            #expect(try unknown.json["errors"]?[0]?["pointer"]?.string == "#/nota")
        }
    }

    @Test("actions whose fields are all optional need no body")
    func emptyBody() async throws {
        try await TestService().test { client in
            let empty = try await client.executeRequest(
                uri: "/v1/items/5/touch", method: .post, headers: [.ifMatch: "\"v7\""], body: nil)
            #expect(empty.status == .ok)
            #expect(try empty.json["version"]?.integer == 7)
            let other = try await client.executeRequest(
                uri: "/v1/items/5/touch", method: .post,
                headers: [.contentType: "application/json", .ifMatch: "\"abc\""],
                body: ByteBuffer(string: "{}"))
            #expect(try other.json["version"]?.integer == -1)
        }
    }

    @Test("keys and versions are checked")
    func conditions() async throws {
        try await TestService().test { client in
            for (key, status) in [("x", 400), ("", 400), ("01938d2a-0000-7000-8000-000000000001", 201), ("a b", 400)] {
                var headers = json
                headers[.idempotencyKey] = key
                let response = try await client.executeRequest(
                    uri: "/v1/items", method: .post, headers: headers, body: ByteBuffer(string: "{}"))
                #expect(response.status.code == status)
            }
            func put(_ headers: HTTPFields) async throws -> TestResponse {
                try await client.executeRequest(uri: "/v1/items/9", method: .put, headers: headers, body: nil)
            }
            #expect(try await put([:]).status == .preconditionRequired)
            #expect(try await put([.ifMatch: "\"v3\""]).status == .noContent)
            let changed = try await put([.ifMatch: "\"v2\""])
            #expect(changed.status == .preconditionFailed)
            #expect(try changed.json["current"]?["item_id"]?.integer == 9)
        }
    }

    @Test("lists have pages")
    func lists() async throws {
        try await TestService().test { client in
            func list(_ query: String) async throws -> TestResponse {
                try await client.executeRequest(uri: "/v1/items" + query, method: .get, headers: [:], body: nil)
            }
            let first = try await list("?queue=mine&limit=3")
            #expect(try first.json["data"]?.array?.count == 3)
            #expect(try first.json["meta"]?["has_more"]?.bool == true)
            let cursor = try #require(try first.json["meta"]?["cursor"]?.string)
            #expect(first.headers[.link] == "<v1/items?queue=mine&limit=3&cursor=\(cursor)>; rel=\"next\"")
            let last = try await list("?limit=3&cursor=" + cursor)
            #expect(last.text.hasSuffix(#""meta":{"limit":3,"has_more":false,"cursor":null}}"#))
            #expect(last.text.hasPrefix(#"{"data":[{"item_id":3,"note":null}"#))
            for wrong in ["?limit=0", "?limit=201", "?limit=x", "?cursor=%25%25"] {
                #expect(try await list(wrong).status == .unprocessableContent)
            }
        }
    }

    @Test("an unknown error is told to the log, not to the caller")
    func unknownError() async throws {
        try await TestService().test { client in
            let response = try await client.executeRequest(uri: "/v1/broken", method: .get, headers: [:], body: nil)
            #expect(response.status == .internalServerError)
            #expect(try response.json["type"]?.string == "urn:sinergi:problem:internal")
            #expect(!response.text.contains("Broken"))
        }
    }

    @Test("what the caller does not accept is refused before any work")
    func accept() async throws {
        try await TestService().test { client in
            for (path, accept, status) in [
                ("/v1/agency", "text/csv", 406), ("/v1/agency", "application/*;q=0.5", 200),
                ("/v1/export", "text/csv", 200),
                ("/v1/agency", "text/html, */*;q=0.1", 200), ("/v1/agency", "*/*;q=0", 406),
            ] {
                let response = try await client.executeRequest(
                    uri: path, method: .get, headers: [.accept: accept], body: nil)
                #expect(response.status.code == status, "\(path) \(accept)")
            }
        }
    }

    @Test("too many requests of one address are told when to come back")
    func rateLimit() async throws {
        try await TestService(changes: ["HTTP_RATE_LIMIT": "2"]).test { client in
            var last: TestResponse?
            for _ in 0..<3 {
                last = try await client.executeRequest(uri: "/v1/agency", method: .get, headers: [:], body: nil)
                if last?.status == .ok { #expect(last?.headers[.rateLimit] == "2") }
            }
            #expect(last?.status == .tooManyRequests)
            // One request each 30 s; however slow the three were, the third may not pass before the rest of that is over.
            let wait = try #require(last?.headers[.retryAfter].flatMap(Int.init))
            #expect((1...30).contains(wait))
            #expect(last?.headers[.rateReset] == String(wait))
            #expect(last?.headers[.rateRemaining] == "0")
            let health = try await client.executeRequest(uri: "/healthz", method: .get, headers: [:], body: nil)
            #expect(health.status == .ok)
        }
    }

    @Test("before the database is there, health says yes and the rest says wait")
    func starting() async throws {
        try await TestService(isActive: false, isReady: false).test { client in
            let health = try await client.executeRequest(uri: "/healthz", method: .get, headers: [:], body: nil)
            #expect(health.status == .ok)
            let ready = try await client.executeRequest(uri: "/readyz", method: .get, headers: [:], body: nil)
            #expect(ready.status == .serviceUnavailable)
            #expect(try ready.json["reason"]?.string == "database unavailable")
            let response = try await client.executeRequest(uri: "/v1/agency", method: .get, headers: [:], body: nil)
            #expect(response.status == .serviceUnavailable)
            #expect(try response.json["type"]?.string == "urn:sinergi:problem:database_unavailable")
            #expect(response.headers[.retryAfter] != nil)
        }
    }

    @Test("on a host the first part of the address names the agency")
    func hosted() async throws {
        let agencies = [AgencyScope(number: 1, code: "PANRB"), AgencyScope(number: 2, code: "KALTIM")]
        try await TestService(agencies: agencies, isHosted: true).test { client in
            func get(_ path: String, _ headers: HTTPFields = [:]) async throws -> TestResponse {
                try await client.executeRequest(uri: path, method: .get, headers: headers, body: nil)
            }
            let own = try await get("/KALTIM/v1/agency?x=1")
            #expect(try own.json["agency"]?.string == "KALTIM")
            #expect(try own.json["link"]?.string == "/KALTIM/x")
            let behind = try await get("/KALTIM/v1/agency", [.forwardedPrefix: "/gerbang/"])
            #expect(try behind.json["base"]?.string == "/gerbang/KALTIM")
            for prefix in ["//evil.example", "/a/../b", "/a b", "x"] {
                let response = try await get("/KALTIM/v1/agency", [.forwardedPrefix: prefix])
                #expect(try response.json["base"]?.string?.contains("..") == false)
                #expect(try response.json["base"]?.string?.hasPrefix("//") == false)
            }
            #expect(try await get("/PPU/v1/agency").status == .notFound)
            #expect(try await get("/v1/agency").status == .notFound)
            #expect(try await get("/KALTIMX/v1/agency").status == .notFound)
            #expect(try await get("/").status == .notFound)
            #expect(try await get("/KALTIM/healthz").status == .ok)
            let wrong = try await client.executeRequest(
                uri: "/KALTIM/v1/items", method: .delete, headers: [:], body: nil)
            #expect(wrong.status == .methodNotAllowed)
            let list = try await get("/KALTIM/v1/items?limit=1")
            #expect(list.headers[.link]?.hasPrefix("<v1/items?limit=1&cursor=") == true)
        }
    }
}
