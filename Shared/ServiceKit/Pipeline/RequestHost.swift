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

    init(_ configuration: NodeConfiguration) {
        limits = Limits(
            maximumBody: configuration.maximumBody, addresses: RateLimiter(perMinute: configuration.rateLimit),
            principals: RateLimiter(perMinute: configuration.principalRateLimit),
            shedder: Shedder(maximum: configuration.maximumConcurrent), trusted: configuration.trustedPeers)
        bodyWatch = BodyWatch(timeout: configuration.bodyTimeout)
    }
}
