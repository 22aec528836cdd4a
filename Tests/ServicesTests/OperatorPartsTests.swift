import Foundation
import Tenancy
import Testing

@testable import OperatorKit

@Suite("Operator's parts")
struct OperatorPartsTests {
    @Test(
        "addresses for other logins keep host, port, database and parameters",
        arguments: [
            ("postgresql://a:b@127.0.0.1:5432/sinergi", "postgresql://x:y@127.0.0.1:5432/sinergi"),
            (
                "postgresql://127.0.0.1/sinergi?sslmode=verify-full",
                "postgresql://x:y@127.0.0.1/sinergi?sslmode=verify-full"
            ),
            ("postgres://a@db1,db2/sinergi", "postgres://x:y@db1,db2/sinergi"),
        ])
    func addresses(_ given: String, _ expected: String) throws {
        let address = try DatabaseAddress(given)
        #expect(address.url(login: "x", password: "y") == expected)
        #expect(address.databaseName == "sinergi")
        #expect(!address.place.contains("@"))
    }

    @Test("another database of the same server is reached with the same login")
    func otherDatabase() throws {
        let url = "postgresql://sinergi:p@127.0.0.1:5432/sinergi?connect_timeout=5"
        #expect(
            try DatabaseAddress(url).database("postgres", in: url)
                == "postgresql://sinergi:p@127.0.0.1:5432/postgres?connect_timeout=5")
        #expect(throws: OperatorError.self) { try DatabaseAddress("host=127.0.0.1 dbname=sinergi") }
    }

    @Test("credentials stay the same, also for a later process, and are for their owner only")
    func credentials() throws {
        try Folder.with { folder in
            let file = folder.appending(path: "credentials.json")
            var first = try Credentials(file: file)
            let password = try first.password(of: "s_1_routing")
            let typed = try first.typedPassword(of: "demo")
            var second = try Credentials(file: file)
            #expect(try second.password(of: "s_1_routing") == password)
            #expect(try second.typedPassword(of: "demo") == typed)
            #expect(second.known("s_2_routing") == nil)
            #expect(try second.password(of: "s_2_routing") != password)
            #expect(typed.wholeMatch(of: /[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}/) != nil)
            let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
    }

    @Test("ports are those of the contract, shifted as a whole")
    func ports() throws {
        let layout = DemoLayout(home: URL(filePath: "/tmp"), offset: 100, containers: false)
        let host = try #require(DemoLayout.nodes.first { $0.isHost })
        #expect(layout.publicURL(.routing, of: host, agency: "KALTIM") == "http://127.0.0.1:8202/KALTIM")
        let own = try #require(DemoLayout.nodes.first)
        #expect(layout.publicURL(.intake, of: own, agency: "PPU") == "http://127.0.0.1:8181")
    }

    @Test("values in run.env survive a shell")
    func quoting() {
        var environment = RunEnvironment()
        environment.set("NAME", "it's")
        #expect(environment.lines == [#"NAME='it'\''s'"#])
    }

    @Test("the platform reads its file, and the environment wins")
    func platformSettings() throws {
        try Folder.with { folder in
            let file = folder.appending(path: "platform.json")
            let text =
                #"{"platform":{"database":{"url":"postgresql://p@h/d","plaintext":true},"sweep":{"seconds":1},"http":{"port":1}}}"#
            try Data(text.utf8).write(to: file)
            let read = try PlatformConfiguration(environment: [
                "SINERGI_CONFIG": file.path, "PLATFORM_HTTP_PORT": "9000",
            ])
            #expect(read.databaseURL == "postgresql://p@h/d")
            #expect(read.allowsPlaintext)
            #expect(read.sweepInterval == .seconds(1))
            #expect(read.port == 9000)
            #expect(read.migratorURL == nil)
            #expect(throws: OperatorError.self) { try PlatformConfiguration(environment: [:]) }
            #expect(throws: OperatorError.self) {
                try PlatformConfiguration(environment: ["SINERGI_CONFIG": file.path, "PLATFORM_PARTITIONS_DAYS": "0"])
            }
        }
    }

    @Test("an answer is understood only when it is whole")
    func answers() {
        let whole = Array("HTTP/1.1 201 Created\r\nContent-Length: 2\r\nX: y\r\n\r\n{}".utf8)
        let head = BenchAnswer.head(of: whole)
        #expect(head == whole.count - 2)
        #expect(BenchAnswer.head(of: Array(whole.prefix(30))) == nil)
        #expect(BenchAnswer.contentLength(whole[..<(head ?? 0)]) == 2)
        #expect(BenchAnswer.status(whole) == 201)
        #expect(BenchAnswer.status(Array("nonsense, no status".utf8)) == nil)
    }

    @Test("percentiles are those of the sorted latencies")
    func percentiles() {
        let result = LoadResult(latencies: (1...100).shuffled().map(Double.init), accepted: 100, errors: 0)
        #expect(result.percentile(0.5) == 50)
        #expect(result.percentile(0.99) == 99)
        #expect(LoadResult().percentile(0.99) == 0)
    }

    @Test("pgbench's rate is the one without connecting")
    func pgbench() {
        let output = "number of transactions actually processed: 10\ntps = 1234.567 (without initial connection time)\n"
        #expect(Pgbench.rate(in: output) == 1234.567)
        #expect(Pgbench.rate(in: "latency average = 1 ms") == nil)
    }
}

@Suite("Message gateway")
struct OperatorGatewayTests {
    static func request(_ to: String, _ text: String) -> GatewayRequest {
        GatewayRequest(to: to, channel: "sms", text: text, reference: nil, trackingCode: nil, event: nil)
    }

    @Test("a repeat is one message, also after a restart")
    func repeats() async throws {
        try await Folder.with { folder in
            let first = try MessageStore(directory: folder)
            let (kept, isNew) = try await first.receive(Self.request("+621", "Halo"), key: "k1")
            #expect(isNew)
            #expect(try await first.receive(Self.request("+621", "Halo"), key: "k1").isNew == false)
            let second = try MessageStore(directory: folder)
            let (again, isNewAgain) = try await second.receive(Self.request("+621", "Halo"), key: "k1")
            #expect(again == kept && !isNewAgain)
            _ = try await second.receive(Self.request("+622", "Lain"), key: "k2")
            #expect(await second.list(to: "+621") == [kept])
            #expect(await second.list(to: nil).count == 2)
        }
    }

    @Test("a line that a crash cut short counts as not received")
    func cutShort() async throws {
        try await Folder.with { folder in
            let file = folder.appending(path: "messages.jsonl")
            let first = try MessageStore(directory: folder)
            _ = try await first.receive(Self.request("+621", "Satu"), key: "k1")
            let handle = try FileHandle(forWritingTo: file)
            try handle.seekToEnd()
            try handle.write(contentsOf: Data(#"{"id":"x","ke"#.utf8))
            try handle.close()
            let second = try MessageStore(directory: folder)
            #expect(await second.list(to: nil).count == 1)
            #expect(try await second.receive(Self.request("+621", "Dua"), key: "k2").isNew)
            #expect(try await MessageStore(directory: folder).list(to: nil).map(\.text) == ["Satu", "Dua"])
        }
    }

    @Test("texts cannot become part of the page")
    func escaping() {
        let message = GatewayMessage(
            id: "1", key: "k", to: "<b>", channel: "sms", text: "<script>\"&\nbaris", reference: nil,
            trackingCode: "<i>",
            event: nil, receivedAt: "2026-11-24T00:00:00Z")
        let page = GatewayPage.html([message], to: "<x>")
        #expect(!page.contains("<script") && !page.contains("<i>") && !page.contains("<x>"))
        #expect(page.contains("&lt;script&gt;&quot;&amp;<br>baris"))
    }
}

/// A folder that is gone after the test.
private enum Folder {
    static func with<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
        let folder = try make()
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await body(folder)
    }

    static func with<Result>(_ body: (URL) throws -> Result) throws -> Result {
        let folder = try make()
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder)
    }

    private static func make() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "operator-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }
}
