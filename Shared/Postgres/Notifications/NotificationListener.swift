internal import Logging
internal import Synchronization

/// Keeps one connection listening: connects, listens, asks now and then whether the connection is alive, and begins again
/// when it is not.
final class NotificationListener: Sendable {
    private struct State {
        var connection: ConnectionActor?
        var closed: UnsafeContinuation<Void, Never>?
        var nextPing: MonotonicTime?
    }

    let buffer = NotificationBuffer()
    private let channels: [PostgresIdentifier]
    private let configuration: PostgresClient.Configuration
    private let loop: PostgresLoop
    private let logger: Logger
    private let state = Mutex(State())

    init(
        channels: [PostgresIdentifier], configuration: PostgresClient.Configuration, loop: PostgresLoop, logger: Logger
    ) {
        self.channels = channels
        self.configuration = configuration
        self.loop = loop
        self.logger = logger
    }

    /// Returns when the task is cancelled.
    func run() async {
        loop.submit { self.loop.add(self) }
        defer { loop.submit { self.loop.remove(self) } }
        var failures = 0
        while !Task.isCancelled {
            do {
                let connection = try await ConnectAttempt(self, configuration, loop).connect()
                state.withLock { $0.connection = connection }
                try await listen(on: connection)
                failures = 0
                buffer.add(.listening)
                await untilClosed(connection)
            } catch {
                close()
                if Task.isCancelled { return }
                logger.warning("listening failed", metadata: ["error": "\(String(reflecting: error))"])
            }
            failures += 1
            let delay = min(2_000, 50 << min(failures, 6))
            // Cancelled: the loop's condition sees it.
            try? await Task.sleep(for: .milliseconds(Int.random(in: delay / 2...delay)))
        }
        close()
    }

    private func listen(on connection: ConnectionActor) async throws {
        let statements = channels.map { channel in
            var sql = SQL(text: "LISTEN ")
            sql.append(identifier: channel)
            return sql
        }
        _ = try await connection.perform(Request(.statements, statements, timeout: .seconds(5)))
        state.withLock { $0.nextPing = .now + configuration.pingInterval }
        loop.wake()
    }

    private func untilClosed(_ connection: ConnectionActor) async {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                let isClosed = state.withLock { state in
                    guard state.connection === connection else { return true }
                    state.closed = continuation
                    return false
                }
                if isClosed { continuation.resume() }
            }
        } onCancel: {
            connection.close()
        }
    }

    private func close() {
        let connection = state.withLock { state in
            defer { state.connection = nil }
            return state.connection
        }
        connection?.close()
    }
}

extension NotificationListener: ConnectionOwner {
    func connectionReleased(_ connection: ConnectionActor) {}

    func connectionRefused(_ request: Request) { request.resume(.failure(PostgresError(.connectionLost))) }

    func connectionClosed(_ connection: ConnectionActor) {
        let waiting = state.withLock { state -> UnsafeContinuation<Void, Never>? in
            guard state.connection === connection else { return nil }
            state.connection = nil
            state.nextPing = nil
            defer { state.closed = nil }
            return state.closed
        }
        waiting?.resume()
    }

    func notification(channel: String, payload: String) {
        buffer.add(.notification(channel: channel, payload: payload))
    }
}

extension NotificationListener: LoopTimed {
    var loopDeadline: MonotonicTime? { state.withLock { $0.nextPing } }

    /// A server or network that vanished without a word is noticed because the ping is not answered in time.
    func loopDeadlinePassed(now: MonotonicTime) {
        let connection = state.withLock { state in
            state.nextPing = now + configuration.pingInterval
            return state.connection
        }
        connection?.submit(
            Request(.statements, [SQL(text: "SELECT 1")], isShielded: true, timeout: configuration.pingInterval))
    }
}

/// One attempt to connect that can be given up: libpq's thread goes on until it is done, and nobody waits for it.
private final class ConnectAttempt: Sendable {
    private let owner: any ConnectionOwner
    private let configuration: PostgresClient.Configuration
    private let loop: PostgresLoop
    private let waiting = Mutex<UnsafeContinuation<ConnectionActor, any Error>?>(nil)

    init(_ owner: any ConnectionOwner, _ configuration: PostgresClient.Configuration, _ loop: PostgresLoop) {
        self.owner = owner
        self.configuration = configuration
        self.loop = loop
    }

    func connect() async throws -> ConnectionActor {
        try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { continuation in
                waiting.withLock { $0 = continuation }
                if Task.isCancelled { return finish(.failure(CancellationError())) }
                if !BackgroundThread.start("postgres-connect", { self.work() }) {
                    finish(.failure(PostgresError(.connectionFailed, message: "no thread to connect")))
                }
            }
        } onCancel: {
            finish(.failure(CancellationError()))
        }
    }

    private func work() {
        do {
            let handle = try LibPQHandle.connect(configuration.parameters)
            let connection = ConnectionActor(
                id: 0, loop: loop, handle: handle, owner: owner, drainTimeout: configuration.drainTimeout, cacheSize: 0)
            loop.submit {
                self.finish(
                    Result {
                        try connection.assumeIsolated { try $0.open() }
                        return connection
                    })
            }
        } catch {
            finish(.failure(error))
        }
    }

    private func finish(_ result: Result<ConnectionActor, any Error>) {
        let continuation = waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
        if let continuation { return continuation.resume(with: result) }
        if case .success(let connection) = result { connection.close() }
    }
}
