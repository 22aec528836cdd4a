import Foundation
import Postgres
import PostgresTesting
import Testing

@Suite("notifications")
struct NotificationTests {
    /// Reads until `last` has come, and returns everything before it.
    private func read(
        _ iterator: inout PostgresNotifications.AsyncIterator, until last: PostgresNotifications.Element
    ) async -> [PostgresNotifications.Element] {
        var elements: [PostgresNotifications.Element] = []
        while let element = await iterator.next() {
            if element == last { return elements }
            elements.append(element)
        }
        Issue.record("ended before \(last)")
        return elements
    }

    @Test("listening comes first, then what is sent on the channels")
    func delivery() async throws {
        try await TestDatabase.withClient { client in
            try await client.withNotifications(on: ["one", "we\"ird"]) { notifications in
                var iterator = notifications.makeAsyncIterator()
                let first = await iterator.next()
                #expect(first == .listening)
                try await client.notify(channel: "one", payload: "a")
                try await client.notify(channel: "two", payload: "unheard")
                try await client.notify(channel: "we\"ird", payload: "b")
                let before = await read(&iterator, until: .notification(channel: "we\"ird", payload: "b"))
                #expect(before == [.notification(channel: "one", payload: "a")])
            }
            try await eventually("listener's session ended") {
                try await client.value(
                    "SELECT count(*) = 0 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'",
                    as: Bool.self)
            }
        }
    }

    @Test("a broken line is noticed, and listening begins again")
    func reconnect() async throws {
        try await TestDatabase.withDatabase { database in
            let address = try database.address()
            let proxy = try FaultProxy(host: address.host, port: address.port)
            defer { proxy.close() }
            let url = try database.url(port: proxy.port, parameters: ["sslmode": "disable"])
            try await database.withClient { direct in
                try await PostgresClient.withClient(url: url, logger: quiet) { client in
                    try await client.withNotifications(on: ["one"]) { notifications in
                        var iterator = notifications.makeAsyncIterator()
                        let first = await iterator.next()
                        #expect(first == .listening)
                        for round in 1...3 {
                            proxy.refuse(true)
                            proxy.cut()
                            try await direct.notify(channel: "one", payload: "lost \(round)")
                            proxy.refuse(false)
                            // Waits for this by itself: there is nothing else to read.
                            let again = await iterator.next()
                            #expect(again == .listening)
                            try await direct.notify(channel: "one", payload: "\(round)")
                            let next = await iterator.next()
                            #expect(next == .notification(channel: "one", payload: "\(round)"))
                        }
                    }
                }
            }
        }
    }

    @Test("a line that has become silent is noticed by the ping")
    func silent() async throws {
        try await TestDatabase.withDatabase { database in
            let address = try database.address()
            let proxy = try FaultProxy(host: address.host, port: address.port)
            defer { proxy.close() }
            let url = try database.url(port: proxy.port, parameters: ["sslmode": "disable"])
            try await PostgresClient.withClient(
                url: url, logger: quiet,
                configure: {
                    $0.pingInterval = .milliseconds(100)
                    $0.drainTimeout = .milliseconds(100)
                }
            ) { client in
                try await client.withNotifications(on: ["one"]) { notifications in
                    var iterator = notifications.makeAsyncIterator()
                    let first = await iterator.next()
                    #expect(first == .listening)
                    proxy.stall(true)
                    try await eventually("a new line") { proxy.acceptedCount > 2 }
                    proxy.stall(false)
                    let again = await iterator.next()
                    #expect(again == .listening)
                }
            }
        }
    }

    @Test("listening begins when the server comes up later, and the scope ends while it is down")
    func down() async throws {
        try await TestDatabase.withDatabase { database in
            let address = try database.address()
            let proxy = try FaultProxy(host: address.host, port: address.port)
            defer { proxy.close() }
            proxy.refuse(true)
            let url = try database.url(port: proxy.port, parameters: ["sslmode": "disable"])
            try await PostgresClient.withClient(url: url, logger: quiet) { client in
                await #expect(throws: Refusal()) {
                    try await client.withNotifications(on: ["one"]) { _ in throw Refusal() }
                }
                try await client.withNotifications(on: ["one"]) { notifications in
                    var iterator = notifications.makeAsyncIterator()
                    proxy.refuse(false)
                    let first = await iterator.next()
                    #expect(first == .listening)
                }
            }
        }
    }

    @Test("a reader that is cancelled ends")
    func cancelledReader() async throws {
        try await TestDatabase.withClient { client in
            try await client.withNotifications(on: ["one"]) { notifications in
                let reading = Task {
                    var count = 0
                    for await _ in notifications { count += 1 }
                    return count
                }
                try await client.notify(channel: "one", payload: "x")
                reading.cancel()
                #expect(await reading.value <= 2)
            }
        }
    }
}
