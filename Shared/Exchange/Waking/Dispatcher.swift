import Logging
import ServiceLifecycle
import Synchronization

/// Runs work for each key that has some, one worker per key at a time.
///
/// Asking the database at an adaptive pace is the guarantee, the doorbell only a hint. A failed question, as when the
/// database restarts, is asked again. On graceful shutdown workers end after the step that they are in.
struct Dispatcher<Key: Hashable & Sendable>: Sendable {
    let name: String
    let bell: Doorbell
    let logger: Logger
    /// The keys that have work now; one cheap statement for all agencies.
    let find: @Sendable () async throws -> [Key]
    /// One step of work; `false` when there was nothing left.
    let step: @Sendable (Key) async throws -> Bool

    /// Rings come in bursts; questions asked closer together than this would only find the same work in flight.
    private static var smallestGap: Duration { .milliseconds(5) }

    func run() async {
        let workers = WorkerBook<Key>()
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                var pace = Pace()
                var failing = false
                while !Task.isCancelled, !Task.isShuttingDownGracefully {
                    do {
                        for key in try await find() where workers.state.withLock({ $0.start(key) }) {
                            group.addTask { await work(on: key, workers) }
                        }
                        if failing { logger.notice("\(name) goes on") }
                        failing = false
                    } catch {
                        if !failing { logger.warning("\(name) waits", metadata: ["error": "\(error)"]) }
                        failing = true
                    }
                    // Both may be cancelled; the loop's condition sees it.
                    try? await Task.sleep(for: Self.smallestGap)
                    let rung = await bell.wait(upTo: pace.interval)
                    let worked = workers.state.withLock { $0.takeWorked() }
                    if rung || worked { pace.sawWork() } else { pace.sawNothing() }
                }
            }
        } onGracefulShutdown: {
            bell.ring()
        }
    }

    private func work(on key: Key, _ workers: WorkerBook<Key>) async {
        do {
            while !Task.isCancelled, !Task.isShuttingDownGracefully, try await step(key) {
                workers.state.withLock { $0.worked = true }
            }
        } catch {
            // Nothing is lost: what was leased comes back, what was claimed was rolled back.
            logger.warning("\(name) stopped at an error", metadata: ["key": "\(key)", "error": "\(error)"])
        }
        if workers.state.withLock({ $0.finish(key) }) { bell.ring() }
    }
}

/// Shares the state of workers between the loop and its workers.
private final class WorkerBook<Key: Hashable & Sendable>: Sendable {
    let state = Mutex(Workers<Key>())
}

/// Which keys are being worked on; pure.
struct Workers<Key: Hashable & Sendable>: Sendable {
    /// Whether any step found work since this was last asked.
    var worked = false
    private var busy: Set<Key> = []
    private var wanted: Set<Key> = []

    /// Whether a worker must be started; if there is one, it is remembered that there was new work.
    mutating func start(_ key: Key) -> Bool {
        if busy.insert(key).inserted { return true }
        wanted.insert(key)
        return false
    }

    /// The worker has ended; `true` when work may have come after it last looked.
    mutating func finish(_ key: Key) -> Bool {
        busy.remove(key)
        return wanted.remove(key) != nil
    }

    mutating func takeWorked() -> Bool {
        defer { worked = false }
        return worked
    }
}
