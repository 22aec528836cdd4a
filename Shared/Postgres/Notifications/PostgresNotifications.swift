/// What arrives on the channels listened to, until the scope ends or the reading task is cancelled.
public struct PostgresNotifications: AsyncSequence, Sendable {
    public enum Element: Sendable, Hashable {
        /// Listening has begun, or begun again, or too much came at once: something may have been missed, so look now.
        case listening
        /// A notification; equal ones that wait to be read are one.
        case notification(channel: String, payload: String)
    }

    public typealias Failure = Never

    let buffer: NotificationBuffer

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(buffer: buffer) }

    public struct AsyncIterator: AsyncIteratorProtocol {
        let buffer: NotificationBuffer

        /// The next element; `nil` when the scope ends or the task is cancelled.
        public mutating func next() async -> Element? { await buffer.next() }

        /// The next element; `nil` when the scope ends or the task is cancelled.
        public mutating func next(isolation actor: isolated (any Actor)?) async -> Element? { await buffer.next() }
    }
}
