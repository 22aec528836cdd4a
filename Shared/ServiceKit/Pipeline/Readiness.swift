import Synchronization

/// Whether this process should be sent work.
final class Readiness: Sendable {
    struct State: Sendable, Hashable {
        let isReady: Bool
        /// Why not, or what else operators should know.
        let reason: String?
    }

    typealias Check = @Sendable () async throws -> String?

    private let check = Mutex<(Check?, String)>((nil, "waiting for the database"))

    /// Not ready for this reason, until told otherwise.
    func hold(_ reason: String) {
        check.withLock { $0 = (nil, reason) }
    }

    /// Ready whenever `body` does not throw.
    func open(_ body: @escaping Check) {
        check.withLock { $0 = (body, "") }
    }

    func check() async -> State {
        let (body, reason) = check.withLock { $0 }
        guard let body else { return State(isReady: false, reason: reason) }
        do {
            return State(isReady: true, reason: try await Self.within(.seconds(1), body))
        } catch is TooSlow {
            return State(isReady: false, reason: "no answer within a second")
        } catch {
            // Only the kind: errors may quote data.
            return State(isReady: false, reason: "\(type(of: error))")
        }
    }

    private struct TooSlow: Error {}

    /// Whoever probes waits a second or two; a pool that looks for a connection takes longer to give up.
    private static func within(_ limit: Duration, _ body: @escaping Check) async throws -> String? {
        try await withThrowingTaskGroup(of: String?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: limit)
                throw TooSlow()
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }
}
