import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import SinergiCore
import Testing

@testable import RoutingServer

@Suite("The workspace without scripts")
struct RoutingPageTests {
    @Test("a wrong password and an unknown name are told alike, another agency's pages want their own login")
    func refused() async throws {
        try await RoutingHouse.with { house in
            var browser = PageBrowser(house: house)
            try await browser.open("/")
            #expect(browser.status == 200 && browser.path == "/RKABA/login")
            for name in ["liaison@rkaba.dlh", "tidak.ada@rkaba"] {
                try await browser.send("/login", ["username": name, "password": "salah sekali"])
                #expect(browser.status == 401)
                #expect(browser.html.contains("role=\"alert\""))
                #expect(browser.html.contains(name))
            }
            // Without the form's token nothing is looked at.
            browser.token = "palsu"
            try await browser.send("/login", ["username": "liaison@rkaba.dlh", "password": RoutingHouse.password])
            #expect(browser.status == 403)
        }
    }

    @Test("an officer logs in, declines with a mistake, accepts, answers, approves and publishes")
    func work() async throws {
        try await RoutingHouse.with { house in
            let (id, code) = try await house.open(category: "waste.collection")
            let offer = try await house.offer(of: id, to: "RKABA/DLH")
            var browser = PageBrowser(house: house)
            try await browser.open("/login")
            try await browser.send("/login", ["username": "liaison@rkaba.dlh", "password": RoutingHouse.password])
            #expect(browser.path == "/RKABA/" && browser.status == 200)
            #expect(browser.html.contains("Bu Ani"))
            try await browser.open("/?queue=offered")
            #expect(browser.html.contains(code))
            try await browser.open("/?queue=offered&lang=en")
            #expect(browser.html.contains("Awaits our reply"))

            let page = "/cases/\(id.text)"
            try await browser.open("\(page)?lang=id")
            #expect(browser.html.contains("Sampah di samping pasar dua minggu tidak diangkut."))
            #expect(browser.html.contains("action=\"/RKABA\(page)/accept\""))
            #expect(!browser.html.contains("action=\"/RKABA\(page)/route\""))
            let version = browser.field("version")
            let mistake = [
                "id": offer, "version": version, "reason_code": "not_our_duty", "reason": "Bukan <kami>.",
                "suggested_office": "RKABA/HILANG",
            ]
            try await browser.send("\(page)/decline", mistake)
            #expect(browser.status == 422)
            #expect(browser.html.contains("role=\"alert\"") && browser.html.contains("Bukan &lt;kami&gt;."))

            try await browser.send(
                "\(page)/accept", ["id": offer, "version": version, "external_reference": "DLH-9", "note": ""])
            #expect(browser.status == 200 && browser.path == "/RKABA\(page)")
            #expect(browser.html.contains("role=\"status\"") && browser.html.contains("DLH-9"))
            // What was shown is old now.
            try await browser.send(
                "\(page)/assign", ["version": version, "officer": "01985f3e-7c00-7aaa-8bbb-000000000001", "note": ""])
            #expect(browser.status == 412)
            try await browser.send(
                "\(page)/assign",
                ["version": browser.field("version"), "officer": "01985f3e-7c00-7aaa-8bbb-000000000001"])
            #expect(browser.status == 200 && browser.html.contains("Bu Ani"))
            try await browser.send("\(page)/draft", ["version": browser.field("version"), "body": "Pendek."])
            #expect(browser.status == 422 && browser.html.contains("Pendek."))
            try await browser.send(
                "\(page)/draft", ["version": browser.field("version"), "body": "Sampah sudah kami angkut pagi ini."])
            #expect(browser.html.contains("action=\"/RKABA\(page)/approve\""))
            try await browser.send("\(page)/approve", ["id": browser.field("id", in: "\(page)/approve")])
            try await browser.send(
                "\(page)/publish",
                ["id": browser.field("id", in: "\(page)/publish"), "version": browser.field("version")])
            #expect(browser.status == 200)
            #expect(try await house.status(of: id) == "answered")
            try await browser.send("/logout", [:])
            #expect(browser.path == "/RKABA/login")
            try await browser.open(page)
            #expect(browser.path == "/RKABA/login")
        }
    }

    @Test("triage chooses the office with the proposal at hand")
    func triage() async throws {
        try await RoutingHouse.with { house in
            let (id, _) = try await house.open(category: "waste.other", area: nil)
            var browser = PageBrowser(house: house)
            try await browser.open("/login")
            try await browser.send("/login", ["username": "triage@rkaba", "password": RoutingHouse.password])
            let page = "/cases/\(id.text)"
            try await browser.open(page)
            #expect(browser.html.contains("value=\"RKABA/DLH\""))
            try await browser.send(
                "\(page)/route", ["version": browser.field("version"), "to": "RKABA/DLH Dinas LH", "reason": "Sampah."])
            #expect(browser.status == 200 && browser.html.contains("role=\"status\""))
            _ = try await house.offer(of: id, to: "RKABA/DLH")
            try await browser.send("\(page)/recall", ["id": "x"])
            #expect(browser.status == 404)
        }
    }
}

/// Just enough of a browser: cookies, redirects, and the token of the last form.
struct PageBrowser {
    let house: RoutingHouse.Process
    var cookies: [String: String] = [:]
    var html = ""
    var status = 0
    var path = ""
    var token: String?

    init(house: RoutingHouse.Process) {
        self.house = house
    }

    mutating func open(_ path: String) async throws {
        try await go(.get, "/RKABA" + path, body: nil)
    }

    mutating func send(_ path: String, _ fields: [String: String]) async throws {
        let all = fields.merging(["csrf_token": token ?? field("csrf_token")]) { $1 }
        let body = all.map { "\($0)=\(Self.escaped($1))" }.joined(separator: "&")
        token = nil
        try await go(.post, "/RKABA" + path, body: body)
    }

    /// The value of a hidden field, of the form with that address or of any.
    func field(_ name: String, in form: String? = nil) -> String {
        let part =
            form.flatMap { address in html.range(of: "action=\"/RKABA\(address)\"") }.map { html[$0.upperBound...] }
            ?? html[...]
        guard let start = part.range(of: "name=\"\(name)\" value=\"") else { return "" }
        return String(part[start.upperBound...].prefix { $0 != "\"" })
    }

    private mutating func go(_ method: HTTPRequest.Method, _ uri: String, body: String?) async throws {
        var headers: HTTPFields = [.accept: "text/html"]
        headers[.cookie] = cookies.map { "\($0)=\($1)" }.joined(separator: "; ")
        if body != nil { headers[.contentType] = "application/x-www-form-urlencoded" }
        let answer = try await house.http.execute(
            uri: uri, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) }
        ) { (status: $0.status.code, headers: $0.headers, text: String(buffer: $0.body)) }
        for cookie in answer.headers[values: .setCookie] {
            let pair = cookie.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            cookies[String(pair[0])] = String(pair[1])
        }
        status = answer.status
        html = answer.text
        path = String(uri.prefix { $0 != "?" })
        if status == 303, let location = answer.headers[.location] { try await go(.get, location, body: nil) }
        if let folder = ProcessInfo.processInfo.environment["SINERGI_PAGES"] {
            try html.write(
                toFile: "\(folder)/\(path.replacing("/", with: "_")).html", atomically: true, encoding: .utf8)
        }
    }

    private static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}
