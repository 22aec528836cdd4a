import Foundation
import HTTPTypes
import Testing

@testable import IntakeServer

/// A browser without JavaScript, as far as forms and cookies go.
@Suite("Pages for reporters", .serialized)
struct IntakePageTests {
    struct Browser {
        let house: IntakeHouse.Process
        var cookies: [String: String] = [:]

        mutating func get(_ path: String) async throws -> IntakeHouse.Process.Answer {
            try await load(house.call(.get, path, headers: headers()))
        }

        mutating func post(_ path: String, _ fields: [(String, String)]) async throws -> IntakeHouse.Process.Answer {
            let body = fields.map {
                "\($0.0)=\($0.1.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")"
            }
            var headers = headers()
            headers[.contentType] = "application/x-www-form-urlencoded"
            return try await load(house.call(.post, path, body.joined(separator: "&"), headers: headers))
        }

        private func headers() -> HTTPFields {
            [.accept: "text/html", .cookie: cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")]
        }

        private mutating func load(_ answer: IntakeHouse.Process.Answer) -> IntakeHouse.Process.Answer {
            for field in answer.headers[values: .setCookie] {
                let pair = field.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1).map(String.init)
                if let name = pair.first { cookies[name] = pair.count > 1 ? pair[1] : "" }
            }
            return answer
        }
    }

    private func value(_ name: String, in html: String) -> String? {
        guard let start = html.range(of: "name=\"\(name)\" value=\"") else { return nil }
        return String(html[start.upperBound...].prefix { $0 != "\"" })
    }

    @Test("report, receipt, follow, confirm: with forms alone, and the key never in an address")
    func journey() async throws {
        try await IntakeHouse.with { house in
            var browser = Browser(house: house)
            let form = try await browser.get("/")
            #expect(form.status == 200 && form.headers[.contentType] == "text/html; charset=utf-8")
            #expect(form.text.contains("Apa yang terjadi?") && form.text.contains("Kecamatan Barat"))
            let token = try #require(value("csrf_token", in: form.text))
            let id = try #require(value("form_id", in: form.text))
            let fields = [
                ("csrf_token", token), ("form_id", id), ("description", "Jalan <b>depan</b> SD amblas."),
                ("area_code", "99.01.01"), ("address", ""), ("lat", ""), ("long", ""), ("category", ""),
                ("kind", "complaint"),
                ("event_date", ""), ("reporter.name", "Sari"), ("reporter.phone", ""), ("reporter.email", ""),
                ("language", "id"),
            ]
            let receipt = try await browser.post("/", fields)
            #expect(receipt.status == 201)
            let code = try #require(value("code", in: receipt.text))
            let accessKey = try #require(value("access_key", in: receipt.text))
            #expect(receipt.text.contains("Tulis kode ini"))
            let again = try await browser.post("/", fields)
            #expect(value("code", in: again.text) == code, "a reload is the same report")
            #expect(try await browser.get("/follow/\(code)").status == 303, "not without the key")
            let wrong = try await browser.post(
                "/follow", [("csrf_token", token), ("code", code), ("access_key", "salah")])
            #expect(wrong.status == 401 && wrong.text.contains("role=\"alert\""))
            let open = try await browser.post(
                "/follow", [("csrf_token", token), ("code", code.lowercased()), ("access_key", accessKey)])
            #expect(open.status == 303 && open.headers[.location] == "/INTA/follow/\(code)")
            let cookie = try #require(open.headers[values: .setCookie].first { $0.hasPrefix("sinergi-follow-INTA=") })
            #expect(
                cookie.contains("Path=/INTA/follow/\(code);") && cookie.contains("HttpOnly")
                    && cookie.contains("SameSite=Lax"))
            let page = try await browser.get("/follow/\(code)")
            #expect(page.status == 200 && page.text.contains("Meja Laporan") && page.text.contains("WITA"))
            #expect(page.text.contains("Jalan &lt;b&gt;depan") && !page.text.contains("<b>depan"))
            #expect(!page.text.contains(accessKey))
            let english = try await browser.get("/follow/\(code)?lang=en")
            #expect(english.text.contains("Now held by") && english.text.contains("lang=\"en\""))
            let out = try await browser.post("/follow/\(code)/leave", [("csrf_token", token)])
            #expect(out.status == 303)
            #expect(try await browser.get("/follow/\(code)").status == 303)
        }
    }

    @Test("mistakes are shown beside their fields and nothing typed is lost")
    func mistakes() async throws {
        try await IntakeHouse.with { house in
            var browser = Browser(house: house)
            let form = try await browser.get("/?lang=en")
            let token = try #require(value("csrf_token", in: form.text))
            let answer = try await browser.post(
                "/",
                [
                    ("csrf_token", token), ("form_id", UUID().uuidString), ("description", "pendek"),
                    ("address", "Jalan \"Satu\""),
                    ("category", "roads.damage"), ("reporter.email", "bukan surel"), ("confidential", "true"),
                    ("language", "en"),
                ])
            #expect(answer.status == 422)
            #expect(answer.text.contains("At least 10 characters."))
            #expect(answer.text.contains("href=\"#reporter_email\""))
            #expect(
                answer.text.contains("value=\"Jalan &quot;Satu&quot;\"") && answer.text.contains(">pendek</textarea>"))
            #expect(answer.text.contains("<option value=\"roads.damage\" selected>"))
            #expect(answer.text.contains("name=\"confidential\" value=\"true\" checked"))
            let forged = try await browser.post("/", [("csrf_token", "x"), ("description", "Jalan depan SD amblas.")])
            #expect(forged.status == 403)
        }
    }
}
