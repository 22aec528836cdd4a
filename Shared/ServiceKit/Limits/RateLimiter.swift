import Synchronization

/// Token buckets: each key may do `perMinute` things a minute and save up that many for a burst.
public final class RateLimiter: Sendable {
    /// What a caller may still do.
    public struct Allowance: Sendable, Hashable {
        /// Whether this request may pass.
        public let isAllowed: Bool
        /// Requests a minute.
        public let limit: Int
        /// Requests left right now.
        public let remaining: Int
        /// Seconds until the bucket is full again, or until the next request may pass if this one may not.
        public let reset: Int
    }

    private struct Bucket {
        var tokens: Double
        var at: ContinuousClock.Instant
    }

    /// Requests a minute of one key; 0 switches the limit off.
    public let perMinute: Int
    // Keys are addresses or subjects of strangers: their number must not grow without bound.
    private let maximumKeys: Int
    private let buckets = Mutex<[String: Bucket]>([:])

    public init(perMinute: Int, maximumKeys: Int = 50_000) {
        self.perMinute = perMinute
        self.maximumKeys = maximumKeys
    }

    /// Takes one token; `nil` when the limit is off.
    public func take(_ key: String, now: ContinuousClock.Instant = .now) -> Allowance? {
        guard perMinute > 0 else { return nil }
        let full = Double(perMinute)
        let perSecond = full / 60
        return buckets.withLock { buckets in
            if buckets.count >= maximumKeys, buckets[key] == nil { Self.sweep(&buckets, full: full, now: now) }
            var bucket = buckets[key] ?? Bucket(tokens: full, at: now)
            bucket.tokens = min(full, bucket.tokens + bucket.at.duration(to: now).seconds * perSecond)
            bucket.at = now
            let isAllowed = bucket.tokens >= 1
            if isAllowed { bucket.tokens -= 1 }
            buckets[key] = bucket
            let wait = isAllowed ? (full - bucket.tokens) / perSecond : (1 - bucket.tokens) / perSecond
            return Allowance(
                isAllowed: isAllowed, limit: perMinute, remaining: Int(bucket.tokens),
                reset: max(1, Int(wait.rounded(.up))))
        }
    }

    /// Forgets buckets that are full again, for they say nothing; if that is not enough, all of them.
    private static func sweep(_ buckets: inout [String: Bucket], full: Double, now: ContinuousClock.Instant) {
        let before = buckets.count
        buckets = buckets.filter { $1.tokens + $1.at.duration(to: now).seconds * full / 60 < full }
        if buckets.count > before / 2 { buckets.removeAll(keepingCapacity: true) }
    }
}

extension Duration {
    var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
