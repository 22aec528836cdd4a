public import Logging
import ServiceLifecycle

/// Does the same for each agency of a process, again and again until the process shuts down.
///
/// One agency's failure is logged and holds up no other; the next round tries again. Copies of a service keep apart by jitter.
public struct AgencyRounds: Sendable {
    private let agencies: [AgencyScope]
    private let pause: Duration
    private let failure: Logger.Message
    private let logger: Logger

    /// - Parameters:
    ///   - pause: Between the end of a round and the next one, give or take a fifth.
    ///   - failure: What the log says when an agency's turn failed, such as `texts not shared`.
    public init(_ agencies: [AgencyScope], pause: Duration, failure: Logger.Message, logger: Logger) {
        self.agencies = agencies
        self.pause = pause
        self.failure = failure
        self.logger = logger
    }

    public func run(_ turn: @escaping @Sendable (AgencyScope) async throws -> Void) async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                for agency in agencies {
                    do {
                        try await turn(agency)
                    } catch {
                        logger.warning(
                            failure, metadata: ["agency": "\(agency.code)", "error": "\(String(reflecting: error))"])
                    }
                }
                // Cancelled by shutdown: the loop ends.
                try? await Task.sleep(for: pause * Double.random(in: 0.8...1.2))
            }
        }
    }
}
