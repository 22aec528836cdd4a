import Synchronization

/// Idempotency keys whose first request is being worked on by this process: a second one is told to wait.
///
/// Between processes the database's unique key does the same by making the later one wait for the earlier commit.
final class KeysInProgress: Sendable {
    private struct Entry: Hashable {
        let agency: Int
        let request: NewComplaint.Repeat
    }

    private let keys = Mutex<Set<Entry>>([])

    /// Runs `body` unless the key is in use.
    /// - Returns: `nil` when it is.
    func hold<Result>(
        _ request: NewComplaint.Repeat?, agency: Int, _ body: () async throws -> sending Result
    ) async rethrows -> sending Result? {
        guard let request else { return try await body() }
        let entry = Entry(agency: agency, request: request)
        guard keys.withLock({ $0.insert(entry).inserted }) else { return nil }
        defer { _ = keys.withLock { $0.remove(entry) } }
        return try await body()
    }
}
