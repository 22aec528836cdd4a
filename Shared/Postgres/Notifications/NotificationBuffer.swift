internal import Synchronization

/// Notifications that arrived and were not read yet. It never makes the connection wait: equal ones are kept once, and
/// when there are too many they are replaced by one `.listening`, which tells the reader to look by itself.
final class NotificationBuffer: Sendable {
    private struct State {
        var pending: [PostgresNotifications.Element] = []
        var known: Set<PostgresNotifications.Element> = []
        var readers: [(key: UInt64, continuation: UnsafeContinuation<PostgresNotifications.Element?, Never>)] = []
        var isFinished = false
    }

    private let capacity: Int
    private let state = Mutex(State())

    init(capacity: Int = 1024) { self.capacity = capacity }

    func add(_ element: PostgresNotifications.Element) {
        let reader = state.withLock { state -> UnsafeContinuation<PostgresNotifications.Element?, Never>? in
            if !state.readers.isEmpty { return state.readers.removeFirst().continuation }
            guard !state.isFinished, state.known.insert(element).inserted else { return nil }
            state.pending.append(element)
            if state.pending.count > capacity {
                state.pending = [.listening]
                state.known = [.listening]
            }
            return nil
        }
        reader?.resume(returning: element)
    }

    /// Ends the sequence; what is pending is not delivered any more.
    func finish() {
        let readers = state.withLock { state in
            state.isFinished = true
            state.pending = []
            defer { state.readers = [] }
            return state.readers
        }
        readers.forEach { $0.continuation.resume(returning: nil) }
    }

    /// The next element; `nil` when finished or cancelled.
    func next() async -> PostgresNotifications.Element? {
        let key = Request.nextKey()
        return await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                let immediate = state.withLock { state -> PostgresNotifications.Element?? in
                    if state.isFinished || Task.isCancelled { return .some(nil) }
                    guard !state.pending.isEmpty else {
                        state.readers.append((key, continuation))
                        return nil
                    }
                    let element = state.pending.removeFirst()
                    state.known.remove(element)
                    return element
                }
                if let immediate { continuation.resume(returning: immediate) }
            }
        } onCancel: {
            let reader = state.withLock { state in
                state.readers.firstIndex { $0.key == key }.map { state.readers.remove(at: $0) }
            }
            reader?.continuation.resume(returning: nil)
        }
    }
}
