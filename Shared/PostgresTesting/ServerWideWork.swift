/// Work on what belongs to the whole server, such as roles, which tests that run side by side would otherwise make at once.
///
/// One at a time in this process, first come, first served.
public enum ServerWideWork {
    private static let turns = Turns()

    /// Runs `body` when nobody else does.
    public static func alone<Result: Sendable>(_ body: @Sendable () async throws -> Result) async throws -> Result {
        await turns.take()
        do {
            let result = try await body()
            await turns.pass()
            return result
        } catch {
            await turns.pass()
            throw error
        }
    }

    private actor Turns {
        private var isTaken = false
        private var waiting: [CheckedContinuation<Void, Never>] = []

        func take() async {
            guard isTaken else {
                isTaken = true
                return
            }
            await withCheckedContinuation { waiting.append($0) }
        }

        func pass() {
            if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
        }
    }
}
