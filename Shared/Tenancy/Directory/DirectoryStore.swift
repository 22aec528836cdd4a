public import Logging
public import Postgres
public import ServiceLifecycle

/// Keeps a snapshot of the directory at hand and fresh.
///
/// While the database is away the last snapshot goes on serving: the directory changes a few times a day.
public final class DirectoryStore: Service {
    private let loader: DirectoryLoader
    private let logger: Logger
    private let interval: Duration
    private let glance: Duration

    /// - Parameters:
    ///   - role: On a host, any agency's role of this service: the host's own login inherits nothing.
    ///   - interval: How often `run()` reads the directory again, come what may: days begin and end rows.
    ///   - glance: How often it looks whether somebody has changed it.
    ///   - kept: What serves until the database has been read once.
    public init(
        client: PostgresClient, role: PostgresIdentifier? = nil, logger: Logger, interval: Duration = .seconds(30),
        glance: Duration = .seconds(2), kept: Directory? = nil
    ) {
        loader = DirectoryLoader(reader: DirectoryReader(client: client, role: role), snapshot: kept)
        self.logger = logger
        self.interval = interval
        self.glance = glance
    }

    /// The latest snapshot; reads the database only when there is none yet.
    /// - Throws: The database's error, only before the first snapshot.
    public func current() async throws -> Directory {
        try await loader.current()
    }

    /// Reads the directory now; callers at the same time share one reading.
    @discardableResult
    public func reload() async throws -> Directory {
        try await loader.reload()
    }

    /// Reads the directory again and again until the process shuts down: at every change and every `interval`.
    public func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            var due = ContinuousClock.now
            while !Task.isCancelled {
                do {
                    var isDue = ContinuousClock.now >= due
                    if !isDue { isDue = try await loader.isOutdated() }
                    if isDue {
                        // Also after a failure: a database that is away is not asked for everything every other second.
                        due = .now + interval
                        try await reload()
                    }
                } catch {
                    logger.warning("directory not read, the last snapshot stays", metadata: ["error": "\(error)"])
                }
                // Cancelled by shutdown: the loop ends.
                try? await Task.sleep(for: glance)
            }
        }
    }
}

/// Holds the snapshot; makes one reading of many simultaneous requests.
private actor DirectoryLoader {
    private let reader: DirectoryReader
    private var snapshot: Directory?
    private var reading: Task<Directory, any Error>?

    init(reader: DirectoryReader, snapshot: Directory?) {
        self.reader = reader
        self.snapshot = snapshot
    }

    func current() async throws -> Directory {
        if let snapshot { return snapshot }
        return try await reload()
    }

    /// Whether the directory has changed since it was read.
    func isOutdated() async throws -> Bool {
        guard let snapshot else { return true }
        return try await reader.revision() != snapshot.revision
    }

    func reload() async throws -> Directory {
        if let reading { return try await reading.value }
        // Shared by all who wait, so it must not end with the first caller's cancellation; awaited below.
        let reading = Task { try await reader.read() }
        self.reading = reading
        defer { self.reading = nil }
        let fresh = try await reading.value
        snapshot = fresh
        return fresh
    }
}
