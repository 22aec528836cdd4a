import Testing

@testable import Postgres

@Suite("connection strings")
struct ConfigurationTests {
    @Test(
        "hosts that are this machine need no TLS",
        arguments: [
            "postgresql://u@127.0.0.1/db", "postgresql://u@localhost:5433/db", "postgresql://u@[::1]/db",
            "postgresql:///db?host=/run/postgresql", "host=/tmp dbname=db", "host=127.0.0.1,localhost dbname=db",
        ])
    func local(url: String) throws {
        #expect(try PostgresClient.Configuration(url: url).isLocal)
    }

    @Test(
        "other hosts need verify-full, every one of a list",
        arguments: [
            "postgresql://u@db.example.id/db", "postgresql://u@10.0.0.7/db?sslmode=require",
            "postgresql://u@db/db?sslmode=verify-ca", "host=127.0.0.1,db.example.id dbname=db",
            "host=localhost hostaddr=10.0.0.7 dbname=db", "postgresql://u@127.example.id/db",
        ])
    func remote(url: String) throws {
        let error = #expect(throws: PostgresError.self) { try PostgresClient.Configuration(url: url) }
        #expect(error?.code == .insecureConnection)
        #expect(throws: Never.self) { try PostgresClient.Configuration(url: url, allowsPlaintext: true) }
    }

    @Test("verify-full is accepted everywhere, several hosts too")
    func verified() throws {
        let url = "postgresql://u@a.example.id,b.example.id:5433/db?sslmode=verify-full&target_session_attrs=read-write"
        let configuration = try PostgresClient.Configuration(url: url)
        #expect(!configuration.isLocal)
        #expect(configuration.parameters["target_session_attrs"] == "read-write")
        #expect(configuration.parameters["host"] == "a.example.id,b.example.id")
    }

    @Test("of several hosts each is a beginning; one port serves all, as many ports go with their hosts")
    func fallbacks() throws {
        let several = try PostgresClient.Configuration(url: "host=/a,/b,/c port=1,2,3 dbname=d").parameters
        #expect(several.fallbacks.map { $0["host"] } == ["/a,/b,/c", "/b,/c", "/c"])
        #expect(several.fallbacks.map { $0["port"] } == ["1,2,3", "2,3", "3"])
        #expect(several.fallbacks.allSatisfy { $0["dbname"] == "d" })
        let onePort = try PostgresClient.Configuration(url: "host=/a,/b port=7").parameters
        #expect(onePort.fallbacks.map { $0["port"] } == ["7", "7"])
        #expect(try PostgresClient.Configuration(url: "host=/a").parameters.fallbacks.count == 1)
    }

    @Test("the password is never shown, malformed strings are refused without quoting them")
    func secrets() throws {
        let configuration = try PostgresClient.Configuration(url: "postgresql://u:rahasia@127.0.0.1/db")
        #expect(!"\(configuration)".contains("rahasia"))
        #expect("\(configuration)".contains("127.0.0.1"))
        let error = #expect(throws: PostgresError.self) {
            try PostgresClient.Configuration(url: "postgresql://u:rahasia@127.0.0.1:x y/db?nonsense=1")
        }
        #expect(error?.code == .invalidConfiguration)
        #expect(!String(reflecting: error).contains("rahasia"))
    }

    @Test("name and statement timeout reach the session")
    func options() throws {
        var configuration = try PostgresClient.Configuration(url: "host=/tmp options='-c geqo=off'")
        configuration.applicationName = "routing"
        configuration.statementTimeout = .milliseconds(1500)
        #expect(configuration.parameters["application_name"] == "routing")
        #expect(configuration.parameters["options"] == "-c geqo=off -c statement_timeout=1500")
    }

    @Test("a transaction's opening is BEGIN, role, timeout and settings")
    func opening() {
        let options = PostgresTransactionOptions(
            isolation: .serializable, readOnly: true, role: "s_1_intake", settings: [PostgresSetting("app.a", "1")],
            timeout: .seconds(10))
        #expect(
            options.opening.map(\.text) == [
                "BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY", "SET LOCAL ROLE \"s_1_intake\"",
                "SET LOCAL statement_timeout = 10000", "SELECT set_config($1, $2, true)",
            ])
        #expect(PostgresTransactionOptions().opening.map(\.text) == ["BEGIN"])
    }
}

@Suite("notification buffer")
struct NotificationBufferTests {
    private func note(_ number: Int) -> PostgresNotifications.Element {
        .notification(channel: "c", payload: "\(number)")
    }

    @Test("equal notifications that wait are one")
    func coalescing() async {
        let buffer = NotificationBuffer()
        for number in [1, 2, 1, 1] { buffer.add(note(number)) }
        #expect(await buffer.next() == note(1))
        buffer.add(note(1))
        #expect(await buffer.next() == note(2))
        #expect(await buffer.next() == note(1))
    }

    @Test("too many become one request to look")
    func overflow() async {
        let buffer = NotificationBuffer(capacity: 3)
        for number in 0..<4 { buffer.add(note(number)) }
        buffer.add(note(9))
        #expect(await buffer.next() == .listening)
        #expect(await buffer.next() == note(9))
    }

    @Test("a reader is woken by an element, by the end and by cancellation")
    func reader() async {
        let buffer = NotificationBuffer()
        async let first = buffer.next()
        buffer.add(note(1))
        #expect(await first == note(1))

        let reading = Task { await buffer.next() }
        reading.cancel()
        #expect(await reading.value == nil)

        async let last = buffer.next()
        buffer.finish()
        #expect(await last == nil)
        #expect(await buffer.next() == nil)
    }
}
