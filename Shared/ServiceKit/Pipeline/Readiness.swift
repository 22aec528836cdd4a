import Synchronization

/// Whether this process should be sent work.
final class Readiness: Sendable {
    struct State: Sendable, Hashable {
        let isReady: Bool
        /// Why not, for operators; `nil` when ready.
        let reason: String?
    }

    typealias Check = @Sendable () async throws -> Void

    private let check = Mutex<(Check?, String)>((nil, "starting"))

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
            try await body()
            return State(isReady: true, reason: nil)
        } catch {
            // Only the kind: errors may quote data.
            return State(isReady: false, reason: "\(type(of: error))")
        }
    }
}
