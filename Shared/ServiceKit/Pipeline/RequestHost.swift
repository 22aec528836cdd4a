import SinergiCore

/// What all requests of a process share.
final class RequestHost: Sendable {
    struct Limits: Sendable {
        let maximumBody: Int
        let addresses: RateLimiter
        let principals: RateLimiter
        let shedder: Shedder
        let trusted: TrustedPeers
    }

    let limits: Limits
    let bodyWatch: BodyWatch
    /// Whether a path's handler reads its body piece by piece and sees to its size itself.
    let streamsBody: @Sendable (String) -> Bool

    init(_ configuration: NodeConfiguration, streamsBody: @escaping @Sendable (String) -> Bool = { _ in false }) {
        self.streamsBody = streamsBody
        limits = Limits(
            maximumBody: configuration.maximumBody, addresses: RateLimiter(perMinute: configuration.rateLimit),
            principals: RateLimiter(perMinute: configuration.principalRateLimit),
            shedder: Shedder(maximum: configuration.maximumConcurrent), trusted: configuration.trustedPeers)
        bodyWatch = BodyWatch(timeout: configuration.bodyTimeout)
    }
}
