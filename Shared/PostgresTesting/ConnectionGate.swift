internal import Logging
internal import Postgres

/// Lets tests that run at the same time open no more connections together than the server allows.
public actor ConnectionGate {
    /// The one of this process.
    public static let shared = ConnectionGate()

    private var free: Int?
    private var waiting: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []

    /// Runs `body` once `count` connections are free, and keeps them for it.
    public nonisolated func withConnections<Result>(
        _ count: Int, of server: String, _ body: () async throws -> sending Result
    ) async throws -> sending Result {
        let taken = try await take(count, of: server)
        let result: Result
        do {
            result = try await body()
        } catch {
            await give(taken)
            throw error
        }
        await give(taken)
        return result
    }

    /// - Returns: What was taken; less than wanted where the server allows less altogether.
    private func take(_ count: Int, of server: String) async throws -> Int {
        if free == nil {
            let limit = try await Self.limit(of: server)
            // Another test may have asked meanwhile.
            if free == nil {
                free = limit
                capacity = limit
            }
        }
        let wanted = min(count, capacity)
        if waiting.isEmpty, let free, free >= wanted {
            self.free = free - wanted
            return wanted
        }
        await withCheckedContinuation { waiting.append((wanted, $0)) }
        return wanted
    }

    private var capacity = 1

    private func give(_ count: Int) {
        free = (free ?? 0) + count
        while let first = waiting.first, let free, free >= first.count {
            self.free = free - first.count
            waiting.removeFirst().continuation.resume()
        }
    }

    /// Two thirds of what the server allows: other processes may test on it too.
    private static func limit(of server: String) async throws -> Int {
        try await PostgresClient.withClient(url: server) { client in
            let rows = try await client.query("SELECT current_setting('max_connections')::int8 AS allowed")
            guard let row = rows.first else { return 20 }
            return max(8, try row.decode("allowed", as: Int.self) * 2 / 3)
        }
    }
}
