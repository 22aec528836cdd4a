import Foundation
import Postgres
import PostgresTesting
import Testing

@Suite("servers that come and go, several hosts, TLS")
struct ServerTests {
    @Test("the pool recovers by itself when the server has crashed and is back")
    func restart() async throws {
        try await PrivateServer.with { server in
            try await PostgresClient.withClient(url: server.url(), logger: quiet) { client in
                try await client.execute("CREATE TABLE t (n int)")
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<4 { group.addTask { _ = try await client.query("SELECT pg_sleep(0.05)") } }
                    try await group.waitForAll()
                }
                let transaction = Task {
                    try await client.withTransaction { tx in
                        try await tx.execute("INSERT INTO t VALUES (1)")
                        _ = try await tx.query("SELECT pg_sleep(60), 'crash'")
                    }
                }
                try await client.waitForStatement(like: "%'crash'%")
                try server.crash()
                let error = await postgresError(.connectionLost) { try await transaction.value }
                #expect(error?.isRetryable == true)
                try await eventually("all connections gone") { client.statistics.open == 0 }
                async let waiting = client.value("SELECT count(*) FROM t", as: Int.self)
                try server.start()
                let count = try await waiting
                #expect(count == 0)
            }
        }
    }

    @Test("of several hosts the one that takes writes is found, and the next when it is gone")
    func failover() async throws {
        try await PrivateServer.with(settings: ["default_transaction_read_only": "on"]) { reader in
            try await PrivateServer.with(settings: [:]) { writer in
                let first = try FaultProxy(host: "127.0.0.1", port: writer.port)
                let second = try FaultProxy(host: "127.0.0.1", port: writer.port)
                defer {
                    first.close()
                    second.close()
                }
                let url =
                    "postgresql://postgres@127.0.0.1:\(reader.port),127.0.0.1:\(first.port),127.0.0.1:\(second.port)/"
                    + "postgres?target_session_attrs=read-write&sslmode=disable"
                try await PostgresClient.withClient(url: url, logger: quiet) { client in
                    try await client.execute("CREATE TABLE t (n int)")
                    #expect(first.acceptedCount == 1)
                    #expect(second.acceptedCount == 0)
                    // Takes connections and resets them, as a proxy before a dead server does.
                    first.refuse(true)
                    first.cut()
                    try await eventually("noticed") { client.statistics.open == 0 }
                    try await client.execute("INSERT INTO t VALUES (1)")
                    #expect(second.acceptedCount == 1)
                }
            }
        }
    }

    @Test("verify-full accepts the right name and refuses a wrong one, a foreign authority and a missing one")
    func tls() async throws {
        let openssl = "/usr/bin/openssl"
        try #require(FileManager.default.isExecutableFile(atPath: openssl), "openssl is needed to make certificates")
        let settings = ["ssl": "on", "ssl_cert_file": "server.crt", "ssl_key_file": "server.key"]
        try await PrivateServer.with(
            settings: settings,
            prepare: { server in
                let folder = server.directory.path
                for name in ["ca", "other"] {
                    try PrivateServer.run(
                        openssl,
                        [
                            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=\(name)",
                            "-keyout",
                            "\(folder)/\(name).key", "-out", "\(folder)/\(name).crt",
                        ])
                }
                try PrivateServer.run(
                    openssl,
                    [
                        "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout",
                        "\(server.data.path)/server.key", "-out", "\(folder)/server.csr",
                    ])
                let names = URL(fileURLWithPath: "\(folder)/names")
                try Data("subjectAltName=DNS:localhost".utf8).write(to: names)
                try PrivateServer.run(
                    openssl,
                    [
                        "x509", "-req", "-in", "\(folder)/server.csr", "-CA", "\(folder)/ca.crt", "-CAkey",
                        "\(folder)/ca.key", "-CAcreateserial", "-days", "2", "-extfile", names.path, "-out",
                        "\(server.data.path)/server.crt",
                    ])
                for file in ["server.key", "server.crt"] {
                    let url = server.data.appendingPathComponent(file)
                    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: url.path)
                    try server.giveAway(url)
                }
            }
        ) { server in
            func url(host: String, authority: String) -> String {
                "host=\(host) hostaddr=127.0.0.1 port=\(server.port) user=postgres dbname=postgres sslmode=verify-full "
                    + "sslrootcert=\(server.directory.path)/\(authority).crt"
            }
            try await PostgresClient.withClient(url: url(host: "localhost", authority: "ca"), logger: quiet) { client in
                let isProtected: Bool = try await client.value(
                    "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
                #expect(isProtected)
                // Records of 16 kB, read by halves.
                let blob = [UInt8](repeating: 7, count: 3_000_000)
                #expect(try await client.value("SELECT \(blob)", as: [UInt8].self) == blob)
                for length in [8_000, 8_192, 16_300, 16_384, 16_500, 33_000, 70_001] {
                    let text: String = try await client.value("SELECT repeat('x', \(Int32(length)))")
                    #expect(text.utf8.count == length)
                }
                let sleeping = Task { try await client.query("SELECT pg_sleep(60), 'tls'") }
                try await client.waitForStatement(like: "%'tls'%")
                sleeping.cancel()
                await #expect(throws: CancellationError.self) { try await sleeping.value }
            }
            for (host, authority) in [("db.example.id", "ca"), ("localhost", "other"), ("localhost", "missing")] {
                let error = await postgresError(.connectionFailed) {
                    try await PostgresClient.withClient(url: url(host: host, authority: authority), logger: quiet) {
                        try await $0.query("SELECT 1")
                    }
                }
                #expect(error != nil, "\(host) \(authority)")
            }
        }
    }
}
