import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import ServiceKit

@Suite("Pages")
struct PageTests {
    private let browser: HTTPFields = [.accept: "text/html,application/xhtml+xml,*/*;q=0.8"]

    @Test("a page is strict about what it loads and is never stored")
    func headers() async throws {
        try await TestService().test { client in
            let page = try await client.executeRequest(uri: "/form", method: .get, headers: browser, body: nil)
            #expect(page.status == .ok)
            #expect(page.headers[.contentType] == "text/html; charset=utf-8")
            #expect(page.headers[.cacheControl] == "no-store")
            let policy = try #require(page.headers[.contentSecurityPolicy])
            for rule in ["default-src 'none'", "style-src 'self'", "form-action 'self'", "frame-ancestors 'none'"] {
                #expect(policy.contains(rule))
            }
            #expect(page.text.contains("DATA CONTOH"))
            #expect(page.text.contains("<html lang=\"id\">"))
            let text = page.text
            let range = text.firstRange(of: "href=\"/assets/")
            let start = try #require(range).lowerBound
            let path = text[start...].dropFirst(6).prefix { $0 != "\"" }
            let sheet = try await client.executeRequest(uri: String(path), method: .get, headers: [:], body: nil)
            #expect(sheet.headers[.contentType] == "text/css; charset=utf-8")
            #expect(sheet.headers[.cacheControl]?.contains("immutable") == true)
            #expect(sheet.body.readableBytes < 10_000)
            let old = try await client.executeRequest(
                uri: "/assets/0/sinergi.css", method: .get, headers: [:], body: nil)
            #expect(old.headers[.cacheControl] == "public, max-age=60")
            let none = try await client.executeRequest(uri: "/assets/0/../x", method: .get, headers: [:], body: nil)
            #expect(none.status == .notFound)
        }
    }

    @Test("the language is switched by the address and remembered by a cookie")
    func language() async throws {
        try await TestService().test { client in
            let switched = try await client.executeRequest(
                uri: "/form?a=1&lang=en", method: .get, headers: browser, body: nil)
            #expect(switched.text.contains("<html lang=\"en\">"))
            #expect(switched.text.contains("href=\"?a=1&amp;lang=id\""))
            let cookies = switched.headers[values: .setCookie]
            #expect(cookies.contains { $0.hasPrefix("sinergi-lang=en;") })
            var headers = browser
            headers[.cookie] = "sinergi-lang=en"
            let later = try await client.executeRequest(uri: "/form", method: .get, headers: headers, body: nil)
            #expect(later.text.contains("<html lang=\"en\">"))
        }
    }

    @Test("a form of another site is refused")
    func forms() async throws {
        try await TestService().test { client in
            let page = try await client.executeRequest(uri: "/form", method: .get, headers: browser, body: nil)
            let cookie = try #require(page.headers[values: .setCookie].first { $0.hasPrefix("sinergi-form-PPU=") })
            #expect(cookie.contains("HttpOnly"))
            #expect(cookie.contains("SameSite=Lax"))
            let pair = cookie.prefix { $0 != ";" }
            let token = pair.drop { $0 != "=" }.dropFirst()
            func post(_ token: some StringProtocol, _ cookie: some StringProtocol) async throws -> TestResponse {
                var headers = browser
                headers[.contentType] = "application/x-www-form-urlencoded"
                headers[.cookie] = String(cookie)
                return try await client.executeRequest(
                    uri: "/form", method: .post, headers: headers, body: ByteBuffer(string: "csrf_token=\(token)"))
            }
            let good = try await post(token, pair)
            #expect(good.status == .seeOther)
            #expect(good.headers[.location] == "/form")
            let forged = try await post("x", pair)
            #expect(forged.status == .forbidden)
            #expect(forged.headers[.contentType] == "text/html; charset=utf-8")
            #expect(try await post(token, "other=1").status == .forbidden)
            #expect(try await post("", "sinergi-form-PPU=").status == .forbidden)
        }
    }

    @Test("errors are pages where a browser asks, and never pages in the API")
    func errors() async throws {
        try await TestService().test { client in
            let page = try await client.executeRequest(uri: "/broken", method: .get, headers: browser, body: nil)
            #expect(page.status == .internalServerError)
            #expect(page.headers[.contentType] == "text/html; charset=utf-8")
            #expect(page.text.contains("Kesalahan sistem"))
            #expect(page.text.contains(try #require(page.headers[.requestID])))
            #expect(!page.text.contains("Broken"))
            let api = try await client.executeRequest(uri: "/v1/broken", method: .get, headers: browser, body: nil)
            #expect(api.headers[.contentType] == "application/problem+json")
            let missing = try await client.executeRequest(uri: "/tidak-ada", method: .get, headers: browser, body: nil)
            #expect(missing.status == .notFound)
            #expect(missing.text.contains("Tidak ditemukan"))
        }
    }
}
