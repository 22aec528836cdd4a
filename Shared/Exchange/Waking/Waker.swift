public import Logging
public import Postgres
public import ServiceLifecycle
import Synchronization
public import Tenancy

/// Tells those who wait for messages that there may be some: loops of this process at once, other agencies by NOTIFY.
///
/// Always called after commit: a NOTIFY inside writing transactions takes one lock for the whole server. At most ten a
/// second go to one agency. All of it is a hint; polling finds whatever a lost hint announced, so it may be switched off.
public final class Waker: Service {
    /// Rung when a message for one's own services may wait.
    let relayBell = Doorbell()
    /// Rung when a message from another agency may wait.
    let borderBell = Doorbell()

    private let client: PostgresClient
    private let own: Set<Int>
    private let listens: Bool
    private let crossNode: Bool
    private let logger: Logger
    private let bell = Doorbell()
    private let debouncer = Mutex(Debouncer<Int>(interval: .milliseconds(100)))

    /// - Parameters:
    ///   - client: Best a client of its own with one or two connections: waking must not queue behind work.
    ///   - listens: Whether this process has a `BorderConsumer`.
    ///   - crossNode: `false` switches NOTIFY and LISTEN off.
    public init(
        client: PostgresClient, agencies: [AgencyScope], listens: Bool, crossNode: Bool = true, logger: Logger
    ) {
        self.client = client
        self.own = Set(agencies.map(\.number))
        self.listens = listens
        self.crossNode = crossNode
        self.logger = logger
    }

    /// Call after a commit with the agencies that it left messages for (the `wake` of a move's result).
    ///
    /// Agencies of this process cost no round trip, others one debounced NOTIFY in the background.
    public func wake(_ agencies: some Sequence<Int>) {
        relayBell.ring()
        let others = Set(agencies)
        if !others.isDisjoint(with: own) { borderBell.ring() }
        let remote = others.subtracting(own)
        guard crossNode, !remote.isEmpty else { return }
        debouncer.withLock { $0.add(remote) }
        bell.ring()
    }

    /// Sends and receives hints until the process shuts down.
    public func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            await withDiscardingTaskGroup { group in
                if crossNode { group.addTask { await self.send() } }
                if crossNode && listens { group.addTask { await self.receive() } }
                // With both switched off a service still has to run until shutdown.
                if !crossNode { try? await Task.sleep(for: .seconds(365 * 86_400)) }
            }
        }
    }

    static func channel(of agency: Int) -> PostgresIdentifier { PostgresIdentifier("sinergi_\(agency)") }

    private func send() async {
        let clock = ContinuousClock()
        while !Task.isCancelled {
            for agency in debouncer.withLock({ $0.take(at: clock.now) }) {
                do {
                    try await client.notify(channel: Self.channel(of: agency), payload: "")
                } catch {
                    // A hint only: the other agency polls.
                    logger.debug("hint not sent", metadata: ["agency": "\(agency)", "error": "\(error)"])
                }
            }
            let pause = debouncer.withLock { $0.wait(at: clock.now) }
            if let pause {
                try? await Task.sleep(for: pause)
            } else {
                _ = await bell.wait(upTo: .seconds(3600))
            }
        }
    }

    private func receive() async {
        while !Task.isCancelled {
            do {
                try await client.withNotifications(on: own.sorted().map(Self.channel(of:))) { notifications in
                    // Also `.listening`, after each connect: hints may have been lost before it.
                    for try await _ in notifications { borderBell.ring() }
                }
            } catch {
                logger.debug("not listening", metadata: ["error": "\(error)"])
            }
            // Cancelled by shutdown: the loop ends.
            try? await Task.sleep(for: .seconds(1))
        }
    }
}
